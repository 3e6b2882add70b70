#include "stages/schema/partition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Partition small_partition() {
  return {.target = {{9, 2}, {3, 4}, {5}}, .shadow = {{0, 1}, {6}, {7, 8}}, .calibration_shared = false};
}

TEST(Partition, ComesBackInItsOrder) {
  const Partition read = read_partition(Stored(small_partition()).open());
  EXPECT_EQ(read.side("target").members, (std::vector<std::int64_t>{9, 2}));
  EXPECT_EQ(read.side("target").non_members, (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(read.side("target").calibration, (std::vector<std::int64_t>{5}));
  EXPECT_EQ(read.side("shadow0").members, (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(read.side("shadow0").calibration, (std::vector<std::int64_t>{7, 8}));
  EXPECT_FALSE(read.calibration_shared);
}

TEST(Partition, KnowsItsRoles) {
  EXPECT_EQ(test::message_of([] { small_partition().side("shadow1"); }),
            "partition: there is no role \"shadow1\"; it has target and shadow0");
}

TEST(Partition, RefusesOverlapAndStrangers) {
  check(small_partition(), 10);
  EXPECT_EQ(test::message_of([] { check(small_partition(), 9); }),
            "partition: sample 9 in target/members is not one of the dataset's 9");
  Partition overlap = small_partition();
  overlap.shadow.members[1] = 4;
  EXPECT_EQ(test::message_of([&] { check(overlap, 10); }),
            "partition: sample 4 is in target/non_members and in shadow0/members");
  Partition leak = small_partition();
  leak.target.calibration = {3};
  EXPECT_EQ(test::message_of([&] { check(leak, 10); }),
            "partition: sample 3 is in target/non_members and in target/calibration");
}

TEST(Partition, LetsCalibrationBeTheWholeTestPartOnlyWhereItSaysSo) {
  Partition shared = small_partition();
  shared.calibration_shared = true;
  shared.target.calibration = {4, 3};
  shared.shadow.calibration = {6};
  EXPECT_TRUE(read_partition(Stored(shared).open()).calibration_shared);
  shared.shadow.calibration = {7};
  EXPECT_EQ(test::message_of([&] { check(shared, 10); }),
            "partition: shadow0/calibration is shared, but is not the whole test part");
}

TEST(ChooseSamples, TakesAsManyMembersAsNonMembers) {
  const Side side{.members = {10, 11, 12, 13}, .non_members = {20, 21, 22}, .calibration = {30}};
  const ChosenSamples all = choose_samples(side, 0);
  EXPECT_THAT(all.index, testing::ElementsAre(10, 11, 12, 20, 21, 22));
  EXPECT_THAT(all.member, testing::ElementsAre(1, 1, 1, 0, 0, 0));
  EXPECT_THAT(choose_samples(side, 2).index, testing::ElementsAre(10, 11, 20, 21));
  EXPECT_EQ(choose_samples(side, 5000).index.size(), 6U);
}

}  // namespace
}  // namespace exitaudit::schema
