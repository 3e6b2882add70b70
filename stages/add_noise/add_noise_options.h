#pragma once
// AddNoiseOptions: the simulated network between adversary and model (specification 6.3).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::add_noise {

/// What keeps a delay positive: another draw, or its absolute value (X14).
enum class Positive { kRejection, kAbsolute };
inline constexpr std::array<std::string_view, 2> kPositiveNames{"rejection", "absolute"};

struct AddNoiseOptions {
  std::vector<double> sigma_ms;          ///< standard deviations of the delay; empty = no simulation
  std::vector<std::int64_t> queries{1};  ///< how often each sample is asked
  double mean_ms = 2;
  Positive positive = Positive::kRejection;
  std::vector<std::string> dataset;  ///< only these datasets; empty = all
  std::vector<std::string> network;  ///< only these networks; empty = all
};
void describe(Fields& f, AddNoiseOptions& o);

struct AddNoiseJob {
  std::int64_t seed = 1;
  double sigma_ms = 0;
  std::int64_t queries = 1;
  double mean_ms = 2;
  Positive positive = Positive::kRejection;
};
void describe(Fields& f, AddNoiseJob& o);

}  // namespace exitaudit::add_noise
