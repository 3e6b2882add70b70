#pragma once
// GateTally: a gate's claim in parts, each judged on several subjects.

#include <string>
#include <vector>

#include "report/gates/gates.h"
#include "report/items/study_view.h"

namespace exitaudit::report {

/// One part of a gate's claim.
class GatePart {
 public:
  /// `needs`: what the study lacks where no subject can be judged.
  GatePart(std::string says, std::string needs) : says_(std::move(says)), needs_(std::move(needs)) {}

  /// `subject` and `numbers`, for the example: "cifar10/vgg16", "61.0 % against 71.0 %, -10.0 [-12.0, -8.0] points".
  void add(Decision decision, const std::string& subject, const std::string& numbers);
  Decision decision() const { return all_of(decisions_); }
  std::string evidence() const;

 private:
  std::string says_;
  std::string needs_;
  std::vector<Decision> decisions_;
  std::vector<std::string> examples_;
};

Gate make_gate(int number, const std::string& claim, const std::vector<GatePart>& parts);

/// "61.0 % against 71.0 %, difference -10.0 [-12.0, -8.0] points".
std::string against(const Value& a, const Value& b, const Unit& unit, const Unit& difference_unit);

/// Largest less smallest of some values: whether they are nearly the same. Not known for fewer than two.
Difference spread(const std::vector<Value>& values);

// model_gates.cpp
Gate gate_accuracy_and_cost(const StudyView& view);  ///< 1
Gate gate_divergence(const StudyView& view);         ///< 3
Gate gate_non_member_share(const StudyView& view);   ///< 4
Gate gate_overfitting(const StudyView& view);        ///< 9
// attack_gates.cpp
Gate gate_original_attacks(const StudyView& view);   ///< 2
Gate gate_success_by_depth(const StudyView& view);   ///< 5
Gate gate_hybrid_gains(const StudyView& view);       ///< 6
Gate gate_adversary_3(const StudyView& view);        ///< 8
Gate gate_exit_only_control(const StudyView& view);  ///< 11
// clock_gates.cpp
Gate gate_stolen_exits(const StudyView& view);  ///< 7
Gate gate_time_guard(const StudyView& view);    ///< 10

}  // namespace exitaudit::report
