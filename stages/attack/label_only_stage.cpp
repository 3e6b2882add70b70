#include "stages/attack/label_only_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "pipeline/base/error.h"
#include "stages/statistics/membership_metrics.h"
#include "stages/statistics/null_check.h"

namespace exitaudit::attack {
namespace {

using schema::Distances;
using schema::Measurement;

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

Reading read_as(Misclassified rule, const MeasuredModel& of_shadow, const MeasuredModel& of_target,
                const AttackRow& row, const std::string& streams) {
  const Distances& shadow = of_shadow.distances;
  const Distances& target = of_target.distances;
  const ExitView& believed = of_target.exits;
  const bool hybrid = believed.exits > 0;
  const auto scale = row.shadow == ShadowChoice::kDatasets ? DistanceScale::kPerDimension : DistanceScale::kPlain;
  const Lesson<DistanceView> lesson{see_distances(shadow, rule, scale, of_shadow.exits), shadow.member};
  const DistanceView question = see_distances(target, rule, scale, believed);
  const ExitView one_group{.exits = 1, .exit = std::vector<std::int32_t>(target.member.size(), 0)};
  const auto rows = balance_by_exit(hybrid ? believed : one_group, target.member, {"balance", streams});
  Reading reading{.answer = label_only_attack(lesson, question, rows), .verdicts = {}};
  reading.verdicts = verdicts_of(target, reading.answer, row);
  return reading;
}

/// The hybrid's headline is the mean over exits; the pooled success makes room.
void set_headline(std::vector<Measurement>& found, const Reading& reading, const Distances& target) {
  const std::vector<Measurement> over_exits = measure_over_exits(reading.answer, target.member, target.exit_share);
  for (Measurement& m : found) {
    if (m.slice != "all" || m.metric != "attack_success") continue;
    Measurement pooled = m;
    pooled.slice = "pooled";
    m = over_exits[0];
    m.slice = "all";
    found.insert(found.end(), {pooled, over_exits[1]});
    break;
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  found.push_back(
      {"all", "skipped_exits", static_cast<double>(reading.answer.skipped_exits), kNone, kNone, target.exits});
}

std::vector<Measurement> measure(const Reading& reading, const Distances& target, bool hybrid,
                                 const std::string& streams) {
  std::vector<Measurement> found = statistics::measure(reading.verdicts, target.exits, streams);
  if (hybrid) set_headline(found, reading, target);
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
  const bool hybrid = target.exits.exits > 0;
  const Misclassified rule = settings.attack.misclassified;
  const Misclassified other = rule == Misclassified::kZero ? Misclassified::kDistance : Misclassified::kZero;
  const auto reading_of = [&](Misclassified as) { return read_as(as, shadow, target, settings.row, streams); };
  const Reading main = reading_of(rule);
  if (main.answer.row.empty()) {
    fail(fmt::format("no exit of target {} has both samples of its own and samples of shadow {}; measure more samples",
                     target.job, shadow.job));
  }
  schema::Verdicts verdicts = main.verdicts;
  verdicts.measurements = measure(main, target.distances, hybrid, streams);
  const std::string beside = "misclassified=" + name(other);
  const auto others = whole_as(beside, measure(reading_of(other), target.distances, hybrid, streams + "/" + beside));
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
