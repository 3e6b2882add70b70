#pragma once
// TrainOptions: the recipe of a training (specification 3). Plain, no torch.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"
#include "stages/common/execution_options.h"
#include "stages/networks/network_options.h"

namespace exitaudit::train {

enum class Optimizer { kSgd, kAdam };
inline constexpr std::array<std::string_view, 2> kOptimizerNames{"sgd", "adam"};

struct TrainOptions {
  std::int64_t epochs = 100;
  std::int64_t batch_size = 128;
  Optimizer optimizer = Optimizer::kSgd;
  std::optional<double> learning_rate;               ///< empty = by optimizer and network
  std::optional<double> weight_decay;                ///< empty = by optimizer and network
  double momentum = 0.9;                             ///< of SGD
  std::vector<std::int64_t> milestones{35, 60, 85};  ///< the rate decays after these epochs
  double decay = 0.1;
  bool augment = false;
  Precision precision = Precision::kFp32;
  std::int64_t evaluate_every = 10;  ///< epochs; the last epoch is always evaluated
  std::int64_t ranks = 1;            ///< size of the team, each rank with batch_size samples of a step
  bool synchronize_batch_norm = false;
};
void describe(Fields& f, TrainOptions& o);

/// All that one training reads.
struct TrainJob {
  std::string dataset;
  std::string role;  ///< "target" or "shadow0"
  std::int64_t seed = 1;
  networks::NetworkOptions network;
  TrainOptions train;
  ExecutionOptions execution;
};
void describe(Fields& f, TrainJob& o);

/// Writes out what the recipe leaves to the network: learning rate and weight decay (specification 3, X5).
void resolve(TrainJob& job);

}  // namespace exitaudit::train
