#include "report/items/values.h"

#include <fmt/format.h>

#include <cmath>

#include "report/tables/cells.h"
#include "stages/statistics/difference_interval.h"

namespace exitaudit::report {

namespace {

int decimals_of(double value, const Unit& unit) {
  return unit.decimals == kThreeDigits ? three_digit_decimals(unit.scale * value) : unit.decimals;
}

std::string number(double value, const Unit& unit, int decimals, bool with_sign = false) {
  const double scaled = unit.scale * value;
  const double shown = std::abs(scaled) < .5 * std::pow(10., -decimals) ? 0 : scaled;  // no "-0.0"
  return with_sign ? fmt::format("{:+.{}f}", shown, decimals) : fmt::format("{:.{}f}", shown, decimals);
}

}  // namespace

bool Value::known() const {
  return std::isfinite(y);
}

bool Value::is_mean() const {
  return std::isfinite(deviation);
}

std::string hole(const Value& value) {
  return value.has_hole() ? fmt::format("{}/{}", value.there, value.of) : "";
}

std::string cell(const Value& value, const Unit& unit) {
  if (!value.known()) return kHole;
  const int decimals = decimals_of(value.y, unit);  // of all, so that they can be compared
  std::string found = number(value.y, unit, decimals);
  if (value.is_mean()) {
    found += " ± " + number(value.deviation, unit, decimals);
  } else if (!std::isnan(value.low)) {
    found += fmt::format(" [{}, {}]", number(value.low, unit, decimals), number(value.high, unit, decimals));
  }
  return value.has_hole() ? fmt::format("{} ({})", found, hole(value)) : found;
}

std::string text(const Value& value, const Unit& unit) {
  if (!value.known()) return kHole;
  Value whole = value;
  whole.there = whole.of;
  const std::string found = cell(whole, unit) + unit.name;
  return value.has_hole() ? fmt::format("{} ({} of {} models)", found, value.there, value.of) : found;
}

Difference difference(const Value& a, const Value& b) {
  if (!a.over.empty() && !b.over.empty() && a.over != b.over) return {a.y - b.y, statistics::no_interval()};
  return {a.y - b.y,
          statistics::difference_interval(a.y, a.measured.low, a.measured.high, b.y, b.measured.low, b.measured.high)};
}

std::string text(const Difference& difference, const Unit& unit) {
  if (std::isnan(difference.value)) return kHole;
  const auto signed_number = [&](double value) { return number(value, unit, decimals_of(value, unit), true); };
  const std::string value = signed_number(difference.value);
  if (std::isnan(difference.interval.low)) return value + unit.name;
  return fmt::format("{} [{}, {}]{}", value, signed_number(difference.interval.low),
                     signed_number(difference.interval.high), unit.name);
}

void add_point(ChartSeries& series, double x, const Value& value, double scale) {
  const bool mean = value.is_mean();
  series.x.push_back(x);
  series.y.push_back(scale * value.y);
  series.low.push_back(scale * (mean ? value.y - value.deviation : value.low));
  series.high.push_back(scale * (mean ? value.y + value.deviation : value.high));
}

}  // namespace exitaudit::report
