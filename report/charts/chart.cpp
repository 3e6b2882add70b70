#include "report/charts/chart.h"

#include <fmt/format.h>

#include <cmath>

#include "report/formats/plain_text.h"

namespace exitaudit::report {
namespace {

/// Always quoted. A quote inside becomes an apostrophe: gnuplot reads this file, too, and knows no doubled quotes.
std::string quoted(const std::string& text) {
  return "\"" + replaced(one_line(text), "\"", "'") + "\"";
}

/// NaN stays a word: gnuplot draws a line across an empty field, but not across a NaN.
std::string number(double value) {
  return std::isnan(value) ? "NaN" : fmt::format("{:.17g}", value);
}

/// Where there is no point, there is no interval either.
std::string interval_at(const ChartSeries& series, const std::vector<double>& values, std::size_t i) {
  if (values.empty()) return "";
  return number(std::isnan(series.y[i]) ? series.y[i] : values[i]);
}

std::string category_at(const Chart& chart, double x) {
  const bool named = x >= 0 && x < static_cast<double>(chart.categories.size());
  return named ? chart.categories[static_cast<std::size_t>(x)] : "";
}

bool is_there(double value, bool logarithmic) {
  return std::isfinite(value) && (!logarithmic || value > 0);
}

}  // namespace

std::string chart_csv(const Chart& chart) {
  std::string text = "series,category,x,y,low,high\n";
  for (const ChartSeries& series : chart.series) {
    const std::string name = quoted(series.name);
    for (std::size_t i = 0; i < series.x.size(); ++i) {
      text += fmt::format("{},{},{},{},{},{}\n", name, quoted(category_at(chart, series.x[i])), number(series.x[i]),
                          number(series.y[i]), interval_at(series, series.low, i), interval_at(series, series.high, i));
    }
  }
  return text;
}

bool has_points(const Chart& chart, const ChartSeries& series) {
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (is_there(series.x[i], chart.log_x) && is_there(series.y[i], chart.log_y)) return true;
  }
  return false;
}

bool has_points(const Chart& chart) {
  for (const ChartSeries& series : chart.series) {
    if (has_points(chart, series)) return true;
  }
  return false;
}

}  // namespace exitaudit::report
