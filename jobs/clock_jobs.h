#pragma once
// The jobs of an adversary with a clock: times measured, disturbed by a network or by TimeGuard, and exits stolen from
// them (specification 6.2, 6.3, 7).

#include <string>
#include <vector>

#include "jobs/model_jobs.h"

namespace exitaudit {

/// The model that an adversary trained itself, and the threshold that it answers with.
struct HeldShadow {
  Cell cell;
  ShadowTau tau = ShadowTau::kTarget;
  std::string mark;            ///< of job ids: "" for the target's twin, "/shadow=cifar10.vgg16"
  bool other_dataset = false;  ///< its samples cannot be shown to the target
};

/// What lies between the model's clock and the thief.
struct Disturbance {
  enum class Kind { kNone, kNetwork, kGuard } kind = Kind::kNone;
  double sigma_ms = 0;
  std::int64_t queries = 1;                                                     ///< of a network
  guard_time::GuardAdversary adversary = guard_time::GuardAdversary::kUnaware;  ///< of a guard
  std::string mark() const;  ///< of job ids: "", "/noise=0.1x10", "/guard=1", "/guard=1/likelihood"
};

/// What an attack with stolen exits reads: those of the target and, where the adversary trains behind the guard too,
/// those that it stole from its own shadow.
struct StolenJobs {
  std::string target;
  std::string shadow;
};

class ClockJobs {
 public:
  ClockJobs(JobBook& book, ModelJobs& models) : book_(book), models_(models), experiment_(book.experiment()) {}

  /// Of one target: undisturbed always; network and guard on the study's deepest models alone, beside one copy, and
  /// never against adversary 3 (the paper's 6-exit models, 6.3 and 7).
  std::vector<Disturbance> disturbances(const Cell& cell, std::int64_t copies, bool adversary_3) const;

  StolenJobs steal(const Cell& cell, const HeldShadow& shadow, std::int64_t copies, const Disturbance& disturbance);

 private:
  bool sweeps_noise(const Cell& cell) const;
  bool is_deepest(const Cell& cell) const;
  std::string noisy(const Cell& cell, const std::string& latencies, const Disturbance& disturbance);
  std::string guarded(const Cell& cell, const std::string& latencies, const std::string& calibration,
                      const Disturbance& disturbance);
  /// `calibration`: the times that a guard of this model learns its constants from.
  std::string disturbed(const Cell& cell, const std::string& latencies, const std::string& calibration,
                        const Disturbance& disturbance);
  void tabulate_times(const Cell& cell, const std::string& job, std::int64_t copies, const Disturbance& disturbance);
  std::string steal_from_target(const Cell& cell, const HeldShadow& shadow, std::int64_t copies,
                                const Disturbance& disturbance);
  std::string steal_from_shadow(const Cell& cell, const HeldShadow& shadow, std::int64_t copies,
                                const Disturbance& disturbance);
  steal_exits::StealExitsJob thief(const HeldShadow& shadow, const Disturbance& disturbance) const;

  JobBook& book_;
  ModelJobs& models_;
  const Experiment& experiment_;
};

}  // namespace exitaudit
