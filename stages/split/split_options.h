#pragma once
// SplitOptions: how a dataset is cut into the four parts of the study (specification 1.3).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/config/fields.h"

namespace exitaudit::split {

/// Which samples are drawn from.
enum class DataPool {
  kAll,   ///< training and test files together
  kTrain  ///< the source's own training files only
};
inline constexpr std::array<std::string_view, 2> kDataPoolNames{"all", "train"};

struct SplitOptions {
  std::int64_t samples_per_part = 0;  ///< 0 = a quarter of the pool each
  double calibration_share =
      0.1;  ///< of both test parts, kept for choosing tau; 0 = the whole test part is used for it
  DataPool pool = DataPool::kAll;
};
void describe(Fields& f, SplitOptions& o);

/// The split stage's settings.
struct SplitJob {
  std::string dataset;
  std::int64_t seed = 1;
  SplitOptions split;
};
void describe(Fields& f, SplitJob& o);

}  // namespace exitaudit::split
