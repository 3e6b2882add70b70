// Sections of a model's page about its answers: exits, training, overthinking, losses.

#include <fmt/format.h>

#include <cmath>

#include "report/pages/model_data.h"
#include "report/tables/cells.h"
#include "report/tables/leak_tables.h"
#include "report/tables/model_tables.h"

namespace exitaudit::report {
namespace {

using schema::Curve;

Figures figures_of_exit(const ModelData& model, std::int64_t exit) {
  Figures figures;
  const auto slice = model.figures.slices.find(fmt::format("exit={}", exit));
  if (slice != model.figures.slices.end()) figures.whole = slice->second;
  return figures;
}

bool any_exit_has(const ModelData& model, const std::string& metric) {
  for (std::int64_t exit = 0; exit < model.subject.exits; ++exit) {
    if (figures_of_exit(model, exit).whole.contains(metric)) return true;
  }
  return false;
}

/// Accuracy on training samples minus that on test samples, in points.
std::string gap_cell(const Figures& figures) {
  const auto train = figures.whole.find("train_accuracy");
  const auto test = figures.whole.find("test_accuracy");
  if (train == figures.whole.end() || test == figures.whole.end()) return kHole;
  return fmt::format("{:.1f}", 100 * (train->second.value - test->second.value));
}

struct ExitColumn {
  const char* title;
  const char* metric;  ///< the column is there where an exit has it
  std::string (*cell)(const Figures&);
};

const ExitColumn kExitColumns[] = {
    {"leave here %", "exit_share", [](const Figures& f) { return percent(f, "exit_share"); }},
    {"accuracy %", "test_accuracy", [](const Figures& f) { return percent_with_interval(f, "test_accuracy"); }},
    {"on training %", "train_accuracy", [](const Figures& f) { return percent(f, "train_accuracy"); }},
    {"gap", "train_accuracy", gap_cell},
    {"Gops", "ops_corrected", [](const Figures& f) { return gops(f, "ops_corrected"); }},
    {"calibration error %", "calibration_error_non_members",
     [](const Figures& f) { return percent(f, "calibration_error_non_members"); }},
    {"non-members %", "non_member_share", [](const Figures& f) { return percent(f, "non_member_share"); }},
    {"divergence", "js_divergence", [](const Figures& f) { return share_with_interval(f, "js_divergence"); }},
};

TextTable exits_of_model(const ModelData& model) {
  TextTable table{.title = "Exit by exit", .columns = {{"exit", true}}};
  std::vector<const ExitColumn*> columns;
  for (const ExitColumn& column : kExitColumns) {
    if (!any_exit_has(model, column.metric)) continue;
    columns.push_back(&column);
    table.columns.push_back({column.title, true});
  }
  if (columns.empty()) return table;
  for (std::int64_t exit = 0; exit < model.subject.exits; ++exit) {
    std::vector<std::string> row{std::to_string(exit)};
    for (const ExitColumn* column : columns) row.push_back(column->cell(figures_of_exit(model, exit)));
    table.rows.push_back(row);
  }
  table.notes = {
      "Exits count from 0, the shallowest. Accuracy, gap (training minus test, in points) and calibration error: if "
      "that "
      "exit answered every sample. Non-members and divergence (Jensen-Shannon, of members' and non-members' losses, "
      "bits): "
      "of the samples that leave there. Gops: 10^9 operations of leaving there, corrected count."};
  return table;
}

void add_overthinking_bars(const ModelData& model, Chart& chart) {
  for (const bool members : {true, false}) {
    ChartSeries series{.name = members ? "members" : "non-members", .style = SeriesStyle::kBars};
    for (std::size_t i = 0; i < chart.categories.size(); ++i) {
      const auto found = model.figures.whole.find(
          fmt::format("overthinking_{}_{}", i == 0 ? "wasteful" : "destructive", members ? "members" : "non_members"));
      if (found == model.figures.whole.end()) continue;
      series.x.push_back(static_cast<double>(i));
      series.y.push_back(100 * found->second.value);
      series.low.push_back(100 * found->second.low);
      series.high.push_back(100 * found->second.high);
    }
    if (!series.x.empty()) chart.series.push_back(series);
  }
}

}  // namespace

ModelSection exits_section(const ModelData& model) {
  ModelSection section{.title = "Accuracy and cost"};
  TextTable whole = without_subject(models_table(for_tables(model)));
  whole.title = "The whole model";
  if (whole.rows.empty()) {
    section.sentences.push_back(
        absence(model, "thresholds", "Not measured: the study's table has no figures of this model."));
    return section;
  }
  section.tables = {whole, exits_of_model(model)};
  return section;
}

ModelSection training_section(const ModelData& model) {
  ModelSection section{.title = "Training"};
  if (const Curve* loss = find_curve(model, "train_loss_by_epoch")) {
    section.charts.push_back({.id = model.id + "-training-loss",
                              .title = "Training loss",
                              .caption = "Mean loss of the training samples in each epoch, over all exits.",
                              .x_label = "epoch",
                              .y_label = "loss",
                              .series = {series_of(*loss, "loss", SeriesStyle::kLine)}});
  }
  Chart accuracy{
      .id = model.id + "-training-accuracy",
      .title = "Accuracy while it is trained",
      .caption = "On test samples, as if that exit answered every one; dashed: the last exit on training samples.",
      .x_label = "epoch",
      .y_label = "accuracy %"};
  for (const Curve* curve : curves_named(model, "test_top1_by_epoch")) {
    accuracy.series.push_back(series_of(*curve, slice_name(curve->slice) + ", test", SeriesStyle::kLine, 100));
  }
  if (const auto train = curves_named(model, "train_top1_by_epoch"); !train.empty()) {
    accuracy.series.push_back(
        series_of(*train.back(), slice_name(train.back()->slice) + ", training", SeriesStyle::kDashed, 100));
  }
  if (has_points(accuracy)) section.charts.push_back(accuracy);
  if (section.charts.empty()) {
    section.sentences.emplace_back(
        model.subject.network == schema::kRecorded
            ? "A recording tells nothing about how its model was trained."
            : absence(model, "weights",
                      "There is no training history: none is in the study's table, as with imported weights."));
  }
  return section;
}

ModelSection overthinking_section(const ModelData& model) {
  ModelSection section{.title = "Calibration and overthinking"};
  const TextTable answers = without_subject(answers_table(for_tables(model)));
  if (answers.rows.empty()) {
    section.sentences.push_back(
        absence(model, "characteristics", "Not measured: this study does not characterize this model."));
    return section;
  }
  section.tables.push_back(answers);
  Chart chart{.id = model.id + "-overthinking",
              .title = "Overthinking",
              .caption =
                  "Share of samples that an earlier exit gets right and that the last gets right, too (wasteful), or "
                  "wrong (destructive). Bars: 95 % intervals.",
              .y_label = "samples %",
              .categories = {"wasteful", "destructive"}};
  add_overthinking_bars(model, chart);
  if (has_points(chart)) {
    section.charts.push_back(chart);
  } else if (model.subject.exits == 1) {
    section.sentences.emplace_back(
        "It has one exit, so no earlier one could have been right: there is no overthinking.");
  }
  return section;
}

ModelSection losses_section(const ModelData& model) {
  ModelSection section{.title = "Losses of members and non-members"};
  const TextTable leak = without_subject(leak_table(for_tables(model)));
  if (!leak.rows.empty()) section.tables.push_back(leak);
  const Curve* members = find_curve(model, "loss_density_members");
  const Curve* others = find_curve(model, "loss_density_non_members");
  if (members == nullptr || others == nullptr) {
    section.sentences.push_back(
        absence(model, "characteristics", "There are no loss densities: this study does not characterize this model."));
    return section;
  }
  Chart chart{.id = model.id + "-losses",
              .title = "Losses of members and non-members",
              .caption =
                  "Density of the loss of the answers given; as many members as non-members. The highest half per "
                  "cent is left out of the picture, not of the numbers.",
              .x_label = "loss, nats",
              .y_label = "density, per nat",
              .series = {series_of(*members, "members", SeriesStyle::kSteps),
                         series_of(*others, "non-members", SeriesStyle::kSteps)}};
  chart.x_max = upper_edge({members, others}, 0.995);
  if (has_points(chart)) section.charts.push_back(chart);
  return section;
}

}  // namespace exitaudit::report
