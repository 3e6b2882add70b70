#include "stages/tabulate/rows.h"

#include <gtest/gtest.h>

#include <cmath>

#include "stages/statistics/intervals.h"

namespace exitaudit::tabulate {
namespace {

using schema::Measurement;

Measurement find(const std::vector<Measurement>& rows, const std::string& slice, const std::string& metric) {
  for (const Measurement& row : rows)
    if (row.slice == slice && row.metric == metric) return row;
  ADD_FAILURE() << "no " << slice << " " << metric;
  return {};
}

schema::Thresholds thresholds() {
  schema::Thresholds t;
  t.grid = {{.tau = 0.5, .exit_counts = {10, 10}}};
  t.tau = 0.5;
  t.cheaper = false;
  t.vanilla_ops_corrected = 7e8;
  t.on_test = {.tau = 0.5, .accuracy = 0.7, .ops_official = 6e8, .ops_corrected = 5e8, .exit_counts = {150, 50}};
  t.on_train = {.tau = 0.5, .accuracy = 0.99, .exit_counts = {90, 10}};
  t.test_accuracy_per_exit = {0.6, 0.72};
  t.train_accuracy_per_exit = {0.8, 1};
  return t;
}

TEST(ThresholdRows, GiveAccuracyAtTauWithItsExactInterval) {
  const auto rows = measure(thresholds());
  const Measurement test = find(rows, "all", "test_accuracy");
  EXPECT_DOUBLE_EQ(test.value, 0.7);
  EXPECT_DOUBLE_EQ(test.low, statistics::clopper_pearson(140, 200).low);
  EXPECT_DOUBLE_EQ(test.high, statistics::clopper_pearson(140, 200).high);
  EXPECT_EQ(test.n, 200);
  EXPECT_EQ(find(rows, "all", "train_accuracy").n, 100);
}

TEST(ThresholdRows, GiveOverfittingAsTheGapAndItsInterval) {
  const Measurement gap = find(measure(thresholds()), "all", "overfitting");
  EXPECT_NEAR(gap.value, 0.29, 1e-12);
  EXPECT_DOUBLE_EQ(gap.low, statistics::newcombe(99, 100, 140, 200).low);
}

TEST(ThresholdRows, GiveCostsTauAndUseOfExits) {
  const auto rows = measure(thresholds());
  EXPECT_EQ(find(rows, "all", "ops_official").value, 6e8);
  EXPECT_EQ(find(rows, "all", "ops_corrected").value, 5e8);
  EXPECT_EQ(find(rows, "all", "vanilla_ops_corrected").value, 7e8);
  EXPECT_EQ(find(rows, "all", "tau").value, 0.5);
  EXPECT_EQ(find(rows, "all", "feasible").value, 1);
  EXPECT_EQ(find(rows, "all", "cheaper").value, 0);
  EXPECT_DOUBLE_EQ(find(rows, "exit=0", "exit_share").value, 0.75);
  EXPECT_DOUBLE_EQ(find(rows, "exit=1", "test_accuracy").value, 0.72);
  EXPECT_EQ(find(rows, "exit=1", "train_accuracy").n, 100);
}

TEST(WeightRows, GiveTheLastEvaluation) {
  schema::Weights weights;
  weights.exits = 2;
  weights.history.train_top1 = {0.1, 0.2, 0.3, 0.4};
  weights.history.test_top1 = {0.5, 0.6, 0.7, 0.8};
  const auto rows = measure(weights);
  EXPECT_EQ(find(rows, "exit=0", "final_train_top1").value, 0.3);
  EXPECT_EQ(find(rows, "exit=1", "final_test_top1").value, 0.8);
}

TEST(WeightRows, AreNoneForAHistoryWithoutEvaluations) {
  EXPECT_TRUE(measure(schema::Weights{}).empty());
}

TEST(ObservationRows, GiveTheNonMemberShareOfEachExitAndMarkEmptyOnes) {
  schema::Observations o;
  o.exits = 3;
  o.exit_taken = {0, 0, 0, 0, 2};
  o.member = {1, 1, 1, 0, 0};
  const auto rows = measure(o);
  EXPECT_DOUBLE_EQ(find(rows, "exit=0", "non_member_share").value, 0.25);
  EXPECT_TRUE(std::isnan(find(rows, "exit=1", "non_member_share").value));
  EXPECT_EQ(find(rows, "exit=1", "non_member_share").n, 0);
  EXPECT_EQ(find(rows, "exit=2", "non_member_share").value, 1);
}

TEST(ObservationRows, GiveTheAccuraciesOfARecordingThatHasNoThresholds) {
  schema::Observations o;
  o.answers_only = true;
  o.index = {0, 1, 2, 3};
  o.member = {1, 1, 0, 0};
  o.exit_taken = {0, 0, 0, 0};
  o.label = {5, 6, 7, 8};
  o.prediction = {5, 6, 7, 9};
  const auto rows = measure(o);
  EXPECT_DOUBLE_EQ(find(rows, "all", "test_accuracy").value, 0.5);
  EXPECT_DOUBLE_EQ(find(rows, "all", "train_accuracy").value, 1);
  EXPECT_DOUBLE_EQ(find(rows, "all", "overfitting").value, 0.5);
}

TEST(CharacteristicRows, LeaveOutWhatOtherArtifactsSay) {
  schema::Characteristics c;
  c.measurements = {{"all", "overfitting", 0.2, 0.1, 0.3, 6},
                    {"exit=0", "non_member_share", 0.5, 0, 1, 2},
                    {"all", "js_divergence", 0.2, 0.1, 0.3, 6}};
  const auto rows = measure(c);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].metric, "js_divergence");
}

}  // namespace
}  // namespace exitaudit::tabulate
