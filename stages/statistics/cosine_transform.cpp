#include "stages/statistics/cosine_transform.h"

#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

#include "pipeline/base/error.h"

namespace exitaudit::statistics {
namespace {

using Complex = std::complex<double>;

/// std::complex's operator* looks for infinities; here are none.
Complex times(const Complex& a, const Complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

void reverse_bits(std::vector<Complex>& x) {
  const std::size_t n = x.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1U;
    for (; (j & bit) != 0; bit >>= 1U) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
}

/// In place, radix 2: X_k = sum_j x_j exp(-2 pi i j k / n).
void fourier_transform(std::vector<Complex>& x) {
  const std::size_t n = x.size();
  std::vector<Complex> turn(n / 2);
  for (std::size_t k = 0; k < turn.size(); ++k) {
    turn[k] = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(n));
  }
  reverse_bits(x);
  for (std::size_t length = 2; length <= n; length *= 2) {
    const std::size_t half = length / 2;
    for (std::size_t first = 0; first < n; first += length) {
      for (std::size_t k = 0; k < half; ++k) {
        const Complex odd = times(x[first + half + k], turn[k * (n / length)]);
        x[first + half + k] = x[first + k] - odd;
        x[first + k] += odd;
      }
    }
  }
}

}  // namespace

std::vector<double> cosine_transform(const std::vector<double>& x) {
  const std::size_t n = x.size();
  require(std::has_single_bit(n), "a cosine transform's length is a power of two");
  // Even places rising, then odd ones falling: the cosines of n/2 points are then the turns of n.
  std::vector<Complex> folded(n);
  for (std::size_t j = 0; j < n; ++j) folded[j % 2 == 0 ? j / 2 : n - (j + 1) / 2] = x[j];
  fourier_transform(folded);
  std::vector<double> found(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double angle = -std::numbers::pi * static_cast<double>(k) / (2 * static_cast<double>(n));
    found[k] = times(folded[k], std::polar(1.0, angle)).real();
  }
  return found;
}

}  // namespace exitaudit::statistics
