#include <fmt/format.h>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {

ItemContent non_member_share_by_depth(const StudyView& view) {
  const std::vector<Pair> pairs = view.pairs_preferring({"vgg16", "fcn18_1"});
  ItemContent content;
  content.charts = charts_by_depth(
      view, pairs, "non_member_share", kPercent,
      {"figure-11", "Share of non-members by exit taken", "non-members, %",
       "Of the attacked samples that leave there, half of which are non-members in all (dashed). 95 % intervals "
       "(Clopper-Pearson). An exit that no sample takes has no point."});
  for (Chart& chart : content.charts) chart.y_reference = 50;
  std::vector<std::string> findings;
  for (const Pair& pair : pairs) {
    const Trend trend = trend_by_depth(view, pair, "non_member_share");
    if (trend.x.size() < 2) continue;
    findings.push_back(fmt::format("{}, {} exits: non-members by exit, the shallowest first, {}.", pair.text(),
                                   view.deepest(pair), text(trend, kPercent)));
  }
  add_findings(content, findings);
  const auto observed = [](const ExpectedResult& e) {
    return e.noun == "observations" && e.exits > 1 && e.role == "target";
  };
  add_lack(
      content, view.results(),
      {"observations of multi-exit models", observed, "axes: {dataset: [cifar10], network: [vgg16], exits: [1, 6]}"},
      !content.charts.empty());
  return finished(std::move(content), view.results());
}

}  // namespace exitaudit::report
