#include <fmt/format.h>

#include "report/gates/gate_tally.h"
#include "stages/schema/guarded_source.h"

namespace exitaudit::report {
namespace {

constexpr const char* kTimed = "attacks with `exit_source: stolen`";
constexpr const char* kLoaded = "attacks with `exit_source: stolen` and `measure_latency: {copies_per_device: [1, 4]}`";
constexpr const char* kAttacks[] = {"score", "label_only"};

std::string subject(const Pair& pair, const std::string& attack) {
  return name_of_attack(attack) + " on " + pair.text();
}

void add_equal(GatePart& part, const StudyView& view, const Pair& pair, const std::string& alone) {
  const Value accuracy = view.mean_clock(pair, {"", alone}, "exit_accuracy");
  if (!accuracy.known() || accuracy.y < kNearOne) return;
  for (const char* attack : kAttacks) {
    const Value known = view.mean_attack(pair, {attack, "known"});
    const Value stolen = view.mean_attack(pair, {attack, alone});
    if (!known.known() || !stolen.known()) continue;
    part.add(is_within(difference(stolen, known), kSmall), subject(pair, attack),
             against(stolen, known, kPercent, kPoints));
  }
}

void add_loaded(GatePart& below, GatePart& above, const StudyView& view, const Pair& pair, const std::string& alone,
                const std::string& loaded) {
  for (const char* attack : kAttacks) {
    const Value slow = view.mean_attack(pair, {attack, loaded});
    if (!slow.known()) continue;
    for (const std::string& other : {std::string("known"), alone}) {
      const Value hybrid = view.mean_attack(pair, {attack, other});
      if (!hybrid.known()) continue;
      below.add(is_below(difference(slow, hybrid)), subject(pair, attack) + ", beside exits " + other,
                against(slow, hybrid, kPercent, kPoints));
    }
    const Value original = view.mean_attack(pair, {attack, "none"});
    if (!original.known()) continue;
    above.add(is_above(difference(slow, original)), subject(pair, attack), against(slow, original, kPercent, kPoints));
  }
}

/// Whether the study's guard never answers later than Tmax, from its settings: without that the bound is not promised.
bool is_capped(const std::string& settings) {
  const std::size_t block = settings.find("guard_time:");
  if (block == std::string::npos) return false;
  const std::size_t cap = settings.find("cap:", block);
  return cap != std::string::npos && settings.compare(cap, 8, "cap: max") == 0;
}

/// The hybrid at the smallest sigma that suffices, or at the largest tried, beside the original attack.
void add_effect(GatePart& part, const StudyView& view, const Pair& pair, const std::string& attack,
                const std::string& source) {
  const std::int64_t exits = view.deepest(pair);
  const auto number = [&](const char* metric) { return view.clock(pair, exits, {"", source}, {metric}); };
  const Value sigma = number("smallest_sigma_ms");
  const Value original = number("original_success");
  const Value unguarded = number("unguarded_success");
  const Value guarded = number("guarded_success");
  if (!original.known() || !guarded.known()) return;
  const std::string numbers = fmt::format(
      "{}{}; unguarded {}", against(guarded, original, kPercent, kPoints),
      sigma.known() ? fmt::format(" at sigma {} ms", sigma.y) : " at the largest sigma", text(unguarded, kPercent));
  const bool something_to_hide = is_above(difference(unguarded, original)) == Decision::kHolds;
  Decision decision = is_below(difference(guarded, original), kSmall);
  if (!sigma.known()) {
    decision =
        is_above(difference(guarded, original)) == Decision::kHolds ? Decision::kDoesNotHold : Decision::kUndecided;
  } else if (!something_to_hide) {
    decision = Decision::kUndecided;  // what was not there cannot be seen to go
  }
  part.add(decision, subject(pair, attack), numbers);
}

void add_times(GatePart& part, const StudyView& view, const Pair& pair, const std::string& effect) {
  const std::int64_t exits = view.deepest(pair);
  const Value sigma = view.clock(pair, exits, {"", effect}, {"smallest_sigma_ms"});
  for (const std::string& source : view.sources(pair, "", "copies=1/guard=")) {
    const auto guard = schema::parse_guarded_source(source);
    if (!guard || !sigma.known() || guard->sigma_ms != sigma.y) continue;
    const Value guarded = view.clock(pair, exits, {"", source, ""}, {"mean_ms_guarded"});
    const Value longest = view.clock(pair, exits, {"", source, ""}, {"mean_ms_max_delay"});
    if (!guarded.known() || !longest.known()) continue;
    part.add(is_below(difference(guarded, longest)), fmt::format("{} at sigma {} ms", pair.text(), sigma.y),
             against(guarded, longest, kMilliseconds, kMilliseconds));
  }
}

}  // namespace

Gate gate_stolen_exits(const StudyView& view) {
  const std::string alone = view.stolen_source();
  const std::string loaded = view.stolen_source(true);
  GatePart equal("adversary 2 within two points of adversary 1 where exit accuracy is at least 99 %", kTimed);
  GatePart lower("load lowers exit accuracy", kLoaded);
  GatePart below("adversary 2 under load below the other hybrids", kLoaded);
  GatePart above("adversary 2 under load above the original attack", kLoaded);
  for (const Pair& pair : view.pairs()) {
    if (!alone.empty()) add_equal(equal, view, pair, alone);
    if (alone.empty() || loaded.empty()) continue;
    const Value slow = view.mean_clock(pair, {"", loaded}, "exit_accuracy");
    const Value calm = view.mean_clock(pair, {"", alone}, "exit_accuracy");
    if (slow.known() && calm.known()) {
      lower.add(is_below(difference(slow, calm)), pair.text(), against(slow, calm, kPercent, kPoints));
    }
    add_loaded(below, above, view, pair, alone, loaded);
  }
  return make_gate(
      7,
      "Adversary 2, who steals exits by the clock, is as good as adversary 1 while exits are told rightly; "
      "load makes exits harder to tell, and its attack a little worse and still better than the original",
      {equal, lower, below, above});
}

Gate gate_time_guard(const StudyView& view) {
  const char* needs = "`guard_time: {sigma_ms: [0.1, 1, 10]}` with original and stolen score-based attacks";
  const bool capped = is_capped(view.results().settings);
  GatePart effect("TimeGuard brings the hybrid down to the original attack (two points above it at most)", needs);
  GatePart time(capped ? "the mean time stays below Tmax" : "the mean time below Tmax (not promised without a cap)",
                needs);
  for (const Pair& pair : view.pairs()) {
    for (const std::string attack : kAttacks) {
      // The adversary of the paper, who knows of no guard.
      const std::string source = attack + "/stolen/copies=1/guard";
      add_effect(effect, view, pair, attack, source);
      add_times(time, view, pair, source);
    }
  }
  Gate gate = make_gate(10,
                        "TimeGuard drives the hybrid attack down to the original one while the mean time stays below "
                        "that of the slowest exit",
                        {effect, time});
  if (!capped) gate.verdict = effect.decision();
  return gate;
}

}  // namespace exitaudit::report
