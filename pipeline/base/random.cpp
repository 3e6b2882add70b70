#include "pipeline/base/random.h"

#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"

namespace exitaudit {
namespace {

struct Product {
  std::uint32_t high;
  std::uint32_t low;
};

Product multiply(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = std::uint64_t{a} * b;
  return {static_cast<std::uint32_t>(product >> 32U), static_cast<std::uint32_t>(product)};
}

/// Ten rounds of Philox4x32 (Salmon et al., SC'11, table 2 and section 4.3).
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> c, std::array<std::uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    const Product p0 = multiply(0xD2511F53U, c[0]);
    const Product p1 = multiply(0xCD9E8D57U, c[2]);
    c = {p1.high ^ c[1] ^ k[0], p1.low, p0.high ^ c[3] ^ k[1], p0.low};
    k[0] += 0x9E3779B9U;
    k[1] += 0xBB67AE85U;
  }
  return c;
}

}  // namespace

internal::PhiloxStart internal::philox_start(const std::vector<std::string>& names) {
  Sha256 hash;
  for (const std::string& name : names) hash.field(name);
  const std::array<std::byte, 32> digest = hash.digest();
  // 64 bits of the digest are the key, 64 more the upper half of the counter; the lower half counts blocks.
  PhiloxStart start;
  std::memcpy(start.key.data(), digest.data(), 8);
  std::memcpy(start.counter.data(), digest.data() + 8, 8);
  return start;
}

RandomStream::RandomStream(const std::vector<std::string>& names) {
  const internal::PhiloxStart start = internal::philox_start(names);
  key_ = start.key;
  counter_ = {0, 0, start.counter[0], start.counter[1]};
}

void RandomStream::refill() {
  const std::array<std::uint32_t, 4> words = philox(counter_, key_);
  block_ = {words[0] | (std::uint64_t{words[1]} << 32U), words[2] | (std::uint64_t{words[3]} << 32U)};
  if (++counter_[0] == 0) ++counter_[1];
  used_ = 0;
}

RandomStream::result_type RandomStream::operator()() {
  if (used_ == 2) refill();
  return block_[static_cast<std::size_t>(used_++)];
}

double RandomStream::uniform() {
  return static_cast<double>((*this)() >> 11U) * 0x1.0p-53;
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2 * std::log1p(-uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
  require(bound > 0, "RandomStream::below needs a positive bound");
  // Values under this limit would make small results likelier than large ones.
  const std::uint64_t limit = (0 - bound) % bound;
  std::uint64_t value = (*this)();
  while (value < limit) value = (*this)();
  return value % bound;
}

std::vector<std::int64_t> RandomStream::permutation(std::int64_t count) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::int64_t>(i);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  return order;
}

}  // namespace exitaudit
