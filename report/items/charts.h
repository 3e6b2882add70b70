#pragma once
// Charts of one form that several items share.

#include <cmath>
#include <string>
#include <vector>

#include "report/items/item.h"
#include "report/items/study_view.h"

namespace exitaudit::report {

/// What a chart of a model's number is called and says.
struct ChartWords {
  std::string id;     ///< "figure-8"; a dataset's chart is "figure-8-cifar10"
  std::string title;  ///< a dataset's name is put behind it
  std::string y_label;
  std::string caption;
};

/// A model's number against its number of exits, 1 = vanilla: one chart for each dataset, one line for each network.
/// The mean over seeds where there are several.
std::vector<Chart> charts_by_exits(const StudyView& view, const std::vector<Pair>& pairs, const std::string& metric,
                                   const Unit& unit, const ChartWords& words);

/// A number of slices "exit=k" against the depth k, of each pair's deepest model: one chart for each dataset.
std::vector<Chart> charts_by_depth(const StudyView& view, const std::vector<Pair>& pairs, const std::string& metric,
                                   const Unit& unit, const ChartWords& words);

/// One number by exits or by depth, as points with intervals: what is in order, and how surely.
struct Trend {
  std::vector<double> x, y, low, high;  ///< n/a is left out
  double rho = Chart::kAuto;            ///< Spearman's, NaN for fewer than three points
  statistics::Interval interval = statistics::no_interval();
  bool told() const { return !std::isnan(interval.low); }
};
Trend trend_by_exits(const StudyView& view, const Pair& pair, const std::string& metric);
Trend trend_by_depth(const StudyView& view, const Pair& pair, const std::string& metric);  ///< of the deepest model
Trend trend_by_depth(const StudyView& view, const Pair& pair, std::int64_t exits, const std::string& metric);
/// Success of an attack by exits, of the number of exits or (`by_depth`) of the deepest model's exits.
Trend trend_of_attack(const StudyView& view, const Pair& pair, const AttackKey& key, bool by_depth);
/// "0.250, 0.231, 0.198 bits (Spearman's rho -1.00 [-1.00, -0.50])".
std::string text(const Trend& trend, const Unit& unit);

/// One bar of each group: an attack on the vanilla model, or its mean over the others.
struct BarSpec {
  std::string name;  ///< in the legend
  bool vanilla = false;
  std::string exit_source;  ///< "none", "known", "stolen/copies=1"
};

/// Success of one kind of attack: a group of bars for each pair that has one of them. Whoever is behind a mean with a
/// hole is told in the group's name (the fewest) and in the caption (each).
Chart attack_bars(const StudyView& view, const std::vector<Pair>& pairs, const std::string& attack,
                  const std::vector<BarSpec>& bars, const std::string& id, const std::string& title);

/// The same numbers as rows: dataset, network, attack, a column for each bar.
TextTable attack_bars_table(const StudyView& view, const std::vector<Pair>& pairs,
                            const std::vector<std::string>& attacks, const std::vector<BarSpec>& bars,
                            const std::string& title);

Value bar_value(const StudyView& view, const Pair& pair, const std::string& attack, const BarSpec& bar);

/// A dashed level line from the smallest to the largest x of what is there; none where `y` is not known.
void add_level(Chart& chart, const std::string& name, double y);

}  // namespace exitaudit::report
