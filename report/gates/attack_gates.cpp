#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <set>

#include "report/gates/gate_tally.h"

namespace exitaudit::report {
namespace {

constexpr std::array<const char*, 3> kAttacks{"gradient", "score", "label_only"};

std::string subject(const Pair& pair, const std::string& attack) {
  return name_of_attack(attack) + " on " + pair.text();
}

/// What adversary 1 gains over the original attack, as a value with an interval.
Value gain(const StudyView& view, const Pair& pair, const std::string& attack) {
  const Value hybrid = view.mean_attack(pair, {attack, "known"});
  const Value original = view.mean_attack(pair, {attack, "none"});
  if (!hybrid.known() || !original.known() || hybrid.over != original.over) return {};
  const Difference found = difference(hybrid, original);
  Value value;
  value.y = found.value;
  value.measured = found.interval;
  value.low = found.interval.low;
  value.high = found.interval.high;
  value.over = hybrid.over;
  return value;
}

void add_order(GatePart& part, const StudyView& view, const std::string& less, const std::string& more) {
  for (const Pair& pair : view.pairs()) {
    const Value small = gain(view, pair, less);
    const Value large = gain(view, pair, more);
    if (!small.known() || !large.known()) continue;
    part.add(is_above(difference(large, small)), pair.text(),
             fmt::format("gains of {} and {}", text(large, kPoints), text(small, kPoints)));
  }
}

/// By target and kind of attack, the shadows that are not its own network's, and its own, at thresholds of their own.
std::map<std::pair<Pair, std::string>, std::set<std::string>> foreign_shadows(const StudyView& view) {
  std::map<std::pair<Pair, std::string>, std::set<std::string>> found;
  for (const auto& entry : view.attacks()) {
    const Subject& s = entry.first;
    if (s.shadow.find('.') != std::string::npos) found[{{s.dataset, s.network}, s.attack}].insert(s.shadow);
  }
  return found;
}

std::string stolen_of(const StudyView& view) {
  const std::string source = view.stolen_source();
  return source.empty() ? "stolen/copies=1" : source;
}

}  // namespace

Gate gate_original_attacks(const StudyView& view) {
  const char* needs = "original attacks on vanilla and multi-exit models";
  GatePart below("less successful on multi-exit networks", needs);
  GatePart falling("success falls with the number of exits", fmt::format("{}, at least three of them", needs));
  for (const Pair& pair : view.pairs()) {
    for (const char* attack : kAttacks) {
      const Value vanilla = view.attack(pair, 1, {attack});
      const Value multi = view.mean_attack(pair, {attack});
      if (vanilla.known() && multi.known()) {
        below.add(is_below(difference(multi, vanilla)), subject(pair, attack),
                  against(multi, vanilla, kPercent, kPoints));
      }
      const Trend trend = trend_of_attack(view, pair, {attack}, false);
      if (trend.x.size() >= 2) falling.add(falls(trend), subject(pair, attack), text(trend, kPercent));
    }
  }
  return make_gate(2, "Original attacks succeed less on multi-exit networks, and the less the more exits there are",
                   {below, falling});
}

Gate gate_success_by_depth(const StudyView& view) {
  GatePart part("label-only success rises with depth",
                "the original label-only attack on a model with three exits or more");
  for (const Pair& pair : view.pairs()) {
    const Trend trend = trend_of_attack(view, pair, {"label_only"}, true);
    if (trend.x.size() >= 2) part.add(rises(trend), pair.text(), text(trend, kPercent));
  }
  return make_gate(5, "Samples that leave later are attacked more successfully", {part});
}

Gate gate_hybrid_gains(const StudyView& view) {
  GatePart above("adversary 1 above the original attack", "original and hybrid attacks with known exits");
  for (const Pair& pair : view.pairs()) {
    for (const char* attack : kAttacks) {
      const Value hybrid = view.mean_attack(pair, {attack, "known"});
      const Value original = view.mean_attack(pair, {attack, "none"});
      if (!hybrid.known() || !original.known()) continue;
      above.add(is_above(difference(hybrid, original)), subject(pair, attack),
                against(hybrid, original, kPercent, kPoints));
    }
  }
  GatePart score("score-based gains more than gradient-based", "both, original and hybrid");
  add_order(score, view, "gradient", "score");
  GatePart label("label-only gains more than score-based", "both, original and hybrid");
  add_order(label, view, "score", "label_only");
  return make_gate(
      6,
      "Adversary 1, who knows the exit, beats the original attack; the gain is smallest for gradient-based "
      "and largest for label-only attacks",
      {above, score, label});
}

Gate gate_adversary_3(const StudyView& view) {
  const std::string stolen = stolen_of(view);
  GatePart above("adversary 3 above the original attack with the same shadow",
                 "original and hybrid attacks with `shadow: networks` or `shadow: datasets`");
  GatePart flat("success differs by two points at most across shadow networks",
                "attacks with `shadow: networks`, two networks or more");
  for (const auto& [target, shadows] : foreign_shadows(view)) {
    const auto& [pair, attack] = target;
    std::map<std::string, std::vector<Value>> over_networks;
    for (const std::string& shadow : shadows) {
      const Value original = view.mean_attack(pair, {attack, "none", shadow});
      const Value hybrid = view.mean_attack(pair, {attack, stolen, shadow});
      const bool own = shadow == pair.dataset + "." + pair.network;
      if (!own && original.known() && hybrid.known()) {
        above.add(is_above(difference(hybrid, original)), subject(pair, attack) + ", shadow " + shadow,
                  against(hybrid, original, kPercent, kPoints));
      }
      if (!shadow.starts_with(pair.dataset + ".")) continue;
      over_networks["original"].push_back(original);
      over_networks["hybrid"].push_back(hybrid);
    }
    for (const auto& [which, values] : over_networks) {
      const Difference range = spread(values);
      if (std::isnan(range.value)) continue;
      flat.add(is_within(range, kSmall), which + " " + subject(pair, attack),
               fmt::format("largest less smallest {}", text(range, kPoints)));
    }
  }
  return make_gate(
      8,
      "Adversary 3, who knows neither network nor data, still beats the original attack, about equally with "
      "every shadow network",
      {above, flat});
}

Gate gate_exit_only_control(const StudyView& view) {
  GatePart part("the score-based hybrid above the exit alone",
                "the score-based hybrid and `{kind: exit_only, exit_source: known}`");
  for (const Pair& pair : view.pairs()) {
    for (const std::string& source : {std::string("known"), stolen_of(view)}) {
      const Value hybrid = view.mean_attack(pair, {"score", source});
      const Value control = view.mean_attack(pair, {"exit_only", source});
      if (!hybrid.known() || !control.known()) continue;
      part.add(is_above(difference(hybrid, control)), pair.text() + ", exits " + source,
               against(hybrid, control, kPercent, kPoints));
    }
  }
  return make_gate(11, "The hybrid attack beats the control that sees nothing but the exit", {part});
}

}  // namespace exitaudit::report
