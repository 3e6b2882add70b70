#include "pipeline/artifact/h5_array.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>

#include "pipeline/base/error.h"

namespace exitaudit {

std::size_t H5Array::element_size() const {
  switch (element) {
    case H5Element::kUint8:
    case H5Element::kFlag:
      return 1;
    case H5Element::kInt32:
    case H5Element::kFloat:
      return 4;
    case H5Element::kInt64:
    case H5Element::kDouble:
      return 8;
    case H5Element::kText:
      break;
  }
  return text_size;
}

std::int64_t H5Array::count() const {
  std::int64_t count = 1;
  std::int64_t bytes = 0;
  bool fits = element_size() <= static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  for (const std::int64_t length : shape) fits = fits && length >= 0 && !__builtin_mul_overflow(count, length, &count);
  if (!fits || __builtin_mul_overflow(count, static_cast<std::int64_t>(element_size()), &bytes)) {
    throw Error(ErrorKind::kFailure, fmt::format("an array cannot have the shape {}", shape_text(shape)));
  }
  return count;
}

std::string to_string(H5Element element) {
  static const char* const kNames[] = {"uint8", "flags", "int32", "int64", "float", "double", "texts"};
  return kNames[static_cast<int>(element)];
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

}  // namespace exitaudit
