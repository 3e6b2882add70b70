#include "stages/attack/attack_options.h"

namespace exitaudit::attack {
namespace {

bool trains_a_model(AttackKind kind) {
  return kind == AttackKind::kScore || kind == AttackKind::kGradient;
}

void describe_score(Fields& f, AttackOptions& o) {
  choice(f, "score_input", o.score_input, kScoreInputNames, "the three largest probabilities, or all, sorted");
}

void describe_gradient(Fields& f, AttackOptions& o) {
  choice(f, "label_input", o.label_input, kLabelInputNames,
         "what a gradient attack is told of the label: the true class, or whether the answer is right");
  f.boolean("gradient_bias", o.gradient_bias, "a gradient attack also reads the last layer's bias gradient");
}

void describe_training(Fields& f, AttackOptions& o) {
  choice(f, "selection", o.selection, kSelectionNames,
         "the last epoch, or the one best on a fifth of the shadow's samples; never chosen on the target");
  f.integer("epochs", o.epochs, {1, 100000}, "passes over the shadow's samples");
  f.integer("batch_size", o.batch_size, {0, 1000000}, "samples in a step; 0: 128 for gradient, 256 for score attacks");
  f.real("learning_rate", o.learning_rate, {0, 1000, true}, "at the start; falls along a cosine to 0");
  f.real("momentum", o.momentum, {0, 1}, "of SGD");
  f.real("weight_decay", o.weight_decay, {0, 1000}, "of SGD");
}

void describe_label_only(Fields& f, AttackOptions& o) {
  choice(
      f, "misclassified", o.misclassified, kMisclassifiedNames,
      "what a label-only attack takes a misclassified sample's distance to be: 0, or as measured; both are reported");
}

void describe_null_check(Fields& f, AttackOptions& o) {
  f.integer("permutations", o.permutations, {0, 10000},
            "permuted memberships that the attack is judged against, as a check of the audit itself; 0 = none");
}

}  // namespace

void describe(Fields& f, AttackRow& o) {
  choice(f, "kind", o.kind, kAttackKindNames,
         "what the attack reads; exit_only is the control that reads the exit alone");
  choice(f, "exit_source", o.exit_source, kExitSourceNames, "how the adversary learns which exit answered");
  choice(f, "shadow", o.shadow, kShadowChoiceNames, "whose shadow models: the target's twin, or (adversary 3) others'");
}

std::string fault_of(const AttackRow& row) {
  const bool knows_model = row.exit_source == ExitSource::kNone || row.exit_source == ExitSource::kKnown;
  if (row.kind == AttackKind::kGradient && !knows_model) {
    return "a gradient attack sees the whole model, so its exit_source is none or known";
  }
  if (row.kind == AttackKind::kGradient && row.shadow != ShadowChoice::kSame) {
    return "a gradient attack sees the whole model, so its shadow is the same";
  }
  if (row.kind == AttackKind::kExitOnly && row.exit_source == ExitSource::kNone) {
    return "an exit_only attack reads the exit alone, so it needs an exit_source: known, stolen or predicted";
  }
  return "";
}

void describe(Fields& f, AttackOptions& o) {
  describe_score(f, o);
  describe_gradient(f, o);
  describe_training(f, o);
  describe_label_only(f, o);
  describe_null_check(f, o);
}

void describe(Fields& f, AttackJob& o) {
  f.text("dataset", o.dataset, "the target's dataset");
  f.text("network", o.network, "the target's architecture");
  f.integer("exits", o.exits, {1, 6}, "the target's number of exits");
  f.integer("seed", o.seed, {}, "seed of the study");
  f.text("shadow_model", o.shadow_model, "whose shadow teaches the attack");
  block(f, "row", o.row, "which attack");
  const auto settings = [&](Fields& inner) {
    if (o.row.kind == AttackKind::kScore) describe_score(inner, o.attack);
    if (o.row.kind == AttackKind::kGradient) describe_gradient(inner, o.attack);
    if (trains_a_model(o.row.kind)) describe_training(inner, o.attack);
    if (o.row.kind == AttackKind::kLabelOnly) describe_label_only(inner, o.attack);
    describe_null_check(inner, o.attack);
  };
  f.block("attack", settings, "how the attack is trained and checked");
  if (o.row.kind == AttackKind::kLabelOnly) {
    choice(f, "population", o.population, measure_boundary::kPopulationNames,
           "members and others in each group that is judged: as many of each, or all that were measured");
  }
  block(f, "execution", o.execution, "threads and determinism");
}

void resolve(AttackJob& job) {
  if (job.attack.batch_size == 0) job.attack.batch_size = job.row.kind == AttackKind::kGradient ? 128 : 256;
}

ClassifierRecipe recipe_of(const AttackOptions& options) {
  return {.epochs = options.epochs,
          .batch_size = options.batch_size,
          .learning_rate = options.learning_rate,
          .momentum = options.momentum,
          .weight_decay = options.weight_decay,
          .hold_out = options.selection == Selection::kShadowHoldout};
}

std::string name(AttackKind kind) {
  return std::string(kAttackKindNames[static_cast<std::size_t>(kind)]);
}

std::string name(ExitSource source) {
  return std::string(kExitSourceNames[static_cast<std::size_t>(source)]);
}

std::string name(Misclassified rule) {
  return std::string(kMisclassifiedNames[static_cast<std::size_t>(rule)]);
}

}  // namespace exitaudit::attack
