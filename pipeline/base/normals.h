#pragma once
// Normals by the hundred million: a named stream's words, made many at a time, in the compiler's own vectors.
//
// No library function takes part, so that the same names give the same bits on every machine.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exitaudit {

/// A stream of float32 standard normals (Box-Muller on 24-bit radii, so that none is further out than 5.77).
class NormalStream {
 public:
  static constexpr std::size_t kBlock = 256;  ///< whoever shares a stream among threads cuts it at its multiples

  explicit NormalStream(const std::vector<std::string>& names);

  /// The stream's normals from place `first`, a multiple of kBlock, on. Any part, in any order, gives the same numbers.
  void fill(std::uint64_t first, std::span<float> out) const;

 private:
  std::array<std::uint32_t, 2> key_{};
  std::array<std::uint32_t, 2> counter_{};  ///< its upper half; the lower one counts Philox blocks
};

}  // namespace exitaudit
