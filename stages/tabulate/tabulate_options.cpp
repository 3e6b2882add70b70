#include "stages/tabulate/tabulate_options.h"

namespace exitaudit::tabulate {

void describe(Fields& f, TabulateSource& o) {
  f.text("input", o.input, "name of the input");
  f.text("noun", o.noun, "what it is");
  f.text("dataset", o.dataset, "the model's dataset");
  f.text("network", o.network, "the model's architecture");
  f.integer("exits", o.exits, {0, 6}, "the model's number of exits; 0 where it does not apply");
  f.integer("seed", o.seed, {}, "seed of the study");
  f.text("role", o.role, "target or shadow");
  f.text("attack", o.attack, "kind of attack; empty for a model's own figures");
  f.text("exit_source", o.exit_source, "how the attack learns the exit");
  f.text("shadow", o.shadow, "whose shadow taught the attack");
}

void describe(Fields& f, RecipeCheck& o) {
  f.text("job", o.job, "the shadow's training");
  f.text("dataset", o.dataset, "the model's dataset");
  f.text("network", o.network, "the model's architecture");
  f.integer("exits", o.exits, {1, 6}, "the model's number of exits");
  f.integer("seed", o.seed, {}, "seed of the study");
  f.text("differences", o.differences, "settings beside the role in which it differs from its target's");
}

void describe(Fields& f, TabulateJob& o) {
  blocks(f, "sources", o.sources, "the results of the table");
  blocks(f, "recipes", o.recipes, "shadows and how their trainings differ from their targets'");
  f.integer("models", o.models, {0, 1000000}, "models that the study asks for");
}

}  // namespace exitaudit::tabulate
