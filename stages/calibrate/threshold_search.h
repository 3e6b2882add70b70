#pragma once
// Which threshold keeps vanilla's accuracy at the least cost (specification 4). Numbers in, numbers out.

#include <cstdint>
#include <vector>

#include "stages/calibrate/calibrate_options.h"
#include "stages/schema/thresholds.h"

namespace exitaudit::calibrate {

/// How every exit of one model answers a set of samples.
struct ExitAnswers {
  std::int64_t exits = 1;
  std::vector<float> confidence;      ///< [n, exits] largest softmax value
  std::vector<std::uint8_t> correct;  ///< [n, exits]
  std::int64_t count() const { return static_cast<std::int64_t>(confidence.size()) / exits; }
};

/// [exits] operations of leaving at each exit, by both counts.
struct ExitOperations {
  std::vector<double> official;
  std::vector<double> corrected;
};

/// What has to be matched: the vanilla network on the same samples.
struct VanillaFigures {
  double accuracy = 0;
  double ops_official = 0;
  double ops_corrected = 0;
};

schema::ThresholdPoint point_at(double tau, const ExitAnswers& answers, const ExitOperations& operations);

/// [exits] accuracy where each exit answers every sample.
std::vector<double> accuracy_per_exit(const ExitAnswers& answers);

/// Where in the grid: among the points within `tolerance` of vanilla's accuracy the cheapest (corrected count), of
/// equal ones the largest tau; where there is none, the most accurate, of equal ones the cheapest.
struct Choice {
  std::int64_t place = 0;
  bool feasible = true;
};
Choice choose(const std::vector<schema::ThresholdPoint>& grid, double vanilla_accuracy, double tolerance);

/// Where in the grid the exits are used most evenly: the largest entropy of their shares, of equal ones the larger tau.
/// `feasible` is as above.
Choice choose_even(const std::vector<schema::ThresholdPoint>& grid, double vanilla_accuracy, double tolerance);

/// The grid on the calibration samples and the choice; what is measured on other samples is left empty. A network
/// without early exits has nothing to choose and counts as cheaper. Throws BadInput for an empty grid or no samples.
schema::Thresholds search_thresholds(const ExitAnswers& calibration, const ExitOperations& operations,
                                     const VanillaFigures& vanilla, const CalibrateOptions& options);

}  // namespace exitaudit::calibrate
