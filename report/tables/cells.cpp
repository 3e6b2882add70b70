#include "report/tables/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace exitaudit::report {
namespace {

using Format = std::function<std::string(double)>;

std::string in_percent(double value) {
  return fmt::format("{:.1f}", std::abs(value) < .0005 ? 0.0 : 100 * value);
}

/// ".643": a share needs no leading zero, and a terminal no wider column.
std::string in_share(double value) {
  const std::string text = fmt::format("{:.3f}", std::abs(value) < .0005 ? 0.0 : value);
  if (text.starts_with("-0.")) return "-" + text.substr(2);
  return text.starts_with("0.") ? text.substr(1) : text;
}

std::string three_digits(double value) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, three_digit_decimals(value)) : fmt::format("{:g}", value);
}

/// " (3/5)" where figures behind a mean are missing or n/a.
std::string lacking(const Figures& figures, const schema::Measurement& m) {
  const auto counted = figures.there.find(m.metric);
  const std::int64_t there = counted == figures.there.end() ? m.n : counted->second;
  return there < figures.expected ? fmt::format(" ({}/{})", there, figures.expected) : "";
}

std::string cell(const Figures& figures, const std::string& metric, const Format& format, bool with_interval = false) {
  const auto found = figures.whole.find(metric);
  const bool is_mean = !figures.deviation.empty();
  if (found == figures.whole.end()) return is_mean ? kNotKnown : kHole;
  const schema::Measurement& m = found->second;
  if (std::isnan(m.value)) return kNotKnown;
  const auto deviation = figures.deviation.find(metric);
  if (deviation != figures.deviation.end()) {
    return fmt::format("{} ± {}{}", format(m.value), format(deviation->second.value), lacking(figures, m));
  }
  if (!with_interval || std::isnan(m.low)) return format(m.value);
  return fmt::format("{} [{}, {}]", format(m.value), format(m.low), format(m.high));
}

}  // namespace

int three_digit_decimals(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const auto before = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  return std::clamp(3 - before, 0, 9);
}

std::string percent(const Figures& figures, const std::string& metric) {
  return cell(figures, metric, in_percent);
}

std::string percent_with_interval(const Figures& figures, const std::string& metric) {
  return cell(figures, metric, in_percent, true);
}

std::string share(const Figures& figures, const std::string& metric) {
  return cell(figures, metric, in_share);
}

std::string share_with_interval(const Figures& figures, const std::string& metric) {
  return cell(figures, metric, in_share, true);
}

std::string gops(const Figures& figures, const std::string& metric) {
  const auto found = figures.whole.find(metric);
  if (found == figures.whole.end()) return kHole;
  return three_digits(found->second.value / 1e9) + lacking(figures, found->second);
}

std::string milliseconds(const Figures& figures, const std::string& metric) {
  const auto found = figures.whole.find(metric);
  const int decimals = found == figures.whole.end() ? 0 : three_digit_decimals(found->second.value);
  return cell(figures, metric, [decimals](double value) { return fmt::format("{:.{}f}", value, decimals); });
}

std::string decimal(const Figures& figures, const std::string& metric) {
  return cell(figures, metric, [](double value) { return fmt::format("{:.2f}", value); });
}

std::vector<std::string> with_state(const Figures& figures, std::vector<std::string> cells) {
  if (figures.state != ResultState::kThere && !cells.empty()) cells.front() = to_string(figures.state);
  return cells;
}

std::string count(const Figures& figures, const std::string& metric) {
  const auto found = figures.whole.find(metric);
  return found == figures.whole.end() ? kHole : std::to_string(found->second.n);
}

}  // namespace exitaudit::report
