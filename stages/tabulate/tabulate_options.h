#pragma once
// TabulateOptions: which results go into a study's table, and what each was made on.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::tabulate {

/// One input of the stage. Empty texts where an axis does not apply.
struct TabulateSource {
  std::string input;  ///< the input's name
  std::string noun;   ///< what it is: "verdicts", "thresholds", "weights", "characteristics", "partition", …
  std::string dataset;
  std::string network;
  std::int64_t exits = 1;  ///< 0 where the axis does not apply
  std::int64_t seed = 1;
  std::string role;         ///< "target" or "shadow0"; "" for attacks
  std::string attack;       ///< "score", …; "" for a model's own figures
  std::string exit_source;  ///< "none", "known", …
  std::string shadow;       ///< "same", …
};
void describe(Fields& f, TabulateSource& o);

/// Whether a shadow's training has the settings of its target's: they differ by the role alone.
struct RecipeCheck {
  std::string job;  ///< the shadow's training
  std::string dataset;
  std::string network;
  std::int64_t exits = 1;
  std::int64_t seed = 1;
  std::string differences;  ///< settings beside the role that differ, "" = none
};
void describe(Fields& f, RecipeCheck& o);

struct TabulateJob {
  std::vector<TabulateSource> sources;
  std::vector<RecipeCheck> recipes;
  std::int64_t models = 0;  ///< that the study's axes and attacks ask for; 0 = not told
};
void describe(Fields& f, TabulateJob& o);

}  // namespace exitaudit::tabulate
