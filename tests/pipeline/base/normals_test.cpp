#include "pipeline/base/normals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/random.h"

namespace exitaudit {
namespace {

const std::vector<std::string> kNames{"test", "normals"};

TEST(NormalStream, IsBoxMullerOfItsNamesWords) {
  constexpr std::size_t kLanes = NormalStream::kBlock / 4;
  std::vector<float> normals(1024 * NormalStream::kBlock);
  NormalStream(kNames).fill(0, normals);
  RandomStream words(kNames);
  double worst = 0;
  for (std::size_t block = 0; block < normals.size() / 4; ++block) {
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const std::uint64_t word = words();
      const double radius = std::sqrt(-2 * std::log((static_cast<double>((word & 0xFFFFFFFFU) >> 8U) + 1) * 0x1p-24));
      const double angle = 2 * std::numbers::pi * static_cast<double>(word >> 32U) * 0x1p-32;
      const std::size_t place = block / kLanes * NormalStream::kBlock + block % kLanes + 2 * pair * kLanes;
      worst = std::max({worst, std::abs(radius * std::cos(angle) - static_cast<double>(normals[place])),
                        std::abs(radius * std::sin(angle) - static_cast<double>(normals[place + kLanes]))});
    }
  }
  EXPECT_LT(worst, 1e-6);
}

TEST(NormalStream, GivesTheSameNumbersInParts) {
  std::vector<float> whole(5 * NormalStream::kBlock + 17);
  const NormalStream stream(kNames);
  stream.fill(0, whole);
  std::vector<float> parts(whole.size());
  const std::span<float> all(parts);
  stream.fill(3 * NormalStream::kBlock, all.subspan(3 * NormalStream::kBlock));
  stream.fill(0, all.first(3 * NormalStream::kBlock));
  EXPECT_EQ(parts, whole);
  EXPECT_THROW(stream.fill(4, all), Error);
}

TEST(NormalStream, HasTheMomentsAndTheTailOfANormal) {
  std::vector<float> normals(4 << 20);
  NormalStream({"test", "moments"}).fill(0, normals);
  double sum = 0;
  double squares = 0;
  double fourth = 0;
  std::int64_t beyond_three = 0;
  for (const float value : normals) {
    const double z = value;
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
    beyond_three += std::abs(z) > 3 ? 1 : 0;
  }
  const auto n = static_cast<double>(normals.size());
  EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1, 5 * std::sqrt(2 / n));
  EXPECT_NEAR(fourth / n, 3, 5 * std::sqrt(96 / n));
  const double expected = n * std::erfc(3 / std::numbers::sqrt2);
  EXPECT_NEAR(static_cast<double>(beyond_three), expected, 5 * std::sqrt(expected));
}

// The bits themselves, as an independent numpy program in float32 makes them: another compiler, vector width or machine
// must not change one.
TEST(NormalStream, IsTheSameOnEveryMachine) {
  std::vector<float> normals(NormalStream::kBlock);
  NormalStream(kNames).fill(0, normals);
  Sha256 hash;
  hash.update(std::as_bytes(std::span<const float>(normals)));
  EXPECT_EQ(hash.hex(), "a77b6540c3d0aa5c0435540c48056690e2a9a29b193ea21c62a93ebf746d9f45") << normals[0];
}

}  // namespace
}  // namespace exitaudit
