#pragma once
// Training of an attack model, the same for every kind of attack (specification 5.3): SGD with momentum and weight
// decay, a cosine that falls over all epochs, cross-entropy on two logits, shuffled batches.
//
// The epoch that is kept is the last, or the one best on a fifth of the shadow's own samples. The target is not even an
// argument here, so nothing can be chosen on it.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/attack/attack_options.h"

namespace exitaudit::attack {

/// Logits [rows, 2] for these rows (int64) of the shadow's table.
using Forward = std::function<torch::Tensor(const torch::Tensor& rows)>;
/// Called after each epoch with how many are done.
using EpochDone = std::function<void(std::int64_t epochs)>;

/// Trains `network` in place. `member`: [n] int64, 1 = member, on the network's device.
void train_attack(torch::nn::Module& network, const Forward& forward, const torch::Tensor& member,
                  const AttackOptions& options, const std::vector<std::string>& names, const EpochDone& epoch_done);

}  // namespace exitaudit::attack
