// tests/golden/guard/guard_delays.txt holds seeds and half-normals as Python's hmac and scipy make them.

#include "stages/guard_time/time_guard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <numbers>
#include <stdexcept>
#include <string>

#include "pipeline/base/random.h"
#include "stages/guard_time/content_hash.h"
#include "tests/stages/guard_time/bytes.h"

namespace exitaudit::guard_time {
namespace {

const Secret& secret() {
  static const Secret kept(count_up(0, 31));
  return kept;
}

TimeGuard guard(const TimeGuardPolicy& policy) {
  return TimeGuard(secret(), policy);
}

/// A seed whose half-normal is about 0.67, the median.
constexpr std::uint64_t kMedianSeed = std::uint64_t{1} << 63U;

TEST(TimeGuard, DrawsWhatPythonDraws) {
  std::ifstream file(EXITAUDIT_SOURCE_DIR "/tests/golden/guard/guard_delays.txt");
  const TimeGuard clock = guard({.sigma_ms = 1});
  std::string content;
  std::string seed;
  double value = 0;
  int checked = 0;
  while (file >> content >> seed >> value) {
    EXPECT_EQ(clock.seed(content), std::stoull(seed, nullptr, 16)) << content;
    EXPECT_NEAR(clock.delay_ms(clock.seed(content)), value, 4e-15) << content;
    ++checked;
  }
  EXPECT_EQ(checked, 34);
}

/// The very bits, as a Python program with the same order of operations makes them; no machine, compiler or process may
/// change one.
TEST(TimeGuard, GivesEqualContentsEqualDelaysEverywhere) {
  const TimeGuard clock = guard({.sigma_ms = 10});
  EXPECT_EQ(clock.delay_ms(clock.seed("ffffc3c3c3ffffff")), 0x1.0af51e9768782p+3);
  EXPECT_EQ(clock.delay_ms(clock.seed(sha512_hex("1010"))), 0x1.795110ec85780p+3);
  EXPECT_EQ(half_normal(0xf46db9ba589c7bd1U), 0x1.005b26d72584ep+1);
  EXPECT_EQ(half_normal(0xfffffffffffff000U), 0x1.095b059d67c4cp+3);
  const TimeGuard other = guard({.sigma_ms = 10});
  EXPECT_EQ(clock.seed("ffffc3c3c3ffffff"), other.seed("ffffc3c3c3ffffff"));
  EXPECT_NE(clock.seed("ffffc3c3c3ffffff"), clock.seed("ffffc3c3c3fffffe"));
  EXPECT_NE(clock.seed("ffffc3c3c3ffffff"), TimeGuard(Secret(count_up(1, 32)), {}).seed("ffffc3c3c3ffffff"));
}

TEST(HalfNormal, IsTheQuantileFunction) {
  RandomStream random = stream("test", "half-normal quantile");
  double worst = 0;
  for (int i = 0; i < 100000; ++i) {
    const std::uint64_t seed = i < 64 ? std::uint64_t{1} << static_cast<unsigned int>(i) : random();
    const double tail = static_cast<double>((std::uint64_t{1} << 53U) - ((seed >> 12U) * 2 + 1)) * 0x1p-53;
    const double exact = std::numbers::sqrt2 * boost::math::erfc_inv(tail);
    worst = std::max(worst, std::abs(half_normal(seed) / exact - 1));
  }
  EXPECT_LT(worst, 4e-15);
}

TEST(HalfNormal, EndsFarOutAndNeverAtZero) {
  EXPECT_GT(half_normal(0), 0);
  EXPECT_LT(half_normal(0), 1e-15);
  const double last = half_normal(std::numeric_limits<std::uint64_t>::max());
  EXPECT_NEAR(last, std::numbers::sqrt2 * boost::math::erfc_inv(0x1p-53), 1e-13);
  EXPECT_LT(last, 8.3);
  // The three approximations meet without a step backwards.
  for (const double u : {0.85, 1 - 2 * std::exp(-25.0)}) {
    const auto at = static_cast<std::uint64_t>(u * 0x1p52) << 12U;
    EXPECT_LE(half_normal(at - 4096), half_normal(at));
    EXPECT_LE(half_normal(at), half_normal(at + 4096));
  }
}

/// Of contents counted up, as a guard meets them: hash, HKDF, quantile.
std::vector<double> delays(int count) {
  const TimeGuard clock = guard({.sigma_ms = 1});
  std::vector<double> drawn;
  for (int i = 0; i < count; ++i) drawn.push_back(clock.delay_ms(clock.seed("content " + std::to_string(i))));
  return drawn;
}

TEST(TimeGuard, HasTheMomentsOfAHalfNormal) {
  const std::vector<double> drawn = delays(50000);
  const auto n = static_cast<double>(drawn.size());
  std::array<double, 3> powers{};
  for (const double value : drawn) {
    for (std::size_t k = 0; k < powers.size(); ++k) powers[k] += std::pow(value, static_cast<double>(k + 1)) / n;
  }
  // Five standard errors; E|g|^k = sqrt(2/pi), 1, 2 sqrt(2/pi), and E|g|^6 = 15.
  const double mean = std::sqrt(2 / std::numbers::pi);
  EXPECT_NEAR(powers[0], mean, 5 * std::sqrt((1 - mean * mean) / n));
  EXPECT_NEAR(powers[1], 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(powers[2], 2 * mean, 5 * std::sqrt((15 - 4 * mean * mean) / n));
}

TEST(TimeGuard, PassesKolmogorovAndSmirnov) {
  std::vector<double> drawn = delays(50000);
  std::sort(drawn.begin(), drawn.end());
  const auto n = static_cast<double>(drawn.size());
  double distance = 0;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const double expected = std::erf(drawn[i] / std::numbers::sqrt2);
    distance = std::max({distance, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
  }
  EXPECT_LT(std::sqrt(n) * distance, 1.95);  // 99.9 %
}

TEST(TimeGuard, AddsItsDelayToEachMeasuredTime) {
  const TimeGuard clock = guard({.sigma_ms = 2, .exits = 3});
  for (const std::int64_t exit : {0, 1, 2}) {
    const ReleaseTime release = clock.release(kMedianSeed, exit, 5);
    EXPECT_DOUBLE_EQ(release.ms, 5 + 2 * half_normal(kMedianSeed));
    EXPECT_FALSE(release.overrun);
  }
  EXPECT_EQ(guard({.sigma_ms = 0}).release(kMedianSeed, 0, 5).ms, 5);
}

TEST(TimeGuard, HoldsNobodyBeyondTheCap) {
  const TimeGuard clock = guard({.sigma_ms = 2, .cap = Cap::kMax, .exits = 3, .max_ms = 6});
  EXPECT_DOUBLE_EQ(clock.release(kMedianSeed, 0, 1).ms, 1 + 2 * half_normal(kMedianSeed));
  EXPECT_EQ(clock.release(kMedianSeed, 1, 5).ms, 6);
  EXPECT_EQ(clock.release(kMedianSeed, 1, 6.5).ms, 6.5);
  EXPECT_EQ(clock.release(kMedianSeed, 2, 3).ms, 3) << "the last exit is exempt";
}

TEST(TimeGuard, AnswersAtADeadlineWhateverTheMeasuredTime) {
  const TimeGuard clock = guard({.sigma_ms = 2, .release = Release::kDeadline, .exits = 2, .deadline_ms = {3, 8}});
  const double planned = 3 + 2 * half_normal(kMedianSeed);
  for (const double clean : {0.5, 2.9, 3.5}) {
    EXPECT_EQ(clock.release(kMedianSeed, 0, clean).ms, planned);
    EXPECT_FALSE(clock.release(kMedianSeed, 0, clean).overrun);
  }
  EXPECT_EQ(clock.release(kMedianSeed, 1, 1).ms, 8 + 2 * half_normal(kMedianSeed));
  const ReleaseTime late = clock.release(kMedianSeed, 0, planned + 1);
  EXPECT_EQ(late.ms, planned + 1);
  EXPECT_TRUE(late.overrun);
}

TEST(TimeGuard, CapsDeadlinesToo) {
  const TimeGuard clock = guard(
      {.sigma_ms = 2, .cap = Cap::kMax, .release = Release::kDeadline, .exits = 2, .max_ms = 4, .deadline_ms = {3, 5}});
  EXPECT_EQ(clock.release(kMedianSeed, 0, 1).ms, 4);
  EXPECT_EQ(clock.release(kMedianSeed, 1, 1).ms, 5);
  EXPECT_TRUE(clock.release(kMedianSeed, 0, 4.5).overrun);
}

TEST(TimeGuard, RefusesAPolicyThatLacksSomething) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(guard({.sigma_ms = -1}), std::invalid_argument);
  EXPECT_THROW(guard({.sigma_ms = kInfinity}), std::invalid_argument);
  EXPECT_THROW(guard({.exits = 0}), std::invalid_argument);
  EXPECT_THROW(guard({.cap = Cap::kMax}), std::invalid_argument);
  EXPECT_THROW(guard({.release = Release::kDeadline, .exits = 2, .deadline_ms = {1}}), std::invalid_argument);
  EXPECT_THROW(guard({.release = Release::kDeadline, .deadline_ms = {-1}}), std::invalid_argument);
  EXPECT_THROW(guard({.exits = 2}).release(1, 2, 1), std::out_of_range);
  EXPECT_THROW(guard({.exits = 2}).release(1, -1, 1), std::out_of_range);
}

TEST(TimeGuard, ReallyWaits) {
  const TimeGuard clock = guard({.sigma_ms = 0, .release = Release::kDeadline, .exits = 1, .deadline_ms = {30}});
  const auto asked = std::chrono::steady_clock::now();
  const ReleaseTime release = wait_for_release(clock, "content", 0, asked);
  const std::chrono::duration<double, std::milli> passed = std::chrono::steady_clock::now() - asked;
  EXPECT_GE(passed.count(), release.ms);
  // The planned time, or that of a machine too busy to get here in 30 ms.
  EXPECT_TRUE(release.overrun || release.ms == 30);
}

TEST(TimeGuard, LetsALateAnswerGoAtOnce) {
  const TimeGuard clock = guard({.sigma_ms = 0, .release = Release::kDeadline, .exits = 1, .deadline_ms = {5}});
  const ReleaseTime release =
      wait_for_release(clock, "content", 0, std::chrono::steady_clock::now() - std::chrono::hours(1));
  EXPECT_TRUE(release.overrun);
  EXPECT_GE(release.ms, 3.6e6);
}

}  // namespace
}  // namespace exitaudit::guard_time
