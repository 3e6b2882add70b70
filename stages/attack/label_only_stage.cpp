#include "stages/attack/label_only_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "stages/statistics/membership_metrics.h"
#include "stages/statistics/null_check.h"

namespace exitaudit::attack {
namespace {

using measure_boundary::Population;
using schema::Distances;
using schema::Measurement;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorKind::kFailure, message);
}

void check_both_kinds(const MeasuredModel& model) {
  const auto& member = model.distances.member;
  const auto members = std::count(member.begin(), member.end(), std::uint8_t{1});
  const auto others = static_cast<std::ptrdiff_t>(member.size()) - members;
  if (members > 0 && others > 0) return;
  fail(fmt::format("{} holds {} members and {} non-members; an attack needs some of each, so measure more samples",
                   model.job, members, others));
}

ExitView true_exits(const Distances& distances) {
  return {.exits = distances.exits, .exit = distances.exit_taken};
}

/// One reading of misclassified samples: what the attack answers, and the target's rows beside it.
struct Reading {
  LabelOnlyAnswer answer;
  schema::Verdicts verdicts;
};

schema::Verdicts verdicts_of(const Distances& target, const LabelOnlyAnswer& answer, const AttackRow& row) {
  schema::Verdicts verdicts;
  verdicts.attack = name(row.kind);
  verdicts.exit_source = name(row.exit_source);
  for (const std::size_t i : answer.row) {
    verdicts.index.push_back(target.index[i]);
    verdicts.member.push_back(target.member[i]);
    verdicts.label.push_back(target.label[i]);
    verdicts.exit.push_back(target.exit_taken[i]);
    verdicts.correct.push_back(target.correct[i]);
  }
  verdicts.score = answer.score;
  verdicts.decision = answer.decision;
  return verdicts;
}

/// The target's rows that are judged, by the exits that the adversary believes; one group of all for the original
/// attack.
std::vector<std::size_t> choose_rows(const MeasuredModel& target, Population population, const std::string& streams) {
  const std::vector<std::uint8_t>& member = target.distances.member;
  if (population == Population::kNatural) {
    std::vector<std::size_t> all(member.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }
  const ExitView one_group{.exits = 1, .exit = std::vector<std::int32_t>(member.size(), 0)};
  return balance_by_exit(target.exits.exits > 0 ? target.exits : one_group, member, {"balance", streams});
}

Reading read_as(Misclassified rule, const MeasuredModel& of_shadow, const MeasuredModel& of_target,
                const AttackJob& settings, const std::string& streams) {
  const Distances& shadow = of_shadow.distances;
  const Distances& target = of_target.distances;
  const bool across = settings.row.shadow == ShadowChoice::kDatasets;
  const auto scale = across ? DistanceScale::kPerDimension : DistanceScale::kPlain;
  const Lesson<DistanceView> lesson{see_distances(shadow, rule, scale, of_shadow.exits), shadow.member};
  const DistanceView question = see_distances(target, rule, scale, of_target.exits);
  const auto rows = choose_rows(of_target, settings.population, streams);
  Reading reading{.answer = label_only_attack(lesson, question, rows), .verdicts = {}};
  reading.verdicts = verdicts_of(target, reading.answer, settings.row);
  return reading;
}

/// A hybrid's headline is the mean over exits, of `over_exits` the first; the pooled samples' figure makes room.
void set_headline(std::vector<Measurement>& found, const std::vector<Measurement>& over_exits) {
  for (Measurement& m : found) {
    if (m.slice != "all" || m.metric != over_exits[0].metric) continue;
    Measurement pooled = m;
    pooled.slice = "pooled";
    m = over_exits[0];
    m.slice = "all";
    found.insert(found.end(), {pooled, over_exits[1]});
    return;
  }
}

void add_over_exits(std::vector<Measurement>& found, const Reading& reading, const Distances& target,
                    Population population) {
  set_headline(found, measure_over_exits(reading.answer, target.member, target.exit_share));
  if (population == Population::kNatural) {
    set_headline(found, measure_balanced_over_exits(reading.answer, target.member, target.exit_share));
  }
  found.push_back(
      {"all", "skipped_exits", static_cast<double>(reading.answer.skipped_exits), kNone, kNone, target.exits});
}

std::vector<JudgedSides> sides_of(const Reading& reading, const MeasuredModel& target) {
  const auto groups = static_cast<std::size_t>(std::max<std::int64_t>(1, target.exits.exits));
  return judged_sides(reading.answer, target.distances.member, groups);
}

/// Some of a side, but so few that they tell little; they count all the same (5.6).
bool is_small(const JudgedSides& sides) {
  return sides.count() > 0 && std::min(sides.members, sides.others) < measure_boundary::kFewSamples;
}

Measurement count_small_groups(const std::vector<JudgedSides>& groups) {
  const auto judged = std::count_if(groups.begin(), groups.end(), [](const auto& sides) { return sides.count() > 0; });
  const auto small = std::count_if(groups.begin(), groups.end(), is_small);
  return {"all", "small_groups", static_cast<double>(small), kNone, kNone, judged};
}

void log_small_groups(const std::vector<JudgedSides>& groups) {
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (!is_small(groups[group])) continue;
    log_info("{}: judged on {} members and {} others, which tells little",
             groups.size() > 1 ? fmt::format("exit {}", group) : "all exits", groups[group].members,
             groups[group].others);
  }
}

std::vector<Measurement> measure(const Reading& reading, const MeasuredModel& target, Population population,
                                 const std::string& streams) {
  const Distances& distances = target.distances;
  const bool hybrid = target.exits.exits > 0;
  std::vector<Measurement> found = statistics::measure(reading.verdicts, distances.exits, streams);
  if (hybrid) add_over_exits(found, reading, distances, population);
  found.push_back(count_small_groups(sides_of(reading, target)));
  if (population == Population::kNatural) {
    const auto judged = static_cast<std::int64_t>(reading.answer.row.size());
    found.push_back({"all", "natural_population", 1, kNone, kNone, judged});
  }
  return found;
}

/// The figures of slice "all", under another slice's name.
std::vector<Measurement> whole_as(const std::string& slice, std::vector<Measurement> found) {
  std::erase_if(found, [](const Measurement& m) { return m.slice != "all"; });
  for (Measurement& m : found) m.slice = slice;
  return found;
}

ExitView stolen_exits(const Distances& model, const char* role, StageContext& context) {
  return join_exits(schema::read_stolen_exits(context.input(role)), context.input_job(role), model.index);
}

/// The exits of the target as the adversary believes them; none for the original attack.
ExitView believed_exits(const Distances& target, ExitSource source, StageContext& context) {
  if (source == ExitSource::kNone) return {};
  if (source == ExitSource::kKnown) return true_exits(target);
  return stolen_exits(target, "stolen_exits", context);
}

/// The exits of the adversary's own shadow: the truth, unless it learns its thresholds behind a guard (7, [R] d).
ExitView shadow_exits(const Distances& shadow, StageContext& context) {
  constexpr const char* kRole = "shadow_stolen_exits";
  return context.has_input(kRole) ? stolen_exits(shadow, kRole, context) : true_exits(shadow);
}

MeasuredModel read(StageContext& context, const std::string& role) {
  return {context.input_job(role), schema::read_distances(context.input(role)), {}};
}

}  // namespace

void check_pair(const MeasuredModel& shadow, const MeasuredModel& target) {
  const Distances& lesson = shadow.distances;
  const Distances& question = target.distances;
  if (lesson.method != question.method || lesson.rates.size() != question.rates.size()) {
    fail(fmt::format(
        "shadow {} was measured by {} ({} rates), target {} by {} ({} rates): thresholds carry over only "
        "between the same",
        shadow.job, lesson.method, lesson.rates.size(), target.job, question.method, question.rates.size()));
  }
  if (lesson.exits != question.exits) {
    fail(
        fmt::format("shadow {} has {} exits, target {} has {}: an attack learns from a shadow model with the target's "
                    "number of exits",
                    shadow.job, lesson.exits, target.job, question.exits));
  }
  check_both_kinds(shadow);
  check_both_kinds(target);
}

schema::Verdicts judge(const MeasuredModel& shadow, const MeasuredModel& target, const AttackJob& settings,
                       const std::string& streams) {
  const Misclassified rule = settings.attack.misclassified;
  const Misclassified other = rule == Misclassified::kZero ? Misclassified::kDistance : Misclassified::kZero;
  const auto reading_of = [&](Misclassified as) { return read_as(as, shadow, target, settings, streams); };
  const Reading main = reading_of(rule);
  if (main.answer.row.empty()) {
    fail(fmt::format("no exit of target {} has both samples of its own and samples of shadow {}; measure more samples",
                     target.job, shadow.job));
  }
  log_small_groups(sides_of(main, target));
  schema::Verdicts verdicts = main.verdicts;
  verdicts.measurements = measure(main, target, settings.population, streams);
  const std::string beside = "misclassified=" + name(other);
  const auto others = whole_as(beside, measure(reading_of(other), target, settings.population, streams + "/" + beside));
  std::copy(others.begin(), others.end(), std::back_inserter(verdicts.measurements));
  return verdicts;
}

void label_only_stage(StageContext& context, const AttackJob& settings) {
  MeasuredModel shadow = read(context, "shadow");
  MeasuredModel target = read(context, "target");
  check_pair(shadow, target);
  if (settings.row.exit_source != ExitSource::kNone) shadow.exits = shadow_exits(shadow.distances, context);
  target.exits = believed_exits(target.distances, settings.row.exit_source, context);
  const std::string streams =
      fmt::format("{}/{}/exits{}/{}/{}/{}/seed{}", settings.dataset, settings.network, settings.exits,
                  settings.shadow_model, name(settings.row.kind), name(settings.row.exit_source), settings.seed);
  schema::Verdicts verdicts = judge(shadow, target, settings, streams);
  const auto null = statistics::check_null(verdicts.decision, verdicts.member, settings.attack.permutations, streams);
  verdicts.measurements.insert(verdicts.measurements.end(), null.begin(), null.end());
  schema::write(context.output(), verdicts);
}

}  // namespace exitaudit::attack
