#include "stages/schema/weights.h"

#include <gtest/gtest.h>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Weights small_weights() {
  return {.exits = 2,
          .arrays = {{"b.weight", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"a.bias", {1}, {7}}, {"a.count", {}, {8}}},
          .history = {.epoch = {1, 2, 3},
                      .learning_rate = {0.1, 0.1, 0.01},
                      .loss = {2, 1, 0.5},
                      .evaluated = {3},
                      .train_top1 = {0.5, 0.75},
                      .train_top5 = {0.9, 1},
                      .test_top1 = {0.25, 0.5},
                      .test_top5 = {0.8, 0.9}}};
}

TEST(Weights, ComeBackInTheirOrder) {
  const Weights weights = small_weights();
  const Weights read = read_weights(Stored(weights).open());
  EXPECT_EQ(read.exits, 2);
  ASSERT_EQ(read.arrays.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(read.arrays[i].name, weights.arrays[i].name);
    EXPECT_EQ(read.arrays[i].shape, weights.arrays[i].shape);
    EXPECT_EQ(read.arrays[i].values, weights.arrays[i].values);
  }
  EXPECT_EQ(read.history.epoch, weights.history.epoch);
  EXPECT_EQ(read.history.learning_rate, weights.history.learning_rate);
  EXPECT_EQ(read.history.loss, weights.history.loss);
  EXPECT_EQ(read.history.evaluated, weights.history.evaluated);
  EXPECT_EQ(read.history.train_top1, weights.history.train_top1);
  EXPECT_EQ(read.history.train_top5, weights.history.train_top5);
  EXPECT_EQ(read.history.test_top1, weights.history.test_top1);
  EXPECT_EQ(read.history.test_top5, weights.history.test_top5);
}

TEST(Weights, MayHaveNoHistory) {
  Weights weights = small_weights();
  weights.history = {};
  EXPECT_TRUE(read_weights(Stored(weights).open()).history.epoch.empty());
}

TEST(Weights, RefuseWhatDoesNotFit) {
  Weights weights = small_weights();
  weights.arrays[0].values.pop_back();
  EXPECT_EQ(complaint(weights), "weights: b.weight has 5 values where 6 are expected");
  weights = small_weights();
  weights.arrays[1].name = "b.weight";
  EXPECT_EQ(complaint(weights), "weights: the array \"b.weight\" is there twice");
  weights = small_weights();
  weights.arrays[1].name = "../names";
  EXPECT_EQ(complaint(weights), "weights: \"../names\" cannot be the name of an array");
  weights = small_weights();
  weights.history.test_top1 = {0.5};
  EXPECT_EQ(complaint(weights), "weights: history/test_top1 has 1 values where 2 are expected");
}

}  // namespace
}  // namespace exitaudit::schema
