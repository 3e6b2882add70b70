#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "report/charts/chart.h"
#include "report/charts/chart_axes.h"
#include "report/charts/gnuplot_layout.h"
#include "report/formats/plain_text.h"
#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

/// After Okabe and Ito, which people with every kind of colour vision tell apart; their yellow is too pale for lines.
constexpr std::array<const char*, 8> kColours{"#0072b2", "#d55e00", "#009e73", "#aa4499",
                                              "#e69f00", "#56b4e9", "#555555", "#882255"};
constexpr std::array<int, 8> kPoints{7, 5, 9, 13, 11, 4, 6, 8};
constexpr const char* kQuiet = "#777777";  ///< of what is not data: references, marks
constexpr std::size_t kManyPoints = 200;   ///< from here on drawn smaller

std::string styles_commands(const Chart& chart) {
  std::string text;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const double size = chart.series[i].x.size() > kManyPoints ? 0.25 : 0.6;
    text += fmt::format("set style line {} lc rgb '{}' lw 2 pt {} ps {}{}\n", i + 1, kColours[i % kColours.size()],
                        kPoints[(i + i / kColours.size()) % kPoints.size()], size,
                        i >= kColours.size() ? " dt " + std::to_string(2 + i / kColours.size()) : "");
  }
  return text;
}

/// The lines of the CSV that hold one series.
struct Place {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// What `plot` draws, a clause each, in layers from the back: bands, references, bars with their error bars,
/// error bars of points, lines and points.
class PlotClauses {
 public:
  explicit PlotClauses(const Chart& chart) : chart_(chart), layout_(layout_of(chart)), y_(y_range(chart)) {
    std::size_t first = 0;
    for (const ChartSeries& series : chart.series) {
      places_.push_back({first, first + series.x.size() - 1});
      first += series.x.size();
    }
  }

  std::string all() {
    for_each([&](std::size_t i) { add_band(i); });
    add_references();
    for_each([&](std::size_t i) {
      if (is_bar(i)) add_data(i);
    });
    for_each([&](std::size_t i) { add_error_bars(i); });
    for_each([&](std::size_t i) {
      if (!is_bar(i)) add_data(i);
    });
    std::string text = "plot ";
    for (std::size_t i = 0; i < clauses_.size(); ++i) text += (i > 0 ? ", \\\n     " : "") + clauses_[i];
    return text + "\n";
  }

 private:
  template <class Act>
  void for_each(Act act) {
    for (std::size_t i = 0; i < chart_.series.size(); ++i) {
      if (has_points(chart_, chart_.series[i])) act(i);
    }
  }

  std::string source(std::size_t i) const {
    return fmt::format("'{}.csv' skip 1 every ::{}::{}", chart_.id, places_[i].first, places_[i].last);
  }

  std::string x(std::size_t i) const {
    const double shift = layout_.shift[i];
    return shift == 0 ? "3" : fmt::format("($3{:+.4g})", shift);
  }

  /// A logarithmic axis has no place for 0: an interval that reaches it ends at the axis.
  std::string low() const { return chart_.log_y ? fmt::format("($5>{0:.10g}?$5:{0:.10g})", y_.low) : "5"; }

  bool is_bar(std::size_t i) const { return chart_.series[i].style == SeriesStyle::kBars; }

  bool is_line(std::size_t i) const {
    const SeriesStyle style = chart_.series[i].style;
    return style == SeriesStyle::kLine || style == SeriesStyle::kDashed || style == SeriesStyle::kSteps;
  }

  void add_band(std::size_t i) {
    const ChartSeries& series = chart_.series[i];
    if (series.style == SeriesStyle::kSteps && !chart_.log_y) {
      clauses_.push_back(fmt::format("{} using 3:4 with fillsteps fs transparent solid 0.12 noborder ls {} notitle",
                                     source(i), i + 1));
    }
    if (series.low.empty() || !is_line(i)) return;
    clauses_.push_back(
        fmt::format("{} using {}:{}:6 with filledcurves fs transparent solid 0.15 noborder ls {} notitle", source(i),
                    chart_.log_x ? "($3>0?$3:NaN)" : "3", low(), i + 1));
  }

  void add_data(std::size_t i) {
    const ChartSeries& series = chart_.series[i];
    const std::string title = quoted_text(shortened(one_line(series.name), layout_.longest_name));
    std::string with;
    switch (series.style) {
      case SeriesStyle::kLine:
        with = fmt::format("using 3:4 with lines ls {}", i + 1);
        break;
      case SeriesStyle::kDashed:
        with = fmt::format("using 3:4 with lines ls {} dt (6,4)", i + 1);
        break;
      case SeriesStyle::kPoints:
        with = fmt::format("using {}:4 with points ls {}", x(i), i + 1);
        break;
      case SeriesStyle::kLinePoints:
        with = fmt::format("using {}:4 with linespoints ls {}", x(i), i + 1);
        break;
      case SeriesStyle::kBars:
        with = fmt::format("using {}:4:({:.4g}) with boxes fs solid 0.85 noborder ls {}", x(i), layout_.bar, i + 1);
        break;
      case SeriesStyle::kSteps:
        with = fmt::format("using 3:4 with steps ls {}", i + 1);
        break;
    }
    clauses_.push_back(fmt::format("{} {} title {}", source(i), with, title));
  }

  /// As vectors with flat heads: gnuplot's own error bars cut a white hole around the value.
  void add_error_bars(std::size_t i) {
    const ChartSeries& series = chart_.series[i];
    if (series.low.empty() || is_line(i)) return;
    const std::string colour = series.style == SeriesStyle::kBars ? "lc rgb '#333333'" : fmt::format("ls {}", i + 1);
    const std::string length = chart_.log_y ? "$6-" + low() : "$6-$5";
    clauses_.push_back(
        fmt::format("{} using {}:{}:(0):({}) with vectors heads size screen 0.005,90 {} lw 1 dt 1 notitle", source(i),
                    x(i), low(), length, colour));
  }

  void add_references() {
    const std::string style = fmt::format("with lines lw 1.2 dt (4,4) lc rgb '{}' title", kQuiet);
    if (std::isfinite(chart_.y_reference))
      clauses_.push_back(fmt::format("{:.10g} {} 'chance'", chart_.y_reference, style));
    if (chart_.diagonal) clauses_.push_back(fmt::format("x {} 'chance'", style));
    for (const std::string& name : repeated_mark_names(chart_)) {
      clauses_.push_back(fmt::format("NaN with lines lw 1.2 dt (2,3) lc rgb '{}' title {}", kQuiet, quoted_text(name)));
    }
  }

  const Chart& chart_;
  Layout layout_;
  AxisRange y_;
  std::vector<Place> places_;
  std::vector<std::string> clauses_;
};

/// A line each; a name beside it, or in the legend where several share it.
std::string marks_commands(const Chart& chart) {
  const std::set<std::string> repeated = repeated_mark_names(chart);
  std::string text;
  for (const ChartMark& mark : chart.marks) {
    if (!std::isfinite(mark.x) || (chart.log_x && mark.x <= 0)) continue;
    text += fmt::format(
        "set arrow from first {0:.10g}, graph 0 to first {0:.10g}, graph 1 nohead lw 1.2 dt (2,3) lc rgb '{1}'\n",
        mark.x, kQuiet);
    const std::string name = one_line(mark.name);
    if (name.empty() || repeated.contains(name)) continue;
    const AxisRange range = x_range(chart);
    const double middle = chart.log_x ? std::sqrt(range.low * range.high) : (range.low + range.high) / 2;
    const bool left_half = mark.x <= middle;
    text += fmt::format("set label {} at first {:.10g}, graph 1 {} offset character 0, 0.6 tc rgb '#444444'\n",
                        quoted_text(shortened(name, 45)), mark.x, left_half ? "left" : "right");
  }
  return text;
}

std::string frame_commands(const Chart& chart, const Layout& layout) {
  std::string text = "set border 3 lw 0.8 lc rgb '#666666'\n";
  text += "set tics nomirror out scale 0.6 textcolor rgb '#222222'\n";
  text += fmt::format("set grid {}ytics lt 1 lw 0.6 lc rgb '#e2e2e2'\n", chart.log_x && chart.log_y ? "xtics " : "");
  if (!chart.title.empty()) {
    const std::string title = one_line(chart.title);
    const auto width = static_cast<std::size_t>(layout.width);
    const bool is_long = text_width(title) > width / 10;
    text += fmt::format("set label {} at screen 0.015, screen {:.4f} left font 'sans-serif,{}'\n",
                        quoted_text(shortened(title, width / 8)), layout.title_at, is_long ? 12 : 15);
  }
  text += "set xlabel " + quoted_text(shortened(one_line(chart.x_label), layout.width / 8)) + "\n";
  text += "set ylabel " + quoted_text(shortened(one_line(chart.y_label), 50)) + "\n";
  return text;
}

std::string output_commands(const Chart& chart, const char* terminal, const char* ending) {
  return fmt::format("set terminal {}\nset output '{}.{}'\n", terminal, chart.id, ending);
}

}  // namespace

std::string gnuplot_script(const Chart& chart, Terminals terminals) {
  const Layout layout = layout_of(chart);
  std::string text = fmt::format("# {}\n# Beside {}.csv: gnuplot {}.gp\n", one_line(chart.title), chart.id, chart.id);
  text += "set encoding utf8\nset datafile separator comma\n\n";
  text += styles_commands(chart) + frame_commands(chart, layout) + layout.commands;
  text += axes_commands(chart) + marks_commands(chart) + "\n";
  text += output_commands(chart,
                          fmt::format("svg size {},{} dynamic noenhanced font 'sans-serif,13' background '#ffffff'",
                                      layout.width, layout.height)
                              .c_str(),
                          "svg");
  text += PlotClauses(chart).all();
  if (terminals == Terminals::kSvgAndPng) {
    text += "\n" +
            output_commands(chart,
                            fmt::format("pngcairo size {},{} noenhanced font 'sans-serif,13' fontscale 1.5 linewidth 2 "
                                        "pointscale 2 background '#ffffff'",
                                        2 * layout.width, 2 * layout.height)
                                .c_str(),
                            "png");
    text += "replot\n";
  }
  return text + "set output\n";
}

}  // namespace exitaudit::report
