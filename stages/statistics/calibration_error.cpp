#include "stages/statistics/calibration_error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit::statistics {

double calibration_error(std::span<const double> confidence, std::span<const std::uint8_t> correct, std::int64_t bins) {
  require(confidence.size() == correct.size() && bins > 0, "one answer a confidence");
  if (confidence.empty()) return std::numeric_limits<double>::quiet_NaN();
  // n |accuracy - mean confidence| of a bin is |right answers - sum of confidences|.
  std::vector<double> excess(static_cast<std::size_t>(bins));
  for (std::size_t i = 0; i < confidence.size(); ++i) {
    const double place = std::ceil(confidence[i] * static_cast<double>(bins)) - 1;
    const auto bin = static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(bins - 1)));
    excess[bin] += (correct[i] != 0 ? 1 : 0) - confidence[i];
  }
  double sum = 0;
  for (const double bin : excess) sum += std::abs(bin);
  return sum / static_cast<double>(confidence.size());
}

}  // namespace exitaudit::statistics
