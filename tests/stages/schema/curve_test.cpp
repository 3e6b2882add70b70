#include "stages/schema/curve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/base/error.h"
#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {

namespace {

Curve roc() {
  Curve curve{.dataset = "shirts",
              .network = "vgg16",
              .exits = 3,
              .seed = 2,
              .role = "",
              .attack = "score",
              .exit_source = "known",
              .shadow = "same",
              .slice = "all",
              .name = "roc",
              .x = {0, .5, 1},
              .y = {.25, .75, 1},
              .low = {.1, .6, .9},
              .high = {.4, .9, 1}};
  return curve;
}

Curve loss() {
  Curve curve = roc();
  curve.slice = "exit=2";
  curve.name = "train_loss_by_epoch";
  curve.x = {1, 2};
  curve.y = {.7, .1 + .2};
  curve.low.clear();
  curve.high.clear();
  return curve;
}

TEST(Curves, ComeBack) {
  const auto read = read_curves(Stored(std::vector<Curve>{roc(), loss()}).open());
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].dataset, "shirts");
  EXPECT_EQ(read[0].exits, 3);
  EXPECT_EQ(read[0].seed, 2);
  EXPECT_EQ(read[0].exit_source, "known");
  EXPECT_EQ(read[0].high, roc().high);
  EXPECT_EQ(read[1].slice, "exit=2");
  EXPECT_EQ(read[1].name, "train_loss_by_epoch");
  EXPECT_EQ(read[1].x, loss().x);
  EXPECT_EQ(read[1].y, loss().y);
  EXPECT_TRUE(read[1].low.empty());
}

TEST(Curves, MayBeNone) {
  EXPECT_TRUE(read_curves(Stored(std::vector<Curve>{}).open()).empty());
}

TEST(Curves, OfUnequalLengthsAreNotWritten) {
  Curve curve = roc();
  curve.low.pop_back();
  try {
    Stored stored(std::vector<Curve>{loss(), curve});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "curve roc of shirts/vgg16/exits3: 3 x, 3 y, 2 low, 3 high");
  }
}

}  // namespace
}  // namespace exitaudit::schema
