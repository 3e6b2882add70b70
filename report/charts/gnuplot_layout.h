#pragma once
// Gnuplot layout: room for names, so that none is cut off: the size, where the legend goes, how categories are written.

#include <set>
#include <string>
#include <vector>

#include "report/charts/chart.h"

namespace exitaudit::report {

struct Layout {
  int width = 680;                ///< pixels of the SVG; a PNG has twice as many
  int height = 420;               ///< more where rotated names of categories want it
  std::size_t longest_name = 60;  ///< characters of a series' name in the legend
  double bar = 0;                 ///< width of a bar, in categories
  double title_at = 1;            ///< of the height, from below
  std::vector<double> shift;      ///< of each series, where it stands beside others of its category
  std::string commands;           ///< legend, margins, names of categories
};

Layout layout_of(const Chart& chart);

/// Names that several marks share: once in the legend instead of at each.
std::set<std::string> repeated_mark_names(const Chart& chart);

/// One line in single quotes, in which gnuplot replaces nothing: no escapes, no commands between backquotes.
std::string quoted_text(const std::string& text);

}  // namespace exitaudit::report
