#include "report/gates/gates.h"

#include "report/gates/gate_tally.h"

namespace exitaudit::report {

std::vector<Gate> judge_gates(const StudyView& view) {
  return {gate_accuracy_and_cost(view), gate_original_attacks(view), gate_divergence(view),
          gate_non_member_share(view),  gate_success_by_depth(view), gate_hybrid_gains(view),
          gate_stolen_exits(view),      gate_adversary_3(view),      gate_overfitting(view),
          gate_time_guard(view),        gate_exit_only_control(view)};
}

TextTable gates_table(const std::vector<Gate>& gates) {
  TextTable table{.title = "What the paper claims, and whether it holds here",
                  .columns = {{"gate", true}, {"claim"}, {"here"}, {"evidence"}}};
  for (const Gate& gate : gates) {
    table.rows.push_back({std::to_string(gate.number), gate.claim, to_string(gate.verdict), gate.evidence});
  }
  table.notes = {
      "Holds: on every subject that can be judged the interval excludes the contrary. Does not hold: on one at least "
      "it "
      "excludes the claim. Undecided: neither, or the runs are missing. Each subject is judged by its own 95 % "
      "interval, "
      "so of very many some contradict by chance.",
      "Differences: from both intervals by square-and-add, which is conservative for attacks on the same samples; a "
      "mean over exits counts with what measuring its models leaves open. In order: Spearman's rho with the interval "
      "that "
      "measuring "
      "leaves open. Small, flat, nearly the same: read as at most two points."};
  return table;
}

}  // namespace exitaudit::report
