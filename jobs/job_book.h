#pragma once
// JobBook: the jobs of a study while it is expanded. Each is made once, whoever asks for it first, after the jobs it
// reads.

#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "jobs/experiment.h"
#include "pipeline/graph/job.h"
#include "stages/tabulate/tabulate_options.h"

namespace exitaudit {

/// One point of the study's axes.
struct Cell {
  ingest::DatasetSource dataset;
  networks::Family family = networks::Family::kVgg16;
  std::int64_t exits = 1;
  std::int64_t seed = 1;

  std::string network() const { return std::string(networks::kFamilyNames[static_cast<std::size_t>(family)]); }
  /// "cifar10/vgg16/exits3"
  std::string path() const;
};

inline const std::string kTarget = "target";
inline const std::string kShadow = "shadow0";

/// "cifar10/vgg16/exits3/target/seed1"
std::string model_path(const Cell& cell, const std::string& role);
/// The id without its stage.
std::string after_stage(const std::string& id);

class JobBook {
 public:
  explicit JobBook(const Experiment& experiment) : experiment_(experiment) {}
  const Experiment& experiment() const { return experiment_; }

  using Axes = std::vector<std::pair<std::string, std::string>>;
  static Axes axes(const Cell& cell, const std::string& role);

  /// The id of the job "stage/rest"; `fill` is asked for settings and inputs the first time only.
  template <class Fill>
  std::string add(const std::string& stage, const std::string& rest, Axes axes, const Fill& fill) {
    std::string id = stage + "/" + rest;
    if (!known_.insert(id).second) return id;
    Job job = blank(id, stage, std::move(axes));
    fill(job);
    enter(std::move(job));
    return id;
  }

  /// A job whose figures go into the table, once, however often it is named. True the first time.
  bool tabulate(tabulate::TabulateSource source);
  /// The same for what a model's own job says.
  void tabulate(const std::string& job, const Cell& cell, const std::string& role);

  /// The same for a dataset's split, which is nobody's model.
  void tabulate_split(const std::string& job, const Cell& cell);

  std::vector<Job>& jobs() { return jobs_; }
  std::vector<tabulate::TabulateSource>& sources() { return sources_; }

 private:
  static Job blank(const std::string& id, const std::string& stage, Axes axes);
  void enter(Job job);

  const Experiment& experiment_;
  std::vector<Job> jobs_;
  std::unordered_set<std::string> known_;
  std::vector<tabulate::TabulateSource> sources_;
  std::unordered_set<std::string> sourced_;  ///< jobs that are a source already
};

}  // namespace exitaudit
