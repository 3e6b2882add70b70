#pragma once
// Training of an adversary's classifier, the same for every kind of attack (specification 5.3): SGD with momentum and
// weight decay, a cosine that falls over all epochs, cross-entropy, shuffled batches.
//
// The epoch that is kept is the last, or the one best on a fifth of the shadow's own samples. The target is not even an
// argument here, so nothing can be chosen on it.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/common/classifier_recipe.h"

namespace exitaudit {

/// Logits [rows, classes] for these rows (int64) of the shadow's table.
using Forward = std::function<torch::Tensor(const torch::Tensor& rows)>;
/// Called after each epoch with how many are done.
using EpochDone = std::function<void(std::int64_t epochs)>;

/// Trains `network` in place and leaves it in evaluation mode. `classes`: [n] int64, what each row is, on the network's
/// device. `names` name the random streams: of the held-out fifth, of each epoch's shuffle and dropout.
void train_classifier(torch::nn::Module& network, const Forward& forward, const torch::Tensor& classes,
                      const ClassifierRecipe& recipe, const std::vector<std::string>& names,
                      const EpochDone& epoch_done);

/// PyTorch's default for Linear and Conv2d, U(-1/sqrt(fan in), 1/sqrt(fan in)) for weights and biases, each parameter
/// from the random stream named by `names` and its own name: equal on every machine.
void initialize_layers(torch::nn::Module& network, const std::vector<std::string>& names);

}  // namespace exitaudit
