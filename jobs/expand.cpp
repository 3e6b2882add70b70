#include "jobs/expand.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "jobs/attack_jobs.h"
#include "jobs/recordings.h"

namespace exitaudit {
namespace {

class Expander {
 public:
  explicit Expander(const Experiment& experiment) : experiment_(experiment), cells_(cells()) {}

  std::vector<Job> all() {
    for (const Cell& cell : cells_) audit(cell);
    take_recordings();
    tabulate();
    return std::move(book_.jobs());
  }

 private:
  std::vector<Cell> cells() const {
    std::vector<Cell> found;
    std::set<std::string> seen;
    for (const Axes& axes : experiment_.axes) {
      for (const std::string& dataset : axes.dataset) {
        const auto source = std::find_if(experiment_.datasets.begin(), experiment_.datasets.end(),
                                         [&](const auto& s) { return s.name == dataset; });
        for (const networks::Family family : axes.network)
          for (const std::int64_t exits : axes.exits)
            for (const std::int64_t seed : axes.seed) {
              const Cell cell{*source, family, exits, seed};
              if (seen.insert(fmt::format("{}/{}", cell.path(), seed)).second) found.push_back(cell);
            }
      }
    }
    return found;
  }

  /// Everything that is asked of one model: its own figures, its attacks, its defences.
  void audit(const Cell& cell) {
    book_.tabulate_split(models_.split(cell), cell);
    book_.tabulate(models_.train(cell, kTarget), cell, kTarget);
    book_.tabulate(models_.calibrate(cell, kTarget), cell, kTarget);
    book_.tabulate(models_.record(cell, kTarget), cell, kTarget);
    if (experiment_.characterize) book_.tabulate(models_.characterize(cell), cell, kTarget);
    for (const attack::AttackRow& row : experiment_.attacks) attacks_.attack(cell, row);
  }

  /// What the user's own system answered, attacked like ours.
  void take_recordings() {
    RecordingJobs recorded = expand_recordings(experiment_);
    std::move(recorded.jobs.begin(), recorded.jobs.end(), std::back_inserter(book_.jobs()));
    book_.sources().insert(book_.sources().end(), recorded.sources.begin(), recorded.sources.end());
  }

  /// tabulate: every figure of the study in tidy rows.
  void tabulate() {
    book_.add("tabulate", "all", {}, [&](Job& job) {
      job.config = make_slice(tabulate::TabulateJob{book_.sources(), recipes(), models()});
      for (const tabulate::TabulateSource& source : book_.sources()) job.inputs.push_back({source.input, source.input});
    });
  }

  /// How each shadow's training differs from its target's.
  std::vector<tabulate::RecipeCheck> recipes() {
    std::map<std::string, const Job*> trainings;
    for (const Job& job : book_.jobs()) {
      if (job.stage.name == "train") trainings[after_stage(job.id)] = &job;
    }
    std::vector<tabulate::RecipeCheck> found;
    for (const Cell& cell : cells_) {
      const auto target = trainings.find(model_path(cell, kTarget));
      const auto shadow = trainings.find(model_path(cell, kShadow));
      if (target == trainings.end() || shadow == trainings.end()) continue;
      std::string differences;
      for (const SliceDifference& difference : compare(target->second->config, shadow->second->config)) {
        if (difference.key != "role") differences += (differences.empty() ? "" : ", ") + difference.key;
      }
      found.push_back({.job = shadow->second->id,
                       .dataset = cell.dataset.name,
                       .network = cell.network(),
                       .exits = cell.exits,
                       .seed = cell.seed,
                       .differences = differences});
    }
    return found;
  }

  /// A target for each cell, and a shadow for each that an attack applies to.
  std::int64_t models() const {
    std::int64_t count = 0;
    for (const Cell& cell : cells_) {
      const bool attacked = std::any_of(experiment_.attacks.begin(), experiment_.attacks.end(),
                                        [&](const attack::AttackRow& row) { return AttackJobs::applies(cell, row); });
      count += attacked ? 2 : 1;
    }
    return count;
  }

  const Experiment& experiment_;
  std::vector<Cell> cells_;
  JobBook book_{experiment_};
  ModelJobs models_{book_};
  AttackJobs attacks_{book_, models_, cells_};
};

}  // namespace

std::vector<Job> expand(const Experiment& experiment) {
  return Expander(experiment).all();
}

}  // namespace exitaudit
