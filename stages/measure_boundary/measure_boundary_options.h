#pragma once
// MeasureBoundaryOptions: how far a sample is from a change of its label (specification 5.4, 5.5).

#include <cstdint>
#include <string>

#include "pipeline/config/fields.h"
#include "stages/common/execution_options.h"
#include "stages/networks/network_options.h"

namespace exitaudit::measure_boundary {

struct MeasureBoundaryOptions {
  std::int64_t iterations = 10;         ///< of HopSkipJump
  std::int64_t initial_probes = 100;    ///< gradient probes of the first iteration
  std::int64_t most_probes = 10000;     ///< of any iteration
  std::int64_t samples_per_exit = 200;  ///< of each exit and class (member, non-member), images
  std::int64_t rows_per_exit = 300;     ///< the same for tabular data
  std::int64_t flips = 1000;            ///< perturbed copies of a row
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
