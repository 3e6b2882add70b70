#include "pipeline/base/normals.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"

namespace exitaudit {
namespace {

constexpr std::size_t kLanes = NormalStream::kBlock / 4;  // Philox gives four words a lane
using Words = std::array<std::uint32_t, kLanes>;
using Reals = std::array<float, kLanes>;

/// -2 log(u) of u in (0, 1], by log(m) = 2 atanh((m - 1) / (m + 1)) for the mantissa m in [sqrt(1/2), sqrt(2)).
inline float minus_two_log(float u) {
  const auto bits = std::bit_cast<std::int32_t>(u) - 0x3F3504F3;
  const std::int32_t exponent = bits >> 23;
  const auto m = std::bit_cast<float>((bits & 0x7FFFFF) + 0x3F3504F3);
  const float s = (m - 1) / (m + 1);
  const float s2 = s * s;
  const float atanh = s * (1 + s2 * (1 / 3.0F + s2 * (1 / 5.0F + s2 * (1 / 7.0F + s2 * (1 / 9.0F)))));
  return -2 * (static_cast<float>(exponent) * std::numbers::ln2_v<float> + 2 * atanh);
}

struct Direction {
  float cosine;
  float sine;
};

/// Of the angle word / 2^32 of a turn: Taylor on an eighth of a turn around each quarter.
inline Direction direction(std::uint32_t word) {
  const std::uint32_t quarter = (word + 0x20000000U) >> 30U;
  const auto rest = static_cast<std::int32_t>(word - (quarter << 30U));
  const float x = static_cast<float>(rest) * (std::numbers::pi_v<float> * 0x1p-31F);
  const float x2 = x * x;
  const float sine = x * (1 - x2 * (1 / 6.0F - x2 * (1 / 120.0F - x2 * (1 / 5040.0F - x2 * (1 / 362880.0F)))));
  const float cosine = 1 - x2 * (1 / 2.0F - x2 * (1 / 24.0F - x2 * (1 / 720.0F - x2 * (1 / 40320.0F))));
  // Quarter turns swap and negate: (c, s), (-s, c), (-c, -s), (s, -c).
  const std::uint32_t swap = 0U - (quarter & 1U);
  const auto c = std::bit_cast<std::uint32_t>(cosine);
  const auto s = std::bit_cast<std::uint32_t>(sine);
  const std::uint32_t negate_cosine = ((quarter + 1U) & 2U) << 30U;
  const std::uint32_t negate_sine = (quarter & 2U) << 30U;
  return {std::bit_cast<float>(((c & ~swap) | (s & swap)) ^ negate_cosine),
          std::bit_cast<float>(((s & ~swap) | (c & swap)) ^ negate_sine)};
}

/// kBlock normals from the Philox blocks `block` and on: place word * kLanes + lane holds what block + lane gives.
void fill_block(std::array<std::uint32_t, 2> key, std::array<std::uint32_t, 2> upper, std::uint64_t block, float* out) {
  alignas(64) Words c0;
  alignas(64) Words c1;
  alignas(64) Words c2;
  alignas(64) Words c3;
  for (std::size_t i = 0; i < kLanes; ++i) {
    c0[i] = static_cast<std::uint32_t>(block) + static_cast<std::uint32_t>(i);  // blocks are cut at multiples of kLanes
    c1[i] = static_cast<std::uint32_t>(block >> 32U);
    c2[i] = upper[0];
    c3[i] = upper[1];
  }
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53U} * c0[i];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57U} * c2[i];
      c0[i] = static_cast<std::uint32_t>(p1 >> 32U) ^ c1[i] ^ key[0];
      c2[i] = static_cast<std::uint32_t>(p0 >> 32U) ^ c3[i] ^ key[1];
      c1[i] = static_cast<std::uint32_t>(p1);
      c3[i] = static_cast<std::uint32_t>(p0);
    }
    key[0] += 0x9E3779B9U;
    key[1] += 0xBB67AE85U;
  }
  const auto turn = [&](const Words& radii, const Words& angles, float* both) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      const float u = static_cast<float>(static_cast<std::int32_t>((radii[i] >> 8U) + 1U)) * 0x1p-24F;
      const float radius = std::sqrt(minus_two_log(u));
      const Direction towards = direction(angles[i]);
      both[i] = radius * towards.cosine;
      both[kLanes + i] = radius * towards.sine;
    }
  };
  turn(c0, c1, out);
  turn(c2, c3, out + 2 * kLanes);
}

}  // namespace

NormalStream::NormalStream(const std::vector<std::string>& names) {
  const internal::PhiloxStart start = internal::philox_start(names);
  key_ = start.key;
  counter_ = start.counter;
}

void NormalStream::fill(std::uint64_t first, std::span<float> out) const {
  require(first % kBlock == 0, "NormalStream::fill begins at a multiple of kBlock");
  std::array<float, kBlock> last{};
  for (std::size_t done = 0; done < out.size(); done += kBlock) {
    const std::uint64_t block = (first + done) / 4;
    const std::size_t count = std::min(kBlock, out.size() - done);
    if (count == kBlock) {
      fill_block(key_, counter_, block, out.data() + done);
    } else {
      fill_block(key_, counter_, block, last.data());
      std::copy_n(last.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(done));
    }
  }
}

}  // namespace exitaudit
