#include "stages/schema/stolen_exits.h"

#include <gtest/gtest.h>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

StolenExits small() {
  return {.method = "a clock",
          .exits = 2,
          .estimated_exits = 3,
          .index = {7, 4, 9},
          .exit = {0, 1, 1},
          .confusion = {1, 1, 0, 1},
          .measurements = {{"all", "exit_accuracy", 2.0 / 3, 0.1, 0.9, 3}},
          .grid = {0.5, 1},
          .density = {0.25, 0.75},
          .valleys = {0.75}};
}

TEST(StolenExits, ComeBack) {
  const StolenExits read = read_stolen_exits(Stored(small()).open());
  EXPECT_EQ(read.method, "a clock");
  EXPECT_EQ(read.exits, 2);
  EXPECT_EQ(read.estimated_exits, 3);
  EXPECT_EQ(read.index, small().index);
  EXPECT_EQ(read.exit, small().exit);
  EXPECT_EQ(read.confusion, small().confusion);
  EXPECT_EQ(read.grid, small().grid);
  EXPECT_EQ(read.density, small().density);
  EXPECT_EQ(read.valleys, small().valleys);
  ASSERT_EQ(read.measurements.size(), 1U);
  EXPECT_EQ(read.measurements[0].metric, "exit_accuracy");
}

TEST(StolenExits, ComeBackWithoutWhatOnlyAClockGives) {
  StolenExits stolen = small();
  stolen.grid.clear();
  stolen.density.clear();
  stolen.valleys.clear();
  EXPECT_TRUE(read_stolen_exits(Stored(stolen).open()).valleys.empty());
}

TEST(StolenExits, NameWhatDoesNotFit) {
  StolenExits stolen = small();
  stolen.exit[1] = 2;
  EXPECT_NE(complaint(stolen).find("exit of sample 4 (row 1) is 2"), std::string::npos) << complaint(stolen);
  stolen = small();
  stolen.index[2] = 7;
  EXPECT_NE(complaint(stolen).find("sample 7 is there twice"), std::string::npos) << complaint(stolen);
  stolen = small();
  stolen.confusion[0] = 5;
  EXPECT_NE(complaint(stolen).find("confusion counts 7 samples of 3"), std::string::npos) << complaint(stolen);
  stolen = small();
  stolen.density.pop_back();
  EXPECT_NE(complaint(stolen).find("density has 1 values where 2"), std::string::npos) << complaint(stolen);
}

}  // namespace
}  // namespace exitaudit::schema
