#include "report/charts/gnuplot_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "report/formats/plain_text.h"
#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

constexpr int kWidest = 1300;
constexpr double kLetter = 7.6;        ///< pixels of a character, mean, at 13 points
constexpr double kSample = 50;         ///< pixels of a legend's sample and its space
constexpr int kFrame = 90;             ///< pixels left and right of the plot
constexpr std::size_t kRowsAbove = 6;  ///< rows of a legend above the plot; more go beside it
constexpr double kTitle = 46;          ///< pixels of the title's line
constexpr double kRow = 20;            ///< pixels of a legend's row
constexpr double kGap = 10;            ///< pixels between what is above and the plot
constexpr double kSlant = 35 * std::numbers::pi / 180;
constexpr std::size_t kLongestCategory = 36;

double pixels(std::size_t letters) {
  return kLetter * static_cast<double>(letters);
}

std::size_t count_of(const Chart& chart, bool bars) {
  return static_cast<std::size_t>(std::ranges::count_if(
      chart.series, [&](const ChartSeries& series) { return (series.style == SeriesStyle::kBars) == bars; }));
}

/// Bars stand side by side. Points stand on their bars where there are as many, beside one another where there are no
/// bars, and else in the middle.
void place_series(const Chart& chart, Layout& layout) {
  layout.shift.assign(chart.series.size(), 0);
  if (chart.categories.empty()) return;
  const std::size_t bars = count_of(chart, true);
  const std::size_t others = count_of(chart, false);
  const std::size_t slots = bars > 0 ? bars : others;
  layout.bar = 0.8 / static_cast<double>(std::max<std::size_t>(slots, 1));
  std::size_t bar = 0;
  std::size_t other = 0;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const bool is_bar = chart.series[i].style == SeriesStyle::kBars;
    const std::size_t slot = is_bar ? bar++ : other++;
    if (is_bar || others == slots) {
      layout.shift[i] = layout.bar * (static_cast<double>(slot) - static_cast<double>(slots - 1) / 2);
    }
  }
}

std::vector<std::string> legend_names(const Chart& chart) {
  std::vector<std::string> names;
  for (const ChartSeries& series : chart.series) {
    if (has_points(chart, series)) names.push_back(one_line(series.name));
  }
  if (std::isfinite(chart.y_reference) || chart.diagonal) names.emplace_back("chance");
  for (const std::string& name : repeated_mark_names(chart)) names.push_back(name);
  return names;
}

/// The plot begins `pixels` below the top edge.
void begin_plot_at(double pixels, Layout& layout) {
  layout.commands += fmt::format("set tmargin at screen {:.4f}\n", 1 - pixels / layout.height);
}

bool has_named_marks(const Chart& chart) {
  const std::set<std::string> repeated = repeated_mark_names(chart);
  return std::ranges::any_of(chart.marks, [&](const ChartMark& mark) {
    return !mark.name.empty() && !repeated.contains(one_line(mark.name));
  });
}

struct Legend {
  bool above = true;
  std::size_t rows = 0;  ///< above the plot; 0: no legend
};

/// Above the plot where it needs few rows, else beside it. The picture grows, not at the cost of the plot.
Legend plan_legend(const Chart& chart, Layout& layout) {
  const std::vector<std::string> names = legend_names(chart);
  if (names.size() < 2) return {};
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, std::min(text_width(name), layout.longest_name));
  const double inside = layout.width - kFrame;
  const auto columns = static_cast<std::size_t>(std::max(1.0, inside / (pixels(longest) + kSample)));
  const std::size_t rows = (names.size() + columns - 1) / columns;
  if (rows <= kRowsAbove) {
    layout.height += static_cast<int>(kRow * static_cast<double>(rows));
    return {.above = true, .rows = rows};
  }
  layout.longest_name = std::min<std::size_t>(longest, 32);
  layout.width += static_cast<int>(pixels(layout.longest_name) / 2 + kSample);
  layout.height = std::max(layout.height, static_cast<int>(kRow * static_cast<double>(names.size()) + 2 * kTitle));
  return {.above = false, .rows = names.size()};
}

/// Once the height is known: title, legend, names of marks and plot below one another.
void place_top(const Legend& legend, double marks, Layout& layout) {
  layout.title_at = 1 - 0.55 * kTitle / layout.height;
  if (legend.rows == 0) {
    layout.commands += "set key off\n";
    begin_plot_at(kTitle + kGap + marks, layout);
  } else if (legend.above) {
    layout.commands += fmt::format(
        "set key at graph 0, screen {:.4f} left top vertical maxrows {} Left reverse samplen 1.6 spacing 1.2\n",
        1 - (kTitle - 4) / layout.height, legend.rows);
    begin_plot_at(kTitle + kRow * static_cast<double>(legend.rows) + kGap + marks, layout);
  } else {
    layout.commands += "set key outside right top vertical Left reverse samplen 1.6 spacing 1.2\n";
    begin_plot_at(kTitle + kGap + marks, layout);
  }
}

/// gnuplot takes a name for a format of the number: a per cent sign is written twice.
std::string category_tics(const Chart& chart) {
  std::string tics;
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    const std::string name = shortened_inside(one_line(chart.categories[i]), kLongestCategory);
    tics += fmt::format("{}{} {}", i > 0 ? ", " : "", quoted_text(replaced(name, "%", "%%")), i);
  }
  return tics;
}

/// Slanted where they are too long to stand side by side; the picture grows by the room that they take below and left.
void place_categories(const Chart& chart, bool right_free, Layout& layout) {
  if (chart.categories.empty()) return;
  std::size_t longest = 0;
  for (const std::string& name : chart.categories) longest = std::max(longest, text_width(one_line(name)));
  longest = std::min(longest, kLongestCategory);
  const double room = static_cast<double>(layout.width - kFrame) / static_cast<double>(chart.categories.size());
  const bool slanted = pixels(longest + 1) > room;
  layout.commands +=
      fmt::format("set xtics {} scale 0 ({})\n", slanted ? "rotate by 35 right" : "norotate", category_tics(chart));
  if (!slanted) return;
  // gnuplot would leave as much room on the right as the names take on the left.
  if (right_free) layout.commands += "set rmargin at screen 0.97\n";
  layout.height += static_cast<int>(std::max(0.0, pixels(longest) * std::sin(kSlant) - 30));
  const double left = pixels(longest) * std::cos(kSlant) - room / 2;
  const double usual = 75;
  if (left > usual) layout.commands += fmt::format("set lmargin at screen {:.3f}\n", left / layout.width);
}

}  // namespace

Layout layout_of(const Chart& chart) {
  Layout layout;
  const auto bars = static_cast<int>(chart.categories.size() * (1 + count_of(chart, true)));
  layout.width = std::clamp(bars * 11 + kFrame, layout.width, kWidest);
  place_series(chart, layout);
  const Legend legend = plan_legend(chart, layout);
  place_categories(chart, legend.above, layout);
  const double marks = has_named_marks(chart) ? kRow : 0;
  layout.height += static_cast<int>(marks);
  place_top(legend, marks, layout);
  return layout;
}

std::set<std::string> repeated_mark_names(const Chart& chart) {
  std::set<std::string> seen;
  std::set<std::string> repeated;
  for (const ChartMark& mark : chart.marks) {
    const std::string name = one_line(mark.name);
    if (!name.empty() && !seen.insert(name).second) repeated.insert(name);
  }
  return repeated;
}

std::string quoted_text(const std::string& text) {
  return "'" + replaced(one_line(text), "'", "''") + "'";
}

}  // namespace exitaudit::report
