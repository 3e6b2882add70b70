#include "stages/guard_time/content_hash.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <stdexcept>

namespace exitaudit::guard_time {
namespace {

constexpr std::size_t kSide = 8;
constexpr int kFraction = 22;   // bits of a weight behind the point
constexpr double kLobes = 3.0;  // of the Lanczos window, on each side

double sinc(double x) {
  if (x == 0) return 1;
  return std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double lanczos(double x) {
  return -kLobes <= x && x < kLobes ? sinc(x) * sinc(x / kLobes) : 0;
}

std::uint8_t clamp_to_byte(std::int32_t value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

/// Columns become rows.
std::vector<std::uint8_t> transpose(const std::vector<std::uint8_t>& pixels, std::size_t width) {
  const std::size_t height = pixels.size() / width;
  std::vector<std::uint8_t> turned(pixels.size());
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) turned[x * height + y] = pixels[y * width + x];
  }
  return turned;
}

void append_hex(std::string& text, unsigned int digit) {
  text += "0123456789abcdef"[digit];
}

}  // namespace

std::string sha512_hex(std::string_view text) {
  std::array<unsigned char, 64> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha512(), nullptr) != 1 || size != digest.size()) {
    throw std::runtime_error("libcrypto offers no SHA-512");
  }
  std::string hex;
  for (const unsigned char byte : digest) {
    append_hex(hex, byte >> 4U);
    append_hex(hex, byte & 15U);
  }
  return hex;
}

std::string row_hash(std::span<const std::uint8_t> features) {
  std::string digits;
  digits.reserve(features.size());
  for (const std::uint8_t feature : features) digits += std::to_string(feature);
  return sha512_hex(digits);
}

ImageHasher::ImageHasher(std::int64_t height, std::int64_t width, std::int64_t channels) {
  if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
    throw std::invalid_argument(
        "an image to be hashed has at least one pixel, and one channel or three; this one has " +
        std::to_string(height) + "x" + std::to_string(width) + " pixels and " + std::to_string(channels) + " channels");
  }
  height_ = static_cast<std::size_t>(height);
  width_ = static_cast<std::size_t>(width);
  channels_ = static_cast<std::size_t>(channels);
  across_ = taps(width);
  down_ = taps(height);
}

std::vector<ImageHasher::Tap> ImageHasher::taps(std::int64_t length) {
  const double scale = static_cast<double>(length) / static_cast<double>(kSide);
  const double stretch = std::max(scale, 1.0);  // a larger image is low-passed, a smaller one interpolated
  std::vector<Tap> all(kSide);
  for (std::size_t i = 0; i < kSide; ++i) {
    const double centre = (static_cast<double>(i) + 0.5) * scale;
    // Truncated towards zero and clamped: where PIL lets a window begin and end.
    const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(centre - kLobes * stretch + 0.5));
    const auto end = std::min(length, static_cast<std::int64_t>(centre + kLobes * stretch + 0.5));
    std::vector<double> weights;
    for (std::int64_t x = first; x < end; ++x) {
      weights.push_back(lanczos((static_cast<double>(x) - centre + 0.5) * (1.0 / stretch)));
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    all[i].first = static_cast<std::size_t>(first);
    for (const double weight : weights) {
      all[i].weights.push_back(static_cast<std::int32_t>(std::lround(weight / sum * (1 << kFraction))));
    }
  }
  return all;
}

std::vector<std::uint8_t> ImageHasher::grey(std::span<const std::uint8_t> pixels) const {
  if (channels_ == 1) return {pixels.begin(), pixels.end()};
  std::vector<std::uint8_t> level(height_ * width_);
  for (std::size_t i = 0; i < level.size(); ++i) {
    // .299, .587 and .114 in units of 2^-16, rounded to the nearest level.
    const std::uint32_t sum = 19595U * pixels[3 * i] + 38470U * pixels[3 * i + 1] + 7471U * pixels[3 * i + 2];
    level[i] = static_cast<std::uint8_t>((sum + 0x8000U) >> 16U);
  }
  return level;
}

std::vector<std::uint8_t> ImageHasher::shrink(const std::vector<std::uint8_t>& pixels, std::size_t length,
                                              const std::vector<Tap>& taps) {
  std::vector<std::uint8_t> small;
  small.reserve(pixels.size() / length * kSide);
  for (std::size_t row = 0; row < pixels.size(); row += length) {
    for (const Tap& tap : taps) {
      std::int32_t sum = 1 << (kFraction - 1);
      const std::uint8_t* pixel = pixels.data() + row + tap.first;
      for (const std::int32_t weight : tap.weights) sum += weight * *pixel++;
      small.push_back(clamp_to_byte(sum >> kFraction));
    }
  }
  return small;
}

std::string ImageHasher::hash(std::span<const std::uint8_t> pixels) const {
  if (pixels.size() != height_ * width_ * channels_) {
    throw std::invalid_argument("an image of " + std::to_string(height_) + "x" + std::to_string(width_) + "x" +
                                std::to_string(channels_) + " has not " + std::to_string(pixels.size()) + " bytes");
  }
  // PIL's order: each row first, and its result is rounded to bytes before columns are.
  const std::vector<std::uint8_t> narrow = shrink(grey(pixels), width_, across_);
  const std::vector<std::uint8_t> square = transpose(shrink(transpose(narrow, kSide), height_, down_), kSide);
  const std::uint32_t sum = std::accumulate(square.begin(), square.end(), 0U);
  std::string hex;
  for (std::size_t i = 0; i < square.size(); i += 4) {
    unsigned int digit = 0;
    for (std::size_t bit = 0; bit < 4; ++bit) digit = 2 * digit + (square[i + bit] * square.size() > sum ? 1U : 0U);
    append_hex(hex, digit);
  }
  return hex;
}

}  // namespace exitaudit::guard_time
