#pragma once
// What a guard knows a sample by (specification 7): equal samples have equal hashes, whoever asks and whenever.
//
// Part of the library exitaudit_guard. An image's average hash hardly moves with a pixel; a row's SHA-512 changes with
// any bit, so that near-duplicates of rows get delays of their own.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exitaudit::guard_time {

/// 128 lower-case hexadecimal digits.
std::string sha512_hex(std::string_view text);

/// SHA-512 of the decimal digits of all features, one after the other: {1, 0, 1} is "101". Meant for bits: numbers of
/// several digits run into each other.
std::string row_hash(std::span<const std::uint8_t> features);

/// The average hash of Python's imagehash on PIL images of one size: ITU-R 601 grey, 8x8 pixels by PIL's Lanczos
/// resampling (8-bit, fixed point), a bit for each that is above their mean.
class ImageHasher {
 public:
  /// `channels`: 1 (grey) or 3 (red, green, blue). Throws std::invalid_argument for others and for empty images.
  ImageHasher(std::int64_t height, std::int64_t width, std::int64_t channels);

  /// 16 hexadecimal digits, row by row from the top left. `pixels`: [height, width, channels] (checked).
  std::string hash(std::span<const std::uint8_t> pixels) const;

 private:
  /// How one of the eight output pixels weighs the input pixels from `first` on, in units of 2^-22.
  struct Tap {
    std::size_t first = 0;
    std::vector<std::int32_t> weights;
  };
  static std::vector<Tap> taps(std::int64_t length);
  std::vector<std::uint8_t> grey(std::span<const std::uint8_t> pixels) const;
  /// Shrinks the rows of [rows, length] to [rows, 8].
  static std::vector<std::uint8_t> shrink(const std::vector<std::uint8_t>& pixels, std::size_t length,
                                          const std::vector<Tap>& taps);

  std::size_t height_;
  std::size_t width_;
  std::size_t channels_;
  std::vector<Tap> across_;  ///< [8]
  std::vector<Tap> down_;    ///< [8]
};

}  // namespace exitaudit::guard_time
