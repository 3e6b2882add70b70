#pragma once
// Checks that all nouns share: lengths, ranges and flags, with a sentence that names the row.

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exitaudit::schema {

/// Who complains, and how it names row i: "observations", "sample 4711 (row 12)".
struct Rows {
  std::string noun;
  std::span<const std::int64_t> index = {};  ///< sample index of each row, empty where rows have none

  [[noreturn]] void fail(const std::string& what) const;  ///< Error(kFailure) "<noun>: <what>"
  std::string name(std::size_t row) const;
};

/// Where `actual` is not `expected` (all lengths of rows are the length of some first array).
void check_length(const Rows& rows, const std::string& field, std::size_t actual, std::int64_t expected);
void check_flags(const Rows& rows, const std::string& field, std::span<const std::uint8_t> flags);
/// Every value in 0 .. limit-1; `per_row` of them belong to a row.
void check_range(const Rows& rows, const std::string& field, std::span<const std::int32_t> values, std::int64_t limit,
                 std::int64_t per_row = 1);
/// Indices are not negative, and none is seen twice.
void check_indices(const Rows& rows);

template <class Real>
void check_finite(const Rows& rows, const std::string& field, std::span<const Real> values, std::int64_t per_row = 1) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    rows.fail(field + " of " + rows.name(i / static_cast<std::size_t>(per_row)) +
              (std::isnan(values[i]) ? " is not a number" : " is infinite"));
  }
}

/// Product of a shape of positive lengths. Fails where one is not positive or the product does not fit.
std::int64_t volume(const Rows& rows, const std::string& field, const std::vector<std::int64_t>& shape);

/// rows * columns, for the length of a two-axis array.
std::int64_t area(const Rows& rows, std::int64_t height, std::int64_t width);

}  // namespace exitaudit::schema
