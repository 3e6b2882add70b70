#include "stages/tabulate/checks.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace exitaudit::tabulate {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

schema::TableRow row_of(const TabulateSource& source, const std::string& metric, bool passed, std::int64_t n) {
  return {.dataset = source.dataset,
          .network = source.network,
          .exits = source.exits,
          .seed = source.seed,
          .role = source.role,
          .attack = "",
          .exit_source = "",
          .shadow = "",
          .job = source.input,
          .measurement = {"check", metric, passed ? 1.0 : 0.0, kNone, kNone, n}};
}

std::vector<std::int64_t> sorted(std::vector<std::int64_t> indices) {
  std::sort(indices.begin(), indices.end());
  return indices;
}

}  // namespace

bool disjoint(const schema::Partition& partition) {
  std::vector<std::int64_t> all;
  for (const schema::Side* side : {&partition.target, &partition.shadow}) {
    all.insert(all.end(), side->members.begin(), side->members.end());
    all.insert(all.end(), side->non_members.begin(), side->non_members.end());
    if (!partition.calibration_shared) all.insert(all.end(), side->calibration.begin(), side->calibration.end());
  }
  std::sort(all.begin(), all.end());
  return std::adjacent_find(all.begin(), all.end()) == all.end();
}

bool as_split(const schema::Observations& observations, const schema::Side& side) {
  const std::vector<std::int64_t> members = sorted(side.members);
  const std::vector<std::int64_t> non_members = sorted(side.non_members);
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    const auto& part = observations.member[i] != 0 ? members : non_members;
    if (!std::binary_search(part.begin(), part.end(), observations.index[i])) return false;
  }
  return true;
}

Checks::Model Checks::model_of(const TabulateSource& source) {
  return {source.dataset, source.network, source.exits, source.seed};
}

void Checks::add(const TabulateSource& source, const std::string& metric, bool passed, std::int64_t n) {
  rows_.push_back(row_of(source, metric, passed, n));
}

void Checks::see(const TabulateSource& source, const schema::Partition& partition) {
  std::int64_t samples = 0;
  for (const schema::Side* side : {&partition.target, &partition.shadow}) {
    samples += static_cast<std::int64_t>(side->members.size() + side->non_members.size());
  }
  add(source, "check_partition_disjoint", disjoint(partition), samples);
  partitions_.insert_or_assign({source.dataset, source.seed}, partition);
}

void Checks::see(const TabulateSource& source, const schema::Observations& observations) {
  if (!observations.answers_only) {  // a user's own recording is of no model of ours
    ++recordings_[{model_of(source), source.role}];
    add(source, "check_evaluation_mode", observations.checked_twice > 0, observations.checked_twice);
  }
  const auto partition = partitions_.find({source.dataset, source.seed});
  if (partition != partitions_.end()) {
    add(source, "check_members_as_split", as_split(observations, partition->second.side(source.role)),
        observations.count());
  }
  if (source.role != "target") return;
  std::vector<Truth>& truth = truth_[model_of(source)];
  truth.clear();
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    truth.push_back({observations.index[i], observations.label[i], observations.exit_taken[i], observations.member[i]});
  }
  std::sort(truth.begin(), truth.end());
}

void Checks::see(const TabulateSource& source, const schema::Verdicts& verdicts) {
  if (missed_.contains(model_of(source))) return;
  Joined& joined = joined_.try_emplace(model_of(source), Joined{source, 0, true}).first->second;
  const std::vector<Truth>& truth = truth_[model_of(source)];
  bool right = true;
  for (std::size_t i = 0; i < verdicts.index.size() && right; ++i) {
    const Truth said{verdicts.index[i], verdicts.label[i], verdicts.exit[i], verdicts.member[i]};
    right = std::binary_search(truth.begin(), truth.end(), said);
  }
  if (joined.right && !right) joined.first = source;
  joined.right = joined.right && right;
  ++joined.verdicts;
}

void Checks::miss(const TabulateSource& source) {
  if (source.noun != "observations") return;
  misses_recordings_ = true;
  if (source.role == "target") missed_.insert(model_of(source));
}

std::vector<schema::TableRow> Checks::rows(const TabulateJob& job) const {
  std::vector<schema::TableRow> found = rows_;
  for (const auto& [model, joined] : joined_) {
    found.push_back(row_of(joined.first, "check_joined_by_index", joined.right, joined.verdicts));
  }
  for (const RecipeCheck& recipe : job.recipes) {
    const TabulateSource of{.input = recipe.job,
                            .noun = "",
                            .dataset = recipe.dataset,
                            .network = recipe.network,
                            .exits = recipe.exits,
                            .seed = recipe.seed,
                            .role = "shadow0",
                            .attack = "",
                            .exit_source = "",
                            .shadow = ""};
    found.push_back(row_of(of, "check_same_recipe", recipe.differences.empty(), 1));
  }
  if (job.models > 0 && !misses_recordings_) {
    const auto seen = static_cast<std::int64_t>(recordings_.size());
    const TabulateSource of{.input = "tabulate/all",
                            .noun = "",
                            .dataset = "",
                            .network = "",
                            .exits = 0,
                            .seed = -1,
                            .role = "",
                            .attack = "",
                            .exit_source = "",
                            .shadow = ""};
    found.push_back(row_of(of, "check_models", seen == job.models, seen));
  }
  return found;
}

}  // namespace exitaudit::tabulate
