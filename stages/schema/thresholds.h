#pragma once
// thresholds: what each tau of the grid costs and yields, and the one that was chosen (specification 4).

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

/// Accuracy, operations and exits of one model at one tau on one set of samples.
struct ThresholdPoint {
  double tau = 1;
  double accuracy = 0;                    ///< [0, 1]
  double ops_official = 0;                ///< mean operations a sample, counted as the paper's code does
  double ops_corrected = 0;               ///< mean operations a sample, counted right
  std::vector<std::int64_t> exit_counts;  ///< [exits]
};

struct Thresholds {
  std::vector<ThresholdPoint> grid;  ///< on the calibration samples
  std::int64_t chosen = 0;           ///< place in the grid
  double tau = 1;                    ///< grid[chosen].tau
  bool feasible = true;              ///< some tau keeps vanilla's accuracy within the tolerance
  bool cheaper = true;               ///< the chosen tau costs less than vanilla (corrected count)
  double vanilla_accuracy = 0;       ///< on the same calibration samples
  double vanilla_ops_official = 0;
  double vanilla_ops_corrected = 0;
  std::vector<double> exit_ops_official;        ///< [exits] operations of leaving at each exit
  std::vector<double> exit_ops_corrected;       ///< [exits]
  ThresholdPoint on_test;                       ///< at the chosen tau, on the test part without the calibration samples
  ThresholdPoint on_train;                      ///< at the chosen tau, on the members
  std::vector<double> test_accuracy_per_exit;   ///< [exits], every sample answered by that exit
  std::vector<double> train_accuracy_per_exit;  ///< [exits]
};

/// Throws Error(kFailure) where an array is not [exits] long or the chosen place is not in the grid.
void check(const Thresholds& thresholds);
void write(ArtifactWriter& out, const Thresholds& thresholds);
Thresholds read_thresholds(const ArtifactReader& in);

}  // namespace exitaudit::schema
