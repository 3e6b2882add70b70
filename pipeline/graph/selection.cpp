#include "pipeline/graph/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"

namespace exitaudit {
namespace {

void check_stages(const JobGraph& graph, const std::vector<std::string>& stages) {
  std::set<std::string> present;
  for (const Job& job : graph.jobs()) present.insert(job.stage.name);
  const std::vector<std::string> names(present.begin(), present.end());
  for (const std::string& stage : stages) {
    if (present.contains(stage)) continue;
    throw BadInput(fmt::format("this study has no job of stage \"{}\" (its stages are {}){}", stage,
                               fmt::join(names, ", "), did_you_mean(stage, names)));
  }
}

}  // namespace

std::vector<Phase> phases_of(const JobGraph& graph) {
  std::vector<Phase> phases(graph.size(), Phase::kCompute);
  for (const std::size_t job : graph.topological_order()) {
    const bool behind =
        std::ranges::any_of(graph.inputs(job), [&](std::size_t input) { return phases[input] != Phase::kCompute; });
    if (behind) phases[job] = Phase::kBehind;
    // A timing job behind another one is for the same kind of allocation.
    if (graph.job(job).pool == Pool::kTiming) phases[job] = Phase::kTiming;
  }
  return phases;
}

std::vector<bool> select_jobs(const JobGraph& graph, const Selection& selection) {
  check_stages(graph, selection.stages);
  const std::vector<Phase> phases = phases_of(graph);
  const auto named = [&](std::size_t job) {
    const bool stage = selection.stages.empty() ||
                       std::ranges::find(selection.stages, graph.job(job).stage.name) != selection.stages.end();
    return stage && (!selection.phase || *selection.phase == phases[job]);
  };
  std::vector<bool> asked(graph.size());
  for (const std::size_t job : std::views::reverse(graph.topological_order())) {
    if (named(job)) asked[job] = true;
    if (!asked[job]) continue;
    for (const std::size_t input : graph.inputs(job)) asked[input] = true;
  }
  return asked;
}

}  // namespace exitaudit
