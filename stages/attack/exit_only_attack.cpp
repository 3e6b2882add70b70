#include "stages/attack/exit_only_attack.h"

#include "pipeline/base/error.h"

namespace exitaudit::attack {
namespace {

std::vector<double> member_shares(const Lesson<ExitView>& shadow) {
  const auto exits = static_cast<std::size_t>(shadow.view.exits);
  std::vector<double> members(exits, 0);
  std::vector<double> samples(exits, 0);
  for (std::size_t i = 0; i < shadow.member.size(); ++i) {
    const auto exit = static_cast<std::size_t>(shadow.view.exit[i]);
    members[exit] += shadow.member[i] != 0 ? 1 : 0;
    samples[exit] += 1;
  }
  for (std::size_t exit = 0; exit < exits; ++exit) {
    members[exit] = samples[exit] > 0 ? members[exit] / samples[exit] : 0.5;
  }
  return members;
}

}  // namespace

std::vector<double> exit_only_attack(const Lesson<ExitView>& shadow, const ExitView& target) {
  require(shadow.view.exit.size() == shadow.member.size(), "one membership a shadow sample");
  require(shadow.view.exits == target.exits, "shadow and target have the same exits");
  const std::vector<double> shares = member_shares(shadow);
  std::vector<double> scores;
  scores.reserve(target.exit.size());
  for (const std::int32_t exit : target.exit) scores.push_back(shares[static_cast<std::size_t>(exit)]);
  return scores;
}

}  // namespace exitaudit::attack
