#include "stages/attack/exit_only_attack.h"

#include <gtest/gtest.h>

namespace exitaudit::attack {
namespace {

TEST(ExitOnlyAttack, ScoresASampleByTheMemberShareOfItsExit) {
  Lesson<ExitView> shadow;
  shadow.view.exits = 3;
  shadow.view.exit = {0, 0, 0, 0, 1, 1};
  shadow.member = {1, 1, 1, 0, 0, 0};
  EXPECT_EQ(exit_only_attack(shadow, {3, {1, 0, 2, 0}}), (std::vector<double>{0, 0.75, 0.5, 0.75}));
}

TEST(ExitOnlyAttack, IsOneHalfForOneExitAndEqualNumbers) {
  Lesson<ExitView> shadow;
  shadow.view.exits = 1;
  shadow.view.exit = {0, 0};
  shadow.member = {1, 0};
  EXPECT_EQ(exit_only_attack(shadow, {1, {0, 0, 0}}), (std::vector<double>{0.5, 0.5, 0.5}));
}

}  // namespace
}  // namespace exitaudit::attack
