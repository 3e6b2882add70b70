#pragma once
// charts: one of each kind by hand, with names as unkind as users' files may hold.

#include <cmath>
#include <vector>

#include "report/charts/chart.h"

namespace exitaudit::report {

inline const char* const kUnkind = "a_b \"c\" 'd' `touch pwned` <e>&f \\n %d $g ± τ";

inline Chart bars_chart() {
  const double none = Chart::kAuto;
  return {.id = "bars",
          .title = kUnkind,
          .y_label = "success %",
          .categories = {"one", kUnkind, "a third one whose name is far too long to stand beside the others"},
          .series = {{.name = "original",
                      .style = SeriesStyle::kBars,
                      .x = {0, 1, 2},
                      .y = {51, none, 55},
                      .low = {50, none, 53},
                      .high = {52, none, 57}},
                     {.name = kUnkind, .style = SeriesStyle::kBars, .x = {0, 1, 2}, .y = {53, 54, 58}}},
          .y_reference = 50};
}

inline Chart roc_chart() {
  return {.id = "roc.1",
          .title = "ROC",
          .x_label = "FPR",
          .y_label = "TPR",
          .log_x = true,
          .log_y = true,
          .x_max = 1,
          .series = {{.name = "score",
                      .style = SeriesStyle::kSteps,
                      .x = {0, .01, .1, 1},
                      .y = {0, .02, .2, 1},
                      .low = {0, 0, .1, .9},
                      .high = {.1, .05, .3, 1}}},
          .diagonal = true};
}

inline Chart times_chart() {
  return {
      .id = "times",
      .title = "Times",
      .x_label = "ms",
      .y_label = "per ms",
      .series = {{.name = "exit 0", .style = SeriesStyle::kSteps, .x = {1, 2, 3}, .y = {.5, .5, 0}},
                 {.name = "density", .style = SeriesStyle::kLine, .x = {1, 2, 3, 4}, .y = {.1, Chart::kAuto, .4, .1}},
                 {.name = "samples", .style = SeriesStyle::kPoints, .x = {1, 2}, .y = {.2, .2}},
                 {.name = "level", .style = SeriesStyle::kDashed, .x = {1, 4}, .y = {.3, .3}},
                 {.name = "measured",
                  .style = SeriesStyle::kLinePoints,
                  .x = {1, 3},
                  .y = {.1, .2},
                  .low = {0, .1},
                  .high = {.2, .3}}},
      .marks = {{1.5, "valley"}, {2.5, "valley"}, {3, "it's tau"}}};
}

}  // namespace exitaudit::report
