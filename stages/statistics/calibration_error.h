#pragma once
// Calibration error: how far confidence is from accuracy (expected calibration error; Naeini et al., 2015).

#include <cstdint>
#include <span>

namespace exitaudit::statistics {

inline constexpr std::int64_t kCalibrationBins = 15;

/// Mean over samples of |accuracy - mean confidence| of their bin; equal bins (low, high] of confidence on [0, 1], 0
/// belongs to the first. NaN for no samples.
double calibration_error(std::span<const double> confidence, std::span<const std::uint8_t> correct,
                         std::int64_t bins = kCalibrationBins);

}  // namespace exitaudit::statistics
