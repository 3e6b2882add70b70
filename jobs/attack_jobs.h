#pragma once
// The jobs of a study's attacks: each row of `attacks` on each target, once per shadow that the adversary may hold and
// per way in which it learnt the exits (specification 5, 6). An adversary is only a choice of inputs.

#include <string>
#include <vector>

#include "jobs/clock_jobs.h"

namespace exitaudit {

class AttackJobs {
 public:
  /// `cells` are all of the study: adversary 3 holds the shadows of others.
  AttackJobs(JobBook& book, ModelJobs& models, const std::vector<Cell>& cells)
      : book_(book), models_(models), clock_(book, models), cells_(cells), experiment_(book.experiment()) {}

  void attack(const Cell& cell, const attack::AttackRow& row);

  /// A vanilla network has no exits to know.
  static bool applies(const Cell& cell, const attack::AttackRow& row);

 private:
  std::vector<Cell> shadows(const Cell& cell, attack::ShadowChoice choice) const;
  HeldShadow hold(const Cell& shadow, const attack::AttackRow& row) const;
  void attack_by_clock(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row);
  void attack(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row, const std::string& mark,
              const StolenJobs& stolen);
  std::vector<JobInput> inputs(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row,
                               const StolenJobs& stolen);
  std::string predict(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row);
  void tabulate_beside(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row,
                       const std::string& mark, const StolenJobs& stolen);

  JobBook& book_;
  ModelJobs& models_;
  ClockJobs clock_;
  const std::vector<Cell>& cells_;
  const Experiment& experiment_;
};

}  // namespace exitaudit
