#include "stages/attack/exit_only_attack.h"

#include <gtest/gtest.h>

namespace exitaudit::attack {
namespace {

TEST(ExitOnlyAttack, ScoresASampleByTheMemberShareOfItsExit) {
  const Lesson<ExitView> shadow{{3, {0, 0, 0, 0, 1, 1}}, {1, 1, 1, 0, 0, 0}};
  EXPECT_EQ(exit_only_attack(shadow, {3, {1, 0, 2, 0}}), (std::vector<double>{0, 0.75, 0.5, 0.75}));
}

TEST(ExitOnlyAttack, IsOneHalfForOneExitAndEqualNumbers) {
  const Lesson<ExitView> shadow{{1, {0, 0}}, {1, 0}};
  EXPECT_EQ(exit_only_attack(shadow, {1, {0, 0, 0}}), (std::vector<double>{0.5, 0.5, 0.5}));
}

}  // namespace
}  // namespace exitaudit::attack
