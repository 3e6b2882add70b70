#include "stages/characterize/loss_distributions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "pipeline/base/random.h"
#include "stages/characterize/characterize_stage.h"
#include "tests/stages/characterize/measured.h"

namespace exitaudit::characterize {
namespace {

void add(schema::Observations& o, std::uint8_t member, std::int32_t exit, float loss) {
  o.index.push_back(o.count());
  o.member.push_back(member);
  o.label.push_back(0);
  o.exit_taken.push_back(exit);
  for (std::int64_t k = 0; k < o.exits; ++k) {
    o.prediction.push_back(k == exit && loss < 1 ? 0 : 1);
    o.confidence.push_back(0.5F);
    o.loss.push_back(k == exit ? loss : 99);  // what other exits say must not matter
  }
}

schema::Observations empty(std::int64_t exits) {
  schema::Observations o;
  o.exits = exits;
  o.classes = 2;
  return o;
}

TEST(LossDistributions, AreAsFarApartAsCanBeWhereNoLossIsShared) {
  schema::Observations o = empty(2);
  for (int i = 0; i < 50; ++i) {
    add(o, 1, 0, 0.1F);
    add(o, 0, 1, 2);
  }
  const schema::Characteristics found = loss_distributions(o, {}, "x");
  EXPECT_DOUBLE_EQ(measured(found.measurements, "all", "js_divergence_raw").value, 1);
  EXPECT_LT(measured(found.measurements, "all", "js_divergence").value, 1);
  EXPECT_GT(measured(found.measurements, "all", "js_divergence").value, 0.95);
  EXPECT_EQ(measured(found.measurements, "all", "js_divergence").n, 100);
  EXPECT_DOUBLE_EQ(measured(found.measurements, "all", "js_divergence_raw_25_bins").value, 1);
  EXPECT_NEAR(measured(found.measurements, "all", "mean_loss_members").value, 0.1, 1e-6);
  EXPECT_NEAR(measured(found.measurements, "all", "mean_loss_non_members").value, 2, 1e-6);
}

TEST(LossDistributions, AreNotKnownAtAnExitThatLacksASide) {
  schema::Observations o = empty(2);
  for (int i = 0; i < 5; ++i) add(o, 1, 0, 0.1F);
  for (int i = 0; i < 5; ++i) add(o, 0, 1, 2);
  const schema::Characteristics found = loss_distributions(o, {.bins = 10}, "x");
  EXPECT_TRUE(std::isnan(measured(found.measurements, "exit=0", "js_divergence").value));
  EXPECT_EQ(measured(found.measurements, "exit=0", "js_divergence").n, 0);
  EXPECT_EQ(measured(found.measurements, "exit=0", "mean_loss_members").n, 5);
  EXPECT_EQ(measured(found.measurements, "exit=0", "mean_loss_non_members").n, 0);
  EXPECT_EQ(found.samples, (std::vector<std::int64_t>{5, 0, 0}));
  EXPECT_TRUE(std::isnan(found.member_density[10]));
  EXPECT_NO_THROW(schema::check(found));
}

TEST(LossDistributions, CompareEqualNumbersAndHaveDensitiesOfOne) {
  schema::Observations o = empty(1);
  RandomStream random = stream("losses");
  for (int i = 0; i < 300; ++i) add(o, 1, 0, static_cast<float>(random.uniform()));
  for (int i = 0; i < 40; ++i) add(o, 0, 0, static_cast<float>(3 * random.uniform()));
  const schema::Characteristics found = loss_distributions(o, {.bins = 8, .permutations = 5}, "x");
  EXPECT_EQ(found.samples[0], 40);
  EXPECT_EQ(measured(found.measurements, "all", "js_divergence").n, 80);
  EXPECT_EQ(measured(found.measurements, "all", "mean_loss_members").n, 300);
  const double width = found.edges[1];
  for (const auto* densities : {&found.member_density, &found.non_member_density}) {
    EXPECT_NEAR(std::accumulate(densities->begin(), densities->begin() + 8, 0.0) * width, 1, 1e-12);
  }
}

TEST(LossDistributions, ReadTheAnswersOfARecording) {
  schema::Observations o = empty(3);
  o.answers_only = true;
  o.index = {0, 1, 2, 3};
  o.member = {1, 0, 1, 0};
  o.exit_taken = {2, 2, 0, 0};
  o.loss = {0.5F, 1.5F, 0.25F, 4};
  const schema::Characteristics found = loss_distributions(o, {}, "x");
  EXPECT_DOUBLE_EQ(measured(found.measurements, "exit=2", "mean_loss_non_members").value, 1.5);
  EXPECT_DOUBLE_EQ(measured(found.measurements, "all", "mean_loss_members").value, 0.375);
}

TEST(Characterize, TakesOverfittingFromTheThresholdsOrElseFromTheAnswers) {
  schema::Observations o = empty(1);
  for (int i = 0; i < 8; ++i) add(o, 1, 0, 0);
  for (int i = 0; i < 8; ++i) add(o, 0, 0, i % 2 == 0 ? 0 : 5);
  const auto overfitting = [&](const schema::Thresholds* thresholds) {
    return measured(characterize(o, thresholds, {}).measurements, "all", "overfitting");
  };
  EXPECT_DOUBLE_EQ(overfitting(nullptr).value, 0.5);
  EXPECT_EQ(overfitting(nullptr).n, 16);
  schema::Thresholds thresholds;
  thresholds.on_train = {.accuracy = 0.9, .exit_counts = {100}};
  thresholds.on_test = {.accuracy = 0.6, .exit_counts = {50}};
  EXPECT_NEAR(overfitting(&thresholds).value, 0.3, 1e-12);
  EXPECT_EQ(overfitting(&thresholds).n, 150);
}

}  // namespace
}  // namespace exitaudit::characterize
