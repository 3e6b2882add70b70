#include "pipeline/base/suggest.h"

#include <gtest/gtest.h>

namespace exitaudit {
namespace {

const std::vector<std::string> kWords{"epochs", "learning_rate", "optimizer", "ranks"};

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("epochs", "epochs"), 0);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("abc", ""), 3);
  EXPECT_EQ(edit_distance("epoch", "epochs"), 1);
  EXPECT_EQ(edit_distance("trian", "train"), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(Suggest, FindsTheNearestWord) {
  EXPECT_EQ(suggest("learning_rte", kWords), "learning_rate");
  EXPECT_EQ(suggest("epoch", kWords), "epochs");
  EXPECT_EQ(suggest("rnaks", kWords), "ranks");
}

TEST(Suggest, StaysSilentWhereNothingIsNear) {
  EXPECT_EQ(suggest("colour", kWords), "");
  EXPECT_EQ(suggest("", kWords), "");
  EXPECT_EQ(suggest("epochs", {}), "");
  EXPECT_EQ(suggest("ab", std::vector<std::string>{"cd"}), "");
}

TEST(Suggest, IsAppendedAsAQuestion) {
  EXPECT_EQ(did_you_mean("epoch", kWords), "; did you mean \"epochs\"?");
  EXPECT_EQ(did_you_mean("colour", kWords), "");
}

}  // namespace
}  // namespace exitaudit
