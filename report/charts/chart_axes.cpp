#include "report/charts/chart_axes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace exitaudit::report {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kFewDecades = 2.5;   ///< up to here 1, 2, 5 are labelled, above only powers of ten
constexpr double kManyDecades = 8.5;  ///< above, not every power
constexpr double kNearAll = 90;       ///< per cent; from here on an axis ends at …
constexpr double kAll = 100;
constexpr double kMostCounts = 12;  ///< that have a tic each

/// Grows with what is put in.
struct Extent {
  double low = kInfinity;
  double high = -kInfinity;
  void add(double value, bool logarithmic) {
    if (!std::isfinite(value) || (logarithmic && value <= 0)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

bool is_style(const Chart& chart, std::initializer_list<SeriesStyle> styles) {
  return std::ranges::any_of(
      chart.series, [&](const ChartSeries& series) { return std::ranges::find(styles, series.style) != styles.end(); });
}

/// The next 1, 2 or 5 times a power of ten, downwards or upwards.
double round_outwards(double value, bool upwards) {
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  const std::array<double, 4> steps{1, 2, 5, 10};
  double found = upwards ? 10 * power : power;
  for (const double step : steps) {
    const double edge = step * power;
    if (!upwards && edge <= value * (1 + 1e-9)) found = edge;
    if (upwards && edge >= value * (1 - 1e-9)) return edge;
  }
  return found;
}

AxisRange finished(Extent extent, double asked_low, double asked_high, bool logarithmic) {
  if (extent.low > extent.high) extent = {logarithmic ? 0.1 : 0, 1};
  AxisRange range{extent.low, extent.high};
  if (logarithmic) range = {round_outwards(range.low, false), round_outwards(range.high, true)};
  if (std::isfinite(asked_low) && (!logarithmic || asked_low > 0)) range.low = asked_low;
  if (std::isfinite(asked_high) && (!logarithmic || asked_high > 0)) range.high = asked_high;
  if (range.low < range.high) return range;
  if (logarithmic) return {range.high / 10, range.low * 10};
  const double space = std::max(0.05 * std::abs(range.low), 0.5);
  return {std::min(range.low, range.high) - space, std::max(range.low, range.high) + space};
}

/// Tics of a logarithmic axis: gnuplot labels powers of ten alone, which leaves a short axis without any.
std::string log_tics(AxisRange range) {
  const double decades = std::log10(range.high / range.low);
  const int every = decades > kManyDecades ? 2 : 1;
  std::string tics;
  const auto add = [&](double value, bool labelled) {
    if (value < range.low * (1 - 1e-9) || value > range.high * (1 + 1e-9)) return;
    const std::string label = labelled ? fmt::format("{:g}", value) : "";
    tics += fmt::format("{}'{}' {:g} {}", tics.empty() ? "" : ", ", label, value, labelled ? 0 : 1);
  };
  for (int power = static_cast<int>(std::floor(std::log10(range.low))); power <= std::ceil(std::log10(range.high));
       ++power) {
    for (int step = 1; step <= 9; ++step) {
      const bool main = step == 1 || (decades <= kFewDecades && (step == 2 || step == 5)) || decades < 0.7;
      if (step == 1 || decades <= kManyDecades) add(step * std::pow(10.0, power), main && power % every == 0);
    }
  }
  return tics;
}

std::string axis_commands(char axis, AxisRange range, bool logarithmic) {
  std::string text;
  if (logarithmic) {
    text += fmt::format("set logscale {}\nset {}tics ({})\n", axis, axis, log_tics(range));
  }
  return text + fmt::format("set {}range [{:.10g}:{:.10g}]\n", axis, range.low, range.high);
}

bool starts_at_zero(const Chart& chart, const Extent& extent) {
  return is_style(chart, {SeriesStyle::kBars, SeriesStyle::kSteps}) && !chart.log_y && extent.low >= 0;
}

Extent y_extent(const Chart& chart) {
  Extent extent;
  for (const ChartSeries& series : chart.series) {
    for (const auto* values : {&series.y, &series.low, &series.high}) {
      for (const double value : *values) extent.add(value, chart.log_y);
    }
  }
  extent.add(chart.y_reference, chart.log_y);
  if (starts_at_zero(chart, extent)) extent.add(0, false);
  return extent;
}

/// Linear y is left to gnuplot, which rounds to its tics, but for what the chart asks and the floor of bars.
std::string linear_y_commands(const Chart& chart) {
  const AxisRange range = y_range(chart);
  const Extent extent = y_extent(chart);
  const bool flat = !(extent.low < extent.high);
  // No share is above 100 %, and an axis should not look as if one could be.
  const bool near_all = chart.y_label.find('%') != std::string::npos && extent.high > kNearAll && extent.high <= kAll;
  const std::string all = fmt::format("{:g}", kAll);
  const auto edge = [&](bool fixed, double value) { return fixed || flat ? fmt::format("{:.10g}", value) : "*"; };
  // Room above, so that no interval ends on the frame.
  return fmt::format("set offsets 0, 0, graph 0.02, 0\nset yrange [{}:{}]\n",
                     edge(std::isfinite(chart.y_min) || starts_at_zero(chart, extent), range.low),
                     near_all && !std::isfinite(chart.y_max) ? all : edge(std::isfinite(chart.y_max), range.high));
}

/// Exits, numbers of exits: places between them mean nothing.
bool counts_on_x(const Chart& chart) {
  if (chart.log_x || !chart.categories.empty()) return false;
  bool any = false;
  for (const ChartSeries& series : chart.series) {
    for (const double x : series.x) {
      if (x != std::round(x)) return false;
      any = true;
    }
  }
  const AxisRange range = x_range(chart);
  return any && range.high - range.low <= kMostCounts;
}

}  // namespace

AxisRange x_range(const Chart& chart) {
  if (!chart.categories.empty()) return {-0.6, static_cast<double>(chart.categories.size()) - 0.4};
  Extent extent;
  for (const ChartSeries& series : chart.series) {
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      if (std::isfinite(series.y[i])) extent.add(series.x[i], chart.log_x);
    }
  }
  for (const ChartMark& mark : chart.marks) extent.add(mark.x, chart.log_x);
  if (extent.low < extent.high && is_style(chart, {SeriesStyle::kPoints, SeriesStyle::kLinePoints})) {
    // No point lies on the frame.
    const double space = 0.025 * (extent.high - extent.low);
    extent =
        chart.log_x ? Extent{extent.low / 1.1, extent.high * 1.1} : Extent{extent.low - space, extent.high + space};
  }
  return finished(extent, chart.x_min, chart.x_max, chart.log_x);
}

AxisRange y_range(const Chart& chart) {
  return finished(y_extent(chart), chart.y_min, chart.y_max, chart.log_y);
}

std::string axes_commands(const Chart& chart) {
  std::string x = axis_commands('x', x_range(chart), chart.log_x && chart.categories.empty());
  if (counts_on_x(chart)) x += "set xtics 1\n";
  return x + (chart.log_y ? axis_commands('y', y_range(chart), true) : linear_y_commands(chart));
}

}  // namespace exitaudit::report
