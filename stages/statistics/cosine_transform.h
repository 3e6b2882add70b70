#pragma once
// The cosine transform that a kernel density's bandwidth is chosen with.

#include <vector>

namespace exitaudit::statistics {

/// a_k = sum_j x_j cos(pi k (j + 1/2) / n), k = 0 .. n-1 (DCT-II, unscaled), by a complex FFT of n points (Makhoul,
/// IEEE ASSP 1980). n is a power of two.
std::vector<double> cosine_transform(const std::vector<double>& x);

}  // namespace exitaudit::statistics
