#pragma once
// MeasureBoundaryOptions: how far a sample is from a change of its label (specification 5.4, 5.5).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/config/fields.h"
#include "stages/common/execution_options.h"
#include "stages/networks/network_options.h"

namespace exitaudit::measure_boundary {

/// Who is measured at an exit, and judged there by a label-only attack (5.6): as many members as others, so that a late
/// exit, where non-members gather, does not win by its base rate; or both in the proportion in which they leave there.
enum class Population { kBalanced, kNatural };
inline constexpr std::array<std::string_view, 2> kPopulationNames{"balanced", "natural"};

inline constexpr std::int64_t kFewSamples = 30;  ///< of an exit and side: fewer tell little, and are reported

struct MeasureBoundaryOptions {
  std::int64_t iterations = 10;         ///< of HopSkipJump
  std::int64_t initial_probes = 100;    ///< gradient probes of the first iteration
  std::int64_t most_probes = 10000;     ///< of any iteration
  std::int64_t samples_per_exit = 200;  ///< of each exit and class (member, non-member), images
  std::int64_t rows_per_exit = 300;     ///< the same for tabular data
  std::int64_t flips = 1000;            ///< perturbed copies of a row
  Population population = Population::kBalanced;
};
void describe(Fields& f, MeasureBoundaryOptions& o);

struct MeasureBoundaryJob {
  std::string role;
  std::int64_t seed = 1;
  networks::NetworkOptions network;
  MeasureBoundaryOptions measure_boundary;
  ExecutionOptions execution;
};
void describe(Fields& f, MeasureBoundaryJob& o);

}  // namespace exitaudit::measure_boundary
