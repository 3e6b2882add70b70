#include "report/items/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/tables/cells.h"
#include "stages/statistics/difference_interval.h"

namespace exitaudit::report {

namespace {

std::string number(double value, const Unit& unit, bool with_sign = false) {
  const double scaled = unit.scale * value;
  int decimals = unit.decimals;
  if (decimals == kThreeDigits) {
    const bool none = scaled == 0 || !std::isfinite(scaled);
    decimals = none ? 0 : std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(scaled)))), 0, 9);
  }
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
  std::string found = number(value.y, unit);
  if (value.is_mean()) {
    found += " ± " + number(value.deviation, unit);
  } else if (!std::isnan(value.low)) {
    found += fmt::format(" [{}, {}]", number(value.low, unit), number(value.high, unit));
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
  const std::string value = number(difference.value, unit, true);
  if (std::isnan(difference.interval.low)) return value + unit.name;
  return fmt::format("{} [{}, {}]{}", value, number(difference.interval.low, unit, true),
                     number(difference.interval.high, unit, true), unit.name);
}

void add_point(ChartSeries& series, double x, const Value& value, double scale) {
  const bool mean = value.is_mean();
  series.x.push_back(x);
  series.y.push_back(scale * value.y);
  series.low.push_back(scale * (mean ? value.y - value.deviation : value.low));
  series.high.push_back(scale * (mean ? value.y + value.deviation : value.high));
}

}  // namespace exitaudit::report
