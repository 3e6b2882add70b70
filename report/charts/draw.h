#pragma once
// Drawing: charts to files, by gnuplot.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/base/command_runner.h"
#include "report/charts/chart.h"

namespace exitaudit::report {

struct Drawing {
  std::map<std::string, std::string> svg;  ///< by the chart's id; those that were drawn
  std::string fault;  ///< a sentence or two where a figure is missing: why, and what to do about it; else ""
};

/// Leaves `folder`/ID.csv and ID.gp of each chart and, drawn by one gnuplot process for all, ID.svg and (with
/// kSvgAndPng) ID.png; each file whole or not at all. A chart without points has no figure and is no fault. A figure
/// that could not be drawn is taken away, so that none stands beside numbers that are not its own.
/// Throws Error(kFailure) where the folder cannot be written, or for an id that names no file or names one twice.
Drawing draw(const std::filesystem::path& folder, const std::vector<Chart>& charts, CommandRunner& runner,
             Terminals terminals = Terminals::kSvgAndPng);

/// The same with the gnuplot of this system.
Drawing draw(const std::filesystem::path& folder, const std::vector<Chart>& charts,
             Terminals terminals = Terminals::kSvgAndPng);

}  // namespace exitaudit::report
