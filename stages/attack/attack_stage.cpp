#include "stages/attack/attack_stage.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "pipeline/base/error.h"
#include "stages/attack/attack_features.h"
#include "stages/attack/exit_only_attack.h"
#include "stages/attack/label_only_stage.h"
#include "stages/attack/mlp_attack.h"
#include "stages/common/device.h"
#include "stages/statistics/membership_metrics.h"
#include "stages/statistics/null_check.h"

namespace exitaudit::attack {
namespace {

[[noreturn]] void fail(const std::string& message) {
  throw Error(ErrorKind::kFailure, message);
}

void check_same(const Recording& shadow, const Recording& target, std::int64_t of_shadow, std::int64_t of_target,
                const char* what, const char* why) {
  if (of_shadow == of_target) return;
  fail(fmt::format("shadow {} has {} {}, target {} has {}: {}", shadow.job, of_shadow, what, target.job, of_target,
                   why));
}

void check_both_kinds(const Recording& recording) {
  const auto& member = recording.observations.member;
  const auto members = std::count_if(member.begin(), member.end(), [](std::uint8_t flag) { return flag != 0; });
  const auto others = static_cast<std::ptrdiff_t>(member.size()) - members;
  if (members > 0 && others > 0) return;
  fail(fmt::format("{} holds {} members and {} non-members; an attack needs some of each, so record more samples",
                   recording.job, members, others));
}

/// Across datasets the number of classes may differ, so only the three largest probabilities are used (6.4).
ScoreInput score_input(const AttackJob& settings) {
  return settings.row.shadow == ShadowChoice::kDatasets ? ScoreInput::kTop3 : settings.attack.score_input;
}

std::vector<std::string> stream_names(const AttackJob& settings) {
  return {"attack", settings.dataset, settings.network, std::to_string(settings.exits), std::to_string(settings.seed)};
}

ScoreView view_of(const schema::Observations& observations, const AttackJob& settings) {
  const ScoreInput input = score_input(settings);
  if (settings.row.exit_source == ExitSource::kNone) return see_scores(observations, input);
  return see_scores(observations, input, see_exits(observations));
}

/// Membership scores of the target's samples. The environment is noted for an attack that trains a model.
std::vector<double> score_target(const Recording& shadow, const Recording& target, const AttackJob& settings,
                                 StageContext& context) {
  const schema::Observations& lesson = shadow.observations;
  if (settings.row.kind == AttackKind::kExitOnly) {
    return exit_only_attack({see_exits(lesson), lesson.member}, see_exits(target.observations));
  }
  const torch::Device device = prepare_device(context.device(), settings.execution);
  note_environment(context.output().header(), device, settings.execution);
  const auto after_epoch = [&](std::int64_t epochs) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the attack starts over");
    context.progress(static_cast<double>(epochs) / static_cast<double>(settings.attack.epochs),
                     fmt::format("epoch {}/{}", epochs, settings.attack.epochs));
  };
  return score_attack({view_of(lesson, settings), lesson.member}, view_of(target.observations, settings),
                      settings.attack, stream_names(settings), after_epoch, device.str());
}

void check_available(const AttackRow& row) {
  const std::string fault = fault_of(row);
  if (!fault.empty()) fail(fault);
  if (available(row)) return;
  fail(fmt::format("the attack {} with exits {} is not in this version of exitaudit; take it out of `attacks`",
                   name(row.kind), name(row.exit_source)));
}

Recording read(StageContext& context, const std::string& role) {
  return {context.input_job(role), schema::read_observations(context.input(role))};
}

void measure(schema::Verdicts& verdicts, std::int64_t exits, const AttackJob& settings) {
  const std::string streams = fmt::format("{}/{}/exits{}/{}/{}/seed{}", settings.dataset, settings.network,
                                          settings.exits, verdicts.attack, verdicts.exit_source, settings.seed);
  verdicts.measurements = statistics::measure(verdicts, exits, streams);
  const auto null = statistics::check_null(verdicts.decision, verdicts.member, settings.attack.permutations, streams);
  verdicts.measurements.insert(verdicts.measurements.end(), null.begin(), null.end());
}

}  // namespace

void check_pair(const Recording& shadow, const Recording& target, const AttackJob& settings) {
  check_same(shadow, target, shadow.observations.exits, target.observations.exits, "exits",
             "an attack learns from a shadow model with the target's number of exits");
  if (settings.row.kind == AttackKind::kScore && score_input(settings) == ScoreInput::kSorted) {
    check_same(shadow, target, shadow.observations.classes, target.observations.classes, "classes",
               "with score_input: sorted their number must be equal; use top3");
  }
  check_both_kinds(shadow);
  check_both_kinds(target);
}

schema::Verdicts judge(const schema::Observations& target, std::vector<double> scores, const AttackRow& row) {
  schema::Verdicts verdicts;
  verdicts.attack = name(row.kind);
  verdicts.exit_source = name(row.exit_source);
  verdicts.index = target.index;
  verdicts.member = target.member;
  verdicts.label = target.label;
  verdicts.exit = target.exit_taken;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto answer = i * static_cast<std::size_t>(target.exits) + static_cast<std::size_t>(target.exit_taken[i]);
    verdicts.correct.push_back(target.prediction[answer] == target.label[i] ? 1 : 0);
    verdicts.decision.push_back(scores[i] > 0.5 ? 1 : 0);
  }
  verdicts.score = std::move(scores);
  return verdicts;
}

void attack_stage(StageContext& context) {
  const auto settings = read_slice<AttackJob>(context.config());
  check_available(settings.row);
  if (settings.row.kind == AttackKind::kLabelOnly) return label_only_stage(context, settings);
  const Recording shadow = read(context, "shadow");
  const Recording target = read(context, "target");
  check_pair(shadow, target, settings);
  schema::Verdicts verdicts = judge(target.observations, score_target(shadow, target, settings, context), settings.row);
  measure(verdicts, target.observations.exits, settings);
  schema::write(context.output(), verdicts);
}

}  // namespace exitaudit::attack
