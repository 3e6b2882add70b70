#include <fmt/format.h>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {
namespace {

const std::vector<BarSpec>& original_bars() {
  static const std::vector<BarSpec> bars{{"original, vanilla", true, "none"}, {"original, multi-exit", false, "none"}};
  return bars;
}

std::string lines_of(const std::string& attack) {
  return fmt::format("attacks: [{{kind: {}, exit_source: none}}]", attack);
}

/// Bars for vanilla, for the whole of the deepest model, and for each of its exits.
Chart by_exit(const StudyView& view, const Pair& pair, const AttackKey& key) {
  const std::int64_t exits = view.deepest(pair);
  Chart chart{.id = fmt::format("figure-7-{}-{}", pair.dataset, pair.network),
              .title = "Label-only success by exit taken, " + pair.text(),
              .caption = fmt::format("The original label-only attack, one threshold for all samples, on the vanilla "
                                     "model, on the model with {} exits, and on its samples by the exit that they "
                                     "took. 95 % intervals; dashed: chance.",
                                     exits),
              .x_label = "",
              .y_label = "attack success, %"};
  chart.y_reference = 50;
  ChartSeries series{.name = "label-only, original", .style = SeriesStyle::kBars};
  const auto add = [&](const std::string& name, const Value& value) {
    if (!value.known()) return;
    add_point(series, static_cast<double>(chart.categories.size()), value, 100);
    chart.categories.push_back(name);
  };
  add("vanilla", view.attack(pair, 1, key));
  if (exits > 1) add("whole", view.attack(pair, exits, key));
  for (std::int64_t exit = 0; exits > 1 && exit < exits; ++exit) {
    add(fmt::format("exit {}", exit), view.attack(pair, exits, key, {kSuccess.name, fmt::format("exit={}", exit)}));
  }
  chart.series.push_back(std::move(series));
  return chart;
}

}  // namespace

ItemContent original_attacks(const StudyView& view) {
  const std::vector<Pair> pairs = view.pairs_preferring({"vgg16", "fcn18_1"});
  const std::vector<std::string> attacks{"gradient", "score", "label_only"};
  ItemContent content;
  std::vector<std::string> findings;
  for (const std::string& attack : attacks) {
    Chart chart = attack_bars(view, pairs, attack, original_bars(), "figure-4-" + attack,
                              "Original " + name_of_attack(attack) + " attack, vanilla and multi-exit");
    for (const Pair& pair : pairs) {
      const Value vanilla = bar_value(view, pair, attack, original_bars()[0]);
      const Value multi = bar_value(view, pair, attack, original_bars()[1]);
      if (!vanilla.known() || !multi.known()) continue;
      findings.push_back(fmt::format("{} on {}: {} vanilla, {} multi-exit, difference {}.", name_of_attack(attack),
                                     pair.text(), text(vanilla, kPercent), text(multi, kPercent),
                                     text(difference(multi, vanilla), kPoints)));
    }
    add_lack(content, view.results(),
             {"original " + name_of_attack(attack) + " attacks", of_attacks(attack, "none"), lines_of(attack)},
             !chart.categories.empty());
    content.charts.push_back(std::move(chart));
  }
  add_findings(content, findings);
  content.tables.push_back(attack_bars_table(view, pairs, attacks, original_bars(), "Original attacks"));
  return finished(std::move(content), view.results());
}

ItemContent label_only_by_exit(const StudyView& view) {
  const AttackKey key{"label_only"};
  ItemContent content;
  bool any = false;
  std::vector<std::string> findings;
  for (const Pair& pair : view.pairs_preferring({"vgg16", "fcn18_1"})) {
    Chart chart = by_exit(view, pair, key);
    any = any || !chart.categories.empty();
    content.charts.push_back(std::move(chart));
    const Trend trend = trend_of_attack(view, pair, key, true);
    if (trend.x.size() < 2) continue;
    findings.push_back(fmt::format("{}, {} exits: success by exit, the shallowest first, {}; {} vanilla.", pair.text(),
                                   view.deepest(pair), text(trend, kPercent),
                                   text(view.attack(pair, 1, key), kPercent)));
  }
  add_findings(content, findings);
  add_lack(content, view.results(),
           {"original label-only attacks", of_attacks("label_only", "none"), lines_of("label_only")}, any);
  return finished(std::move(content), view.results());
}

}  // namespace exitaudit::report
