#pragma once
// ParityRun: twenty steps of the product's own Trainer on tiny data with dropout left out, and all that PyTorch needs
// to repeat them: initial weights, the batches as they came, and the losses (tests/pytorch/compare_losses.sh).

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "stages/networks/network_options.h"
#include "stages/schema/weights.h"
#include "stages/train/train_options.h"

namespace exitaudit::test {

struct ParityRun {
  train::TrainJob job;  ///< resolved; four epochs of five batches, the learning rate decays after the second
  networks::NetworkShape shape;
  std::vector<schema::NamedArray> weights;  ///< before the first step
  std::vector<schema::NamedArray> trained;  ///< after the last
  torch::Tensor inputs;                     ///< [steps, batch, sample…] floats in [0, 1]
  torch::Tensor labels;                     ///< [steps, batch]
  std::vector<double> losses;               ///< [steps], joint loss of each step
};

/// An eighth or a quarter of the paper's width, six exits, 32-pixel images or rows of 64 features, one thread.
ParityRun run_parity(networks::Family family);

/// Writes what compare_losses.py reads: `parameters/<name>`, `trained/<name>`, `inputs`, `labels` and `losses`; the
/// recipe as attributes.
void write(const ParityRun& run, const std::filesystem::path& path);

}  // namespace exitaudit::test
