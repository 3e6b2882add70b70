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

/// The gradient-based attack reads whole layers, so shadow and target must be built alike.
void check_inside(const Recording& shadow, const Recording& target) {
  const char* why = "a gradient attack learns from a shadow of the target's own architecture and classes";
  check_same(shadow, target, shadow.observations.classes, target.observations.classes, "classes", why);
  check_same(shadow, target, shadow.observations.features, target.observations.features, "features", why);
  constexpr std::int64_t kLeast = 3;
  if (std::min(target.observations.classes, target.observations.features) >= kLeast) return;
  fail(
      fmt::format("{} has {} classes and {} features in its last layer; a gradient attack reads both with a kernel of "
                  "3 by 3, so take it out of `attacks` for this dataset",
                  target.job, target.observations.classes, target.observations.features));
}

std::vector<std::string> stream_names(const AttackJob& settings) {
  return {"attack",
          name(settings.row.kind),
          settings.dataset,
          settings.network,
          std::to_string(settings.exits),
          settings.shadow_model,
          std::to_string(settings.seed)};
}

/// Both sides of an attack. The exits of a view that does not hold them are 0.
struct Sides {
  Recording shadow;
  Recording target;
  ExitView shadow_exits;  ///< the truth, unless the adversary trains behind a guard
  ExitView target_exits;  ///< as the adversary believes

  const schema::Observations& lesson() const { return shadow.observations; }
  const schema::Observations& question() const { return target.observations; }
};

std::vector<double> attack_by_exit(const Sides& sides) {
  return exit_only_attack({sides.shadow_exits, sides.lesson().member}, sides.target_exits);
}

/// How a model is trained in this job; notes its environment in the output.
MlpTraining training_of(const AttackJob& settings, StageContext& context) {
  const torch::Device device = prepare_device(context.device(), settings.execution);
  note_environment(context.output().header(), device, settings.execution);
  const std::int64_t epochs = settings.attack.epochs;
  const auto after_epoch = [&context, epochs](std::int64_t done) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the attack starts over");
    context.progress(static_cast<double>(done) / static_cast<double>(epochs), fmt::format("epoch {}/{}", done, epochs));
  };
  return {recipe_of(settings.attack), stream_names(settings), after_epoch, device.str()};
}

std::vector<double> attack_by_score(const Sides& sides, const AttackJob& settings, StageContext& context) {
  const auto see = [&](const schema::Observations& observations, const ExitView& exits) {
    const ScoreInput input = score_input(settings);
    return exits.exits == 0 ? see_scores(observations, input) : see_scores(observations, input, exits);
  };
  return score_attack({see(sides.lesson(), sides.shadow_exits), sides.lesson().member},
                      see(sides.question(), sides.target_exits), training_of(settings, context));
}

std::vector<double> attack_by_gradient(const Sides& sides, const AttackJob& settings, StageContext& context) {
  const LabelInput label = settings.attack.label_input;
  return gradient_attack({see_inside(sides.lesson(), label, sides.shadow_exits), sides.lesson().member},
                         see_inside(sides.question(), label, sides.target_exits), settings.attack.gradient_bias,
                         training_of(settings, context));
}

/// Membership scores of the target's samples.
std::vector<double> score_target(const Sides& sides, const AttackJob& settings, StageContext& context) {
  switch (settings.row.kind) {
    case AttackKind::kExitOnly:
      return attack_by_exit(sides);
    case AttackKind::kScore:
      return attack_by_score(sides, settings, context);
    case AttackKind::kGradient:
      return attack_by_gradient(sides, settings, context);
    case AttackKind::kLabelOnly:
      break;
  }
  fail("this attack has no model to train");
}

void check_row(const AttackRow& row) {
  const std::string fault = fault_of(row);
  if (!fault.empty()) fail(fault);
}

Recording read(StageContext& context, const std::string& role) {
  return {context.input_job(role), schema::read_observations(context.input(role))};
}

/// What a thief said of the samples that a model answered.
ExitView stolen_exits(const schema::Observations& model, const std::string& role, StageContext& context) {
  const std::string& thief = context.input_job(role);
  const schema::StolenExits stolen = schema::read_stolen_exits(context.input(role));
  if (stolen.exits != model.exits) {
    fail(fmt::format("{} numbers {} exits, the model has {}: an attack joins the exits of its own models", thief,
                     stolen.exits, model.exits));
  }
  return join_exits(stolen, thief, model.index);
}

/// The exits of the adversary's own shadow: the truth, unless it trains on what a thief tells it behind a guard (7, [R]
/// d).
ExitView shadow_exits(const schema::Observations& shadow, ExitSource source, StageContext& context) {
  if (source == ExitSource::kNone) return {};
  constexpr const char* kRole = "shadow_stolen_exits";
  return context.has_input(kRole) ? stolen_exits(shadow, kRole, context) : see_exits(shadow);
}

/// The exits of the target as the adversary believes them; none for an attack that does not ask.
ExitView believed_exits(const schema::Observations& target, ExitSource source, StageContext& context) {
  if (source == ExitSource::kNone) return {};
  if (source == ExitSource::kKnown) return see_exits(target);
  return stolen_exits(target, "stolen_exits", context);
}

Sides read_sides(StageContext& context, const AttackJob& settings) {
  Sides sides{read(context, "shadow"), read(context, "target"), {}, {}};
  check_pair(sides.shadow, sides.target, settings);
  sides.shadow_exits = shadow_exits(sides.lesson(), settings.row.exit_source, context);
  sides.target_exits = believed_exits(sides.question(), settings.row.exit_source, context);
  return sides;
}

void measure(schema::Verdicts& verdicts, std::int64_t exits, const AttackJob& settings) {
  const std::string streams =
      fmt::format("{}/{}/exits{}/{}/{}/{}/seed{}", settings.dataset, settings.network, settings.exits, verdicts.attack,
                  verdicts.exit_source, settings.shadow_model, settings.seed);
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
  if (settings.row.kind == AttackKind::kGradient) check_inside(shadow, target);
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
    verdicts.correct.push_back(target.prediction[target.answer(i)] == target.label[i] ? 1 : 0);
    verdicts.decision.push_back(scores[i] > 0.5 ? 1 : 0);
  }
  verdicts.score = std::move(scores);
  return verdicts;
}

void attack_stage(StageContext& context) {
  const auto settings = read_slice<AttackJob>(context.config());
  check_row(settings.row);
  if (settings.row.kind == AttackKind::kLabelOnly) return label_only_stage(context, settings);
  const Sides sides = read_sides(context, settings);
  schema::Verdicts verdicts = judge(sides.question(), score_target(sides, settings, context), settings.row);
  measure(verdicts, sides.question().exits, settings);
  schema::write(context.output(), verdicts);
}

}  // namespace exitaudit::attack
