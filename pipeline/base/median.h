#pragma once

#include <vector>

namespace exitaudit {

/// The middle value, of an even number the mean of both. `values` must not be empty.
double median(std::vector<double> values);

}  // namespace exitaudit
