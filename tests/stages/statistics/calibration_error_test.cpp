#include "stages/statistics/calibration_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "pipeline/base/random.h"

namespace exitaudit::statistics {
namespace {

/// The definition, bin after bin.
double brute_force(const std::vector<double>& confidence, const std::vector<std::uint8_t>& correct, int bins) {
  double error = 0;
  for (int bin = 0; bin < bins; ++bin) {
    double right = 0;
    double sum = 0;
    double n = 0;
    for (std::size_t i = 0; i < confidence.size(); ++i) {
      const bool above = confidence[i] > static_cast<double>(bin) / bins || (bin == 0 && confidence[i] == 0);
      if (!above || confidence[i] > static_cast<double>(bin + 1) / bins) continue;
      right += correct[i];
      sum += confidence[i];
      ++n;
    }
    if (n > 0) error += n / static_cast<double>(confidence.size()) * std::abs(right / n - sum / n);
  }
  return error;
}

TEST(CalibrationError, IsTheGapOfOneBin) {
  EXPECT_NEAR(calibration_error(std::vector<double>{.95, .95, .95, .95}, std::vector<std::uint8_t>{1, 0, 1, 0}), .45,
              1e-12);
}

TEST(CalibrationError, LetsErrorsOfOneBinCancelAndNotThoseOfTwo) {
  EXPECT_NEAR(calibration_error(std::vector<double>{.5, .5}, std::vector<std::uint8_t>{1, 0}), 0, 1e-12);
  EXPECT_NEAR(calibration_error(std::vector<double>{.4, .6}, std::vector<std::uint8_t>{1, 0}), .6, 1e-12);
}

TEST(CalibrationError, EqualsBruteForce) {
  RandomStream random = stream("calibration error");
  std::vector<double> confidence;
  std::vector<std::uint8_t> correct;
  for (int i = 0; i < 2000; ++i) {
    confidence.push_back(i % 100 == 0 ? static_cast<double>(i / 100) / 20 : random.uniform());
    correct.push_back(random.uniform() < confidence.back() * confidence.back() ? 1 : 0);
  }
  EXPECT_GT(calibration_error(confidence, correct), 0.1);
  EXPECT_NEAR(calibration_error(confidence, correct), brute_force(confidence, correct, 15), 1e-12);
  EXPECT_NEAR(calibration_error(confidence, correct, 20), brute_force(confidence, correct, 20), 1e-12);
}

TEST(CalibrationError, IsNotKnownOfNoSamples) {
  EXPECT_TRUE(std::isnan(calibration_error({}, {})));
}

}  // namespace
}  // namespace exitaudit::statistics
