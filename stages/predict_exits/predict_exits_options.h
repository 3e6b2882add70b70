#pragma once
// PredictExitsOptions: what one guess of exits from scores reads (specification 8, last row). No torch.

#include <cstdint>
#include <string>

#include "pipeline/config/fields.h"
#include "stages/common/classifier_recipe.h"
#include "stages/common/execution_options.h"

namespace exitaudit::predict_exits {

struct PredictExitsJob {
  std::string dataset;  ///< with network, exits, shadow_model and seed: names the random streams
  std::string network;
  std::int64_t exits = 1;
  std::int64_t seed = 1;
  std::string shadow_model = "same";  ///< whose shadow teaches: "same", or adversary 3's "cifar10.vgg16"
  ClassifierRecipe training;          ///< that of the score-based attack
  ExecutionOptions execution;
};
void describe(Fields& f, PredictExitsJob& o);

}  // namespace exitaudit::predict_exits
