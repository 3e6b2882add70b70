#pragma once
// Chart axes: how far they reach and where their tics are. gnuplot's own choice serves linear y alone.

#include <string>

#include "report/charts/chart.h"

namespace exitaudit::report {

struct AxisRange {
  double low = 0;
  double high = 1;
};

/// What the chart asks for or, where it leaves that open, what its points and marks need.
AxisRange x_range(const Chart& chart);
/// With intervals and reference; from 0 for bars and histograms, rounded outwards where it is logarithmic.
AxisRange y_range(const Chart& chart);

/// The commands for ranges, scales and tics of both axes.
std::string axes_commands(const Chart& chart);

}  // namespace exitaudit::report
