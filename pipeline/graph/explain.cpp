#include "pipeline/graph/explain.h"

#include <fmt/format.h>

#include <algorithm>

namespace exitaudit {
namespace {

constexpr std::size_t kLongestValue = 60;     // characters of a setting that are shown
constexpr std::size_t kDifferencesShown = 3;  // settings of one job

std::string shorten(const std::string& value) {
  if (value.empty()) return "(not set)";
  if (value.size() <= kLongestValue) return value;
  std::size_t cut = kLongestValue - 1;
  while (cut > 0 && (static_cast<unsigned char>(value[cut]) & 0xC0U) == 0x80U) --cut;  // never inside a character
  return value.substr(0, cut) + "…";
}

std::string tell_differences(const std::vector<SliceDifference>& differences) {
  std::string text;
  for (std::size_t i = 0; i < std::min(differences.size(), kDifferencesShown); ++i) {
    const SliceDifference& d = differences[i];
    text += fmt::format("{}{} changed {} -> {}", i == 0 ? "" : ", ", d.key, shorten(d.before), shorten(d.after));
  }
  if (differences.size() > kDifferencesShown) {
    text += fmt::format(" and {} more", differences.size() - kDifferencesShown);
  }
  return text;
}

class Explainer {
 public:
  Explainer(const JobGraph& graph, const Plan& plan, const ExplainFacts& facts)
      : graph_(graph), plan_(plan), facts_(facts) {}

  std::string explain(std::size_t job) const {
    const Decision& decision = plan_.decisions[job];
    switch (decision.verdict) {
      case Verdict::kDone:
        return "done: made from what its inputs are now";
      case Verdict::kUnless:
        return explain_unless(job, decision);
      case Verdict::kRun:
        return explain_run(job, decision);
      case Verdict::kWaits:
        return fmt::format("waits for `exitaudit retry`: {}", tell_failure(job));
      case Verdict::kBlocked:
        return fmt::format("will not run: its input {} is not to be had\n  because {}",
                           tell_input(job, decision.because), tell_obstacle(decision.because));
      case Verdict::kUnavailable:
        return fmt::format("will not run: stage {} is not in this version of exitaudit", graph_.job(job).stage.name);
      case Verdict::kNotAsked:
        return "not asked for: neither its stage nor one that needs it was selected with --stage";
    }
    return "";
  }

 private:
  std::string explain_unless(std::size_t job, const Decision& decision) const {
    const std::string input = tell_input(job, decision.because);
    if (decision.cause == Cause::kInputRuns) {
      const bool runs = plan_.decisions[decision.because].verdict == Verdict::kRun;
      return fmt::format("done, unless its input {} gets other bytes{}", input, runs ? " when it runs" : "");
    }
    return fmt::format("kept as it is: its input {} is not to be had\n  because {}", input,
                       tell_obstacle(decision.because));
  }

  std::string explain_run(std::size_t job, const Decision& decision) const {
    const std::string artifact = artifact_name(graph_, job);
    if (decision.cause == Cause::kCorrupt) return fmt::format("will run: its artifact {} is damaged", artifact);
    const bool stale = decision.cause == Cause::kStaleInput;
    const std::string what = stale ? "was made from other bytes than its inputs have now" : "does not exist";
    const std::string reason = stale ? tell_stale_input(job, decision) : tell_change(job);
    return fmt::format("will run: its artifact {} {}{}{}", artifact, what, reason.empty() ? "" : "\n  because ",
                       reason);
  }

  /// "dataset (ingest/cifar10)": by the role it plays for `job`.
  std::string tell_input(std::size_t job, std::size_t input) const {
    const auto inputs = graph_.inputs(job);
    const auto found = std::ranges::find(inputs, input);
    if (found == inputs.end()) return graph_.job(input).id;
    const auto place = static_cast<std::size_t>(found - inputs.begin());
    return fmt::format("{} ({})", graph_.job(job).inputs[place].name, graph_.job(input).id);
  }

  std::string tell_failure(std::size_t job) const {
    const FailureMark* mark = nullptr;
    if (facts_.snapshot != nullptr) {
      const auto found = facts_.snapshot->failures.find(graph_.fingerprint(job));
      if (found != facts_.snapshot->failures.end()) mark = &found->second;
    }
    if (mark == nullptr) return "it failed";
    std::string what = "it " + (mark->outcome.empty() ? std::string("failed") : mark->outcome);
    if (mark->outcome == "timeout") what = "it overran its deadline";
    if (mark->outcome == "lost") what = "it was lost too often";
    return mark->message.empty() ? what : what + ": " + mark->message;
  }

  /// What stands at the end of the chain of inputs that cannot be made.
  std::string tell_obstacle(std::size_t job) const {
    while (plan_.decisions[job].because != job) job = plan_.decisions[job].because;
    const Job& root = graph_.job(job);
    if (plan_.decisions[job].cause == Cause::kStageUnavailable) {
      return fmt::format("stage {} is not in this version of exitaudit", root.stage.name);
    }
    return fmt::format("{} waits for `exitaudit retry`: {}", root.id, tell_failure(job));
  }

  std::optional<PreviousArtifact> find_previous(std::size_t job, const std::string& fingerprint) const {
    if (!facts_.previous) return std::nullopt;
    auto previous = facts_.previous(job, fingerprint);
    return previous || fingerprint.empty() ? previous : facts_.previous(job, "");
  }

  std::string tell_stale_input(std::size_t job, const Decision& decision) const {
    const auto previous = find_previous(job, graph_.fingerprint(job));
    if (previous && facts_.snapshot != nullptr) {
      for (std::size_t k = 0; k < graph_.inputs(job).size(); ++k) {
        const std::size_t input = graph_.inputs(job)[k];
        const auto now = facts_.snapshot->artifacts.find(graph_.fingerprint(input));
        const auto* before = find_input(*previous, graph_.job(job).inputs[k].name);
        if (now == facts_.snapshot->artifacts.end() || before == nullptr) continue;
        if (now->second.content != before->content) return tell_rebuilt(job, input);
      }
    }
    return decision.because == job ? "" : tell_rebuilt(job, decision.because);
  }

  std::string tell_rebuilt(std::size_t job, std::size_t input) const {
    return fmt::format("its input {} was made anew with other bytes", tell_input(job, input));
  }

  static const PreviousArtifact::Input* find_input(const PreviousArtifact& previous, const std::string& name) {
    const auto found = std::ranges::find(previous.inputs, name, &PreviousArtifact::Input::name);
    return found == previous.inputs.end() ? nullptr : &*found;
  }

  /// What differs between a job and the newest artifact of its id; "" where nothing is known to.
  std::string tell_change(std::size_t job) const {
    const auto previous = find_previous(job, "");
    if (!previous) return "";
    const std::string change = tell_own_change(job, *previous);
    return change.empty() ? tell_input_change(job, *previous) : change;
  }

  std::string tell_own_change(std::size_t job, const PreviousArtifact& previous) const {
    const Job& now = graph_.job(job);
    if (previous.stage_version != now.stage.version) {
      return fmt::format("{} changed version {} -> {}", now.stage.name, previous.stage_version, now.stage.version);
    }
    return tell_differences(compare(ConfigSlice(previous.config), now.config));
  }

  std::string tell_input_change(std::size_t job, const PreviousArtifact& previous) const {
    const Job& now = graph_.job(job);
    for (std::size_t k = 0; k < now.inputs.size(); ++k) {
      const JobInput& input = now.inputs[k];
      const std::size_t source = graph_.inputs(job)[k];
      const auto* before = find_input(previous, input.name);
      if (before == nullptr) return fmt::format("it now reads {}, too", tell_input(job, source));
      if (before->job != input.job) {
        return fmt::format("its input {} is now {} instead of {}", input.name, input.job, before->job);
      }
      if (before->fingerprint != graph_.fingerprint(source))
        return tell_changed_input(job, source, before->fingerprint);
    }
    for (const auto& before : previous.inputs) {
      const bool still = std::ranges::find(now.inputs, before.name, &JobInput::name) != now.inputs.end();
      if (!still) return fmt::format("it no longer reads {} ({})", before.name, before.job);
    }
    return "";
  }

  /// Names the direct input, then what somebody changed there or further up.
  std::string tell_changed_input(std::size_t job, std::size_t source, const std::string& used) const {
    std::string change = tell_root_change(source, used, false);
    if (!change.empty()) change = ": " + change;
    return fmt::format("its input {} changed{}", tell_input(job, source), change);
  }

  /// `used`: fingerprint of the artifact of `job` that was read; `named`: whether the change is to name its job.
  std::string tell_root_change(std::size_t job, const std::string& used, bool named) const {
    const auto previous = find_previous(job, used);
    if (!previous) return "";
    const std::string change = tell_own_change(job, *previous);
    if (!change.empty()) return named ? fmt::format("in {}, {}", graph_.job(job).id, change) : change;
    for (std::size_t k = 0; k < graph_.inputs(job).size(); ++k) {
      const std::size_t source = graph_.inputs(job)[k];
      const auto* before = find_input(*previous, graph_.job(job).inputs[k].name);
      if (before == nullptr || before->job != graph_.job(source).id) continue;
      if (before->fingerprint == graph_.fingerprint(source)) continue;
      const std::string above = tell_root_change(source, before->fingerprint, true);
      if (!above.empty()) return above;
    }
    return "";
  }

  const JobGraph& graph_;
  const Plan& plan_;
  const ExplainFacts& facts_;
};

}  // namespace

std::string artifact_name(const JobGraph& graph, std::size_t job) {
  return fmt::format("{}-{}", graph.job(job).stage.noun, graph.fingerprint(job).substr(0, 12));
}

std::string explain(const JobGraph& graph, const Plan& plan, std::size_t job, const ExplainFacts& facts) {
  return Explainer(graph, plan, facts).explain(job);
}

}  // namespace exitaudit
