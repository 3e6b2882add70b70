#include <fmt/format.h>

#include "report/gates/gate_tally.h"

namespace exitaudit::report {
namespace {

constexpr double kHalfAPoint = 0.005;
constexpr const char* kCharacterized = "characteristics of vanilla and multi-exit models";

/// Adds each pair whose numbers are in an order that can be told.
void add_trends(GatePart& part, const StudyView& view, const std::string& metric, const Unit& unit,
                Trend (*trend_of)(const StudyView&, const Pair&, const std::string&),
                Decision (*decide)(const Trend&)) {
  for (const Pair& pair : view.pairs()) {
    const Trend trend = trend_of(view, pair, metric);
    if (trend.x.size() >= 2) part.add(decide(trend), pair.text(), text(trend, unit));
  }
}

GatePart divergence_falls(const StudyView& view) {
  GatePart part("the divergence of losses falls with the number of exits",
                fmt::format("{}, at least three of them", kCharacterized));
  add_trends(part, view, "js_divergence", kBits, trend_by_exits, falls);
  return part;
}

}  // namespace

Gate gate_accuracy_and_cost(const StudyView& view) {
  const char* needs = "vanilla and multi-exit models";
  GatePart accuracy("at most half a point less accurate than vanilla", needs);
  GatePart cost("cheaper than vanilla, by the corrected count", needs);
  for (const Pair& pair : view.pairs()) {
    const Value vanilla = view.model(pair, 1, {"test_accuracy"});
    const Value multi = view.mean_model(pair, "test_accuracy");
    if (!vanilla.known() || !multi.known()) continue;
    accuracy.add(is_above(difference(multi, vanilla), -kHalfAPoint), pair.text(),
                 against(multi, vanilla, kPercent, kPoints));
    const Value dear = view.model(pair, 1, {"ops_corrected"});
    const Value cheap = view.mean_model(pair, "ops_corrected");
    if (!dear.known() || !cheap.known()) continue;
    // Operations are counted: no interval, and none needed.
    cost.add(cheap.y < dear.y ? Decision::kHolds : Decision::kDoesNotHold, pair.text(),
             fmt::format("{} against {}", text(cheap, kGops), text(dear, kGops)));
  }
  return make_gate(1, "Multi-exit networks are as accurate as vanilla ones (half a point at most), at a lower cost",
                   {accuracy, cost});
}

Gate gate_divergence(const StudyView& view) {
  GatePart depth("it rises with depth", "a characterized model with three exits or more");
  add_trends(depth, view, "js_divergence", kBits, trend_by_depth, rises);
  GatePart members("members' loss is larger than on vanilla", kCharacterized);
  for (const Pair& pair : view.pairs()) {
    const Value vanilla = view.model(pair, 1, {"mean_loss_members"});
    const Value multi = view.mean_model(pair, "mean_loss_members");
    if (!vanilla.known() || !multi.known()) continue;
    members.add(is_above(difference(multi, vanilla)), pair.text(), against(multi, vanilla, kNats, kNats));
  }
  return make_gate(3,
                   "The divergence of members' and non-members' losses falls with the number of exits and rises with "
                   "depth; members' loss is larger on multi-exit networks",
                   {divergence_falls(view), depth, members});
}

Gate gate_non_member_share(const StudyView& view) {
  GatePart part("the share of non-members rises with depth", "observations of a model with three exits or more");
  add_trends(part, view, "non_member_share", kPercent, trend_by_depth, rises);
  return make_gate(4, "The share of non-members rises with depth", {part});
}

Gate gate_overfitting(const StudyView& view) {
  GatePart level("overfitting differs by two points at most", "vanilla and multi-exit models");
  for (const Pair& pair : view.pairs()) {
    std::vector<Value> values;
    for (const std::int64_t exits : view.exits_of(pair)) values.push_back(view.model(pair, exits, {"overfitting"}));
    const Difference range = spread(values);
    if (std::isnan(range.value)) continue;
    level.add(is_within(range, kSmall), pair.text(),
              fmt::format("largest less smallest {}, over {} numbers of exits", text(range, kPoints), values.size()));
  }
  return make_gate(9,
                   "Overfitting is nearly the same for every number of exits while the divergence of losses falls, so "
                   "overfitting does not explain it",
                   {level, divergence_falls(view)});
}

}  // namespace exitaudit::report
