#pragma once
// Selection: which jobs of a graph a run is asked for. By stage, and by phase: on a cluster the clock is read in an
// allocation of its own, so a study falls into what comes before the clock, the clock, and what comes behind it.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/graph/job_graph.h"

namespace exitaudit {

enum class Phase {
  kCompute,  ///< needs no timing job
  kTiming,   ///< a timing job: alone on its node
  kBehind,   ///< needs a timing job
};
inline constexpr std::array<std::string_view, 3> kPhaseNames{"compute", "timing", "behind"};

struct Selection {
  std::vector<std::string> stages;  ///< only these and what they need; empty = all
  std::optional<Phase> phase;       ///< only its jobs and what they need; none = all
};

/// The phase of each job, in the graph's order.
std::vector<Phase> phases_of(const JobGraph& graph);

/// Of each job whether it is asked for. Throws BadInput where the study has no such stage.
std::vector<bool> select_jobs(const JobGraph& graph, const Selection& selection);

}  // namespace exitaudit
