#include "report/items/lacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace exitaudit::report {
namespace {

std::string remedy_of(const StateCounts& states, const std::string& command) {
  if (states.contains(ResultState::kFailed)) {
    return fmt::format("exitaudit retry {0} && exitaudit run {0}", command);
  }
  if (states.size() == 1 && states.contains(ResultState::kRunning)) return "exitaudit status " + command;
  if (states.contains(ResultState::kBlocked)) return "exitaudit status " + command + " names what they wait for";
  if (states.size() == 1 && states.contains(ResultState::kUnavailable)) {
    return "exitaudit plan " + command + " names the stages that this version does not have";
  }
  return "exitaudit run " + command;
}

}  // namespace

std::string command_of(const StudyResults& results) {
  return results.command.empty() ? results.study : results.command;
}

void add_lack(ItemContent& content, const StudyResults& results, const Need& need, bool found) {
  StateCounts holes;
  std::int64_t all = 0;
  std::int64_t missing = 0;
  for (const ExpectedResult& result : results.expected) {
    if (!need.wanted(result)) continue;
    ++all;
    if (result.state == ResultState::kThere) continue;
    ++holes[result.state];
    ++missing;
  }
  const std::string command = command_of(results);
  if (missing > 0) {
    content.lacks.push_back(
        {fmt::format("{} of {} {}: {}", missing, all, need.what, list_counts(holes)), remedy_of(holes, command)});
  } else if (all == 0 && !found) {
    content.lacks.push_back({fmt::format("the study asks for no {}", need.what),
                             fmt::format("add to the study `{}`, then exitaudit run {}", need.lines, command)});
  } else if (!found) {
    content.lacks.push_back({fmt::format("the table has no figures of {}", need.what), "exitaudit run " + command});
  }
}

std::function<bool(const ExpectedResult&)> of_models(const std::string& noun) {
  return [noun](const ExpectedResult& e) { return e.noun == noun && (e.role.empty() || e.role == "target"); };
}

std::function<bool(const ExpectedResult&)> of_attacks(const std::string& attack, const std::string& source) {
  return [attack, source](const ExpectedResult& e) {
    return e.noun == "verdicts" && e.attack == attack && e.exit_source.starts_with(source) &&
           (e.shadow.empty() || e.shadow == "same");
  };
}

ItemContent finished(ItemContent content, const StudyResults& results) {
  for (Chart& chart : content.charts) {
    std::erase_if(chart.series, [&](const ChartSeries& series) { return !has_points(chart, series); });
  }
  std::erase_if(content.charts, [](const Chart& chart) { return chart.series.empty(); });
  std::erase_if(content.tables, [](const TextTable& table) { return table.rows.empty(); });
  if (content.charts.empty() && content.tables.empty() && content.lacks.empty()) {
    content.lacks.push_back({"the table has no figures for it", "exitaudit run " + command_of(results)});
  }
  return content;
}

void add_findings(ItemContent& content, const std::vector<std::string>& sentences) {
  constexpr std::size_t kMost = 8;
  for (std::size_t i = 0; i < sentences.size() && i < kMost; ++i) content.findings.push_back(sentences[i]);
  if (sentences.size() <= kMost) return;
  content.findings.push_back(fmt::format("… and {} more, in the charts and tables.", sentences.size() - kMost));
}

}  // namespace exitaudit::report
