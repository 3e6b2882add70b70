#pragma once
// Random streams named by what they are for.
//
// stream("shuffle", job, epoch) always yields the same numbers, whichever rank asks, whatever ran before
// and however many ranks there are. Philox4x32-10 (Salmon et al., SC'11) keyed by the SHA-256 of the names.

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace exitaudit {

/// A counter-based generator; satisfies UniformRandomBitGenerator, but prefer its own members, whose
/// results are the same on every platform (the standard's distributions are not).
class RandomStream {
 public:
  using result_type = std::uint64_t;

  explicit RandomStream(const std::vector<std::string>& names);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  double uniform();                                           ///< in [0, 1), 53 bits
  double normal();                                            ///< standard normal (Box-Muller)
  std::uint64_t below(std::uint64_t bound);                   ///< uniform in [0, bound) without bias; bound > 0
  std::vector<std::int64_t> permutation(std::int64_t count);  ///< Fisher-Yates over 0 .. count-1

 private:
  void refill();
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint64_t, 2> block_{};
  int used_ = 2;
  double spare_normal_ = 0;
  bool has_spare_ = false;
};

namespace internal {
inline std::string name_of(std::string_view text) {
  return std::string(text);
}
inline std::string name_of(std::int64_t number) {
  return std::to_string(number);
}
/// Where the stream of these names begins: the key, and the upper half of the counter.
struct PhiloxStart {
  std::array<std::uint32_t, 2> key{};
  std::array<std::uint32_t, 2> counter{};
};
PhiloxStart philox_start(const std::vector<std::string>& names);
}  // namespace internal

/// stream("init", network, dataset, role, seed): texts and integers name a stream.
template <class... Names>
RandomStream stream(const Names&... names) {
  return RandomStream({internal::name_of(names)...});
}

}  // namespace exitaudit
