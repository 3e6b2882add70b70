#include "stages/schema/thresholds.h"

#include <gtest/gtest.h>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Thresholds small_thresholds() {
  return {.grid = {{0, 0.5, 10, 11, {4, 0}}, {0.9, 0.75, 20, 21, {3, 1}}},
          .chosen = 1,
          .tau = 0.9,
          .feasible = false,
          .cheaper = false,
          .vanilla_accuracy = 0.8,
          .vanilla_ops_official = 30,
          .vanilla_ops_corrected = 31,
          .exit_ops_official = {10, 40},
          .exit_ops_corrected = {11, 41},
          .on_test = {0.9, 0.7, 22, 23, {30, 10}},
          .on_train = {0.9, 0.95, 24, 25, {35, 5}},
          .test_accuracy_per_exit = {0.6, 0.7},
          .train_accuracy_per_exit = {0.9, 1}};
}

void expect_equal(const ThresholdPoint& a, const ThresholdPoint& b) {
  EXPECT_EQ(a.tau, b.tau);
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.ops_official, b.ops_official);
  EXPECT_EQ(a.ops_corrected, b.ops_corrected);
  EXPECT_EQ(a.exit_counts, b.exit_counts);
}

TEST(Thresholds, ComeBack) {
  const Thresholds thresholds = small_thresholds();
  const Thresholds read = read_thresholds(Stored(thresholds).open());
  ASSERT_EQ(read.grid.size(), 2U);
  expect_equal(read.grid[0], thresholds.grid[0]);
  expect_equal(read.grid[1], thresholds.grid[1]);
  expect_equal(read.on_test, thresholds.on_test);
  expect_equal(read.on_train, thresholds.on_train);
  EXPECT_EQ(read.chosen, 1);
  EXPECT_EQ(read.tau, 0.9);
  EXPECT_FALSE(read.feasible);
  EXPECT_FALSE(read.cheaper);
  EXPECT_EQ(read.vanilla_accuracy, 0.8);
  EXPECT_EQ(read.vanilla_ops_official, 30);
  EXPECT_EQ(read.vanilla_ops_corrected, 31);
  EXPECT_EQ(read.exit_ops_official, thresholds.exit_ops_official);
  EXPECT_EQ(read.exit_ops_corrected, thresholds.exit_ops_corrected);
  EXPECT_EQ(read.test_accuracy_per_exit, thresholds.test_accuracy_per_exit);
  EXPECT_EQ(read.train_accuracy_per_exit, thresholds.train_accuracy_per_exit);
}

TEST(Thresholds, RefuseWhatDoesNotFit) {
  Thresholds thresholds = small_thresholds();
  thresholds.chosen = 2;
  EXPECT_EQ(complaint(thresholds), "thresholds: place 2 was chosen in a grid of 2");
  thresholds.chosen = 0;
  EXPECT_EQ(complaint(thresholds), "thresholds: tau 0.9 is not the one at place 0 of the grid");
  thresholds = small_thresholds();
  thresholds.grid[1].exit_counts = {4};
  EXPECT_EQ(complaint(thresholds), "thresholds: exit_counts of tau 0.9 has 1 values where 2 are expected");
}

}  // namespace
}  // namespace exitaudit::schema
