#pragma once
// Accuracy of every exit on a set of samples, each exit answering all of them.

#include <cstdint>
#include <vector>

#include "stages/common/batches.h"
#include "stages/networks/network.h"

namespace exitaudit::train {

/// [exits] shares of samples whose label is the first, or among the first five, of an exit's classes.
struct ExitAccuracies {
  std::vector<double> top1;
  std::vector<double> top5;
};

/// [exits] numbers of such samples.
struct ExitHits {
  std::vector<std::int64_t> top1;
  std::vector<std::int64_t> top5;
};

/// In evaluation mode, whatever mode the network is in; that mode is restored.
ExitHits exit_hits(networks::MultiExitNetwork& network, const SampleBank& samples,
                   const std::vector<std::int64_t>& index, std::int64_t batch_size);
/// Shares of `count` samples.
ExitAccuracies accuracies(const ExitHits& hits, std::size_t count);
/// Both at once.
ExitAccuracies exit_accuracies(networks::MultiExitNetwork& network, const SampleBank& samples,
                               const std::vector<std::int64_t>& index, std::int64_t batch_size);

}  // namespace exitaudit::train
