#include "pipeline/base/median.h"

#include <algorithm>

#include "pipeline/base/error.h"

namespace exitaudit {

double median(std::vector<double> values) {
  require(!values.empty(), "a median is of something");
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return values.size() % 2 == 1 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace exitaudit
