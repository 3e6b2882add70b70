#include "stages/schema/checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/base/error.h"

namespace exitaudit::schema {

void Rows::fail(const std::string& what) const {
  throw Error(ErrorKind::kFailure, noun + ": " + what);
}

std::string Rows::name(std::size_t row) const {
  if (row < index.size()) return fmt::format("sample {} (row {})", index[row], row);
  return fmt::format("row {}", row);
}

void check_length(const Rows& rows, const std::string& field, std::size_t actual, std::int64_t expected) {
  if (static_cast<std::int64_t>(actual) == expected) return;
  rows.fail(fmt::format("{} has {} values where {} are expected", field, actual, expected));
}

void check_flags(const Rows& rows, const std::string& field, std::span<const std::uint8_t> flags) {
  const auto bad = std::find_if(flags.begin(), flags.end(), [](std::uint8_t flag) { return flag > 1; });
  if (bad == flags.end()) return;
  rows.fail(fmt::format("{} of {} is {}, neither 0 nor 1", field,
                        rows.name(static_cast<std::size_t>(bad - flags.begin())), *bad));
}

void check_range(const Rows& rows, const std::string& field, std::span<const std::int32_t> values, std::int64_t limit,
                 std::int64_t per_row) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0 && values[i] < limit) continue;
    rows.fail(fmt::format("{} of {} is {}; 0 to {} are possible", field,
                          rows.name(i / static_cast<std::size_t>(per_row)), values[i], limit - 1));
  }
}

void check_indices(const Rows& rows) {
  std::vector<std::int64_t> sorted(rows.index.begin(), rows.index.end());
  std::sort(sorted.begin(), sorted.end());
  if (!sorted.empty() && sorted.front() < 0) rows.fail(fmt::format("a sample has the index {}", sorted.front()));
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) rows.fail(fmt::format("sample {} is there twice", *twice));
}

std::int64_t volume(const Rows& rows, const std::string& field, const std::vector<std::int64_t>& shape) {
  std::int64_t product = 1;
  for (const std::int64_t length : shape) {
    if (length <= 0 || __builtin_mul_overflow(product, length, &product)) {
      rows.fail(fmt::format("{} cannot have the shape [{}]", field, fmt::join(shape, ", ")));
    }
  }
  return product;
}

std::int64_t area(const Rows& rows, std::int64_t height, std::int64_t width) {
  std::int64_t product = 0;
  if (height < 0 || width < 0 || __builtin_mul_overflow(height, width, &product)) {
    rows.fail(fmt::format("an array of {} times {} values is not possible", height, width));
  }
  return product;
}

}  // namespace exitaudit::schema
