#pragma once
// Chart: a figure's data and labels, before it is known how it is drawn.

#include <limits>
#include <string>
#include <vector>

namespace exitaudit::report {

enum class SeriesStyle { kLine, kDashed, kPoints, kLinePoints, kBars, kSteps };

/// x, y (and, where they are not empty, low and high) have one length. NaN: no point there.
struct ChartSeries {
  std::string name;                        ///< in the legend
  SeriesStyle style = SeriesStyle::kLine;  ///< kSteps: y[i] holds from x[i] to x[i+1], a histogram's outline
  std::vector<double> x = {};              ///< kBars: places in Chart::categories
  std::vector<double> y = {};
  std::vector<double> low = {}, high = {};  ///< 95 % interval or deviation: error bars; of a line, a band
};

/// A vertical line with a name: a valley between exits, the chosen tau.
struct ChartMark {
  double x = 0;
  std::string name;
};

struct Chart {
  std::string id;            ///< names its files: "figure-13a"; letters, digits, '-', '_', '.'
  std::string title = {};    ///< one line
  std::string caption = {};  ///< what is seen, of what, what the bars are; a sentence or three
  std::string x_label = {};  ///< with its unit
  std::string y_label = {};
  bool log_x = false, log_y = false;  ///< points that are not positive are left out
  double x_min = kAuto, x_max = kAuto, y_min = kAuto, y_max = kAuto;
  std::vector<std::string> categories = {};  ///< where x are names: bars side by side, a group for each
  std::vector<ChartSeries> series = {};
  std::vector<ChartMark> marks = {};
  double y_reference = kAuto;  ///< a dashed horizontal line: chance
  bool diagonal = false;       ///< a dashed y = x: chance in a ROC
  static constexpr double kAuto = std::numeric_limits<double>::quiet_NaN();
};

/// The numbers behind it, in full (%.17g): series, category, x, y, low, high; one line a point. "NaN" where there is no
/// point, empty where a series has no intervals. Names are quoted, with apostrophes for quotes in them.
std::string chart_csv(const Chart& chart);

/// Whether anything is to be seen: a point that is a number and that its axes can show.
bool has_points(const Chart& chart);
bool has_points(const Chart& chart, const ChartSeries& series);

enum class Terminals { kSvgAndPng, kSvg };

/// A gnuplot script of its own, for users to restyle: in the folder of `ID.csv`, `gnuplot ID.gp` draws ID.svg and
/// ID.png. gnuplot refuses to draw a chart that has no points. No text of the chart can become a command of gnuplot's
/// or of a shell's.
std::string gnuplot_script(const Chart& chart, Terminals terminals = Terminals::kSvgAndPng);

}  // namespace exitaudit::report
