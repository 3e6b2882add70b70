#include "stages/split/partition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "pipeline/base/hash.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::split {
namespace {

using schema::Partition;
using testing::HasSubstr;

SplitJob job(std::int64_t seed = 1, SplitOptions options = {}) {
  return {.dataset = "cifar10", .seed = seed, .split = options};
}

std::vector<std::int64_t> all_of(const Partition& partition) {
  std::vector<std::int64_t> all;
  for (const schema::Side* side : {&partition.target, &partition.shadow}) {
    for (const auto* part : {&side->members, &side->non_members, &side->calibration}) {
      all.insert(all.end(), part->begin(), part->end());
    }
  }
  return all;
}

TEST(Partition, CutsFourEqualDisjointPartsAndDropsTheRemainder) {
  const Partition partition = make_partition(1003, 800, job());
  const std::vector<std::int64_t> all = all_of(partition);
  const std::set<std::int64_t> distinct(all.begin(), all.end());
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(distinct.size(), 1000U);
  EXPECT_GE(*distinct.begin(), 0);
  EXPECT_LT(*distinct.rbegin(), 1003);
  EXPECT_EQ(partition.target.members.size(), 250U);
  EXPECT_EQ(partition.shadow.members.size(), 250U);
}

TEST(Partition, KeepsTheCalibrationTenthOfBothTestParts) {
  const Partition partition = make_partition(1003, 800, job());
  for (const schema::Side* side : {&partition.target, &partition.shadow}) {
    EXPECT_EQ(side->calibration.size(), 25U);
    EXPECT_EQ(side->non_members.size(), 225U);
  }
  EXPECT_FALSE(partition.calibration_shared);
}

// The hash of all indices in order, from an independent reading of the named streams
// (tests/stages/split/partition_golden.py).
TEST(Partition, HasTheGoldenIndices) {
  const std::vector<std::int64_t> all = all_of(make_partition(1003, 800, job()));
  EXPECT_EQ(sha256_hex(fmt::format("{}", fmt::join(all, " "))),
            "888bdb9e750e84743e49ad6a2164a4d54ac9ca67c9b1f8f9ca27d24452a2699a");
}

TEST(Partition, DependsOnTheSeedAndTheDatasetOnly) {
  const Partition first = make_partition(400, 400, job(1));
  EXPECT_EQ(all_of(first), all_of(make_partition(400, 400, job(1))));
  EXPECT_NE(first.target.members, make_partition(400, 400, job(2)).target.members);
  SplitJob other = job(1);
  other.dataset = "cifar100";
  EXPECT_NE(first.target.members, make_partition(400, 400, other).target.members);
}

TEST(Partition, IsShuffledAndNotSorted) {
  const Partition partition = make_partition(4000, 4000, job());
  EXPECT_FALSE(std::is_sorted(partition.target.members.begin(), partition.target.members.end()));
  double sum = 0;
  for (const std::int64_t index : partition.target.members) sum += static_cast<double>(index);
  // Mean of 1,000 of 0 .. 3999: 1999.5 +- 4 standard errors of 31.6 (without replacement).
  EXPECT_NEAR(sum / 1000, 1999.5, 127);
}

TEST(Partition, GivesASubsetForFewerSamplesPerPart) {
  const Partition whole = make_partition(400, 400, job());
  const Partition few = make_partition(400, 400, job(1, {.samples_per_part = 30}));
  ASSERT_EQ(few.target.members.size(), 30U);
  EXPECT_TRUE(std::equal(few.target.members.begin(), few.target.members.end(), whole.target.members.begin()));
  EXPECT_TRUE(std::equal(few.shadow.members.begin(), few.shadow.members.end(), whole.shadow.members.begin()));
}

TEST(Partition, DrawsFromTrainingFilesOnlyWhereThePoolIsTrain) {
  const std::vector<std::int64_t> all = all_of(make_partition(1000, 600, job(1, {.pool = DataPool::kTrain})));
  EXPECT_EQ(all.size(), 600U);
  EXPECT_LT(*std::max_element(all.begin(), all.end()), 600);
}

TEST(Partition, CalibratesOnTheWholeTestPartWhereTheShareIsZero) {
  const Partition partition = make_partition(400, 400, job(1, {.calibration_share = 0}));
  EXPECT_TRUE(partition.calibration_shared);
  EXPECT_EQ(partition.target.calibration, partition.target.non_members);
  EXPECT_EQ(partition.shadow.non_members.size(), 100U);
}

TEST(Partition, DrawsCalibrationOfTargetAndShadowIndependently) {
  const Partition whole = make_partition(4000, 4000, job(1, {.calibration_share = 0}));
  const Partition partition = make_partition(4000, 4000, job());
  const auto places = [](const schema::Side& all, const schema::Side& side) {
    std::set<std::int64_t> found;
    for (const std::int64_t index : side.calibration) {
      found.insert(std::find(all.non_members.begin(), all.non_members.end(), index) - all.non_members.begin());
    }
    return found;
  };
  EXPECT_NE(places(whole.target, partition.target), places(whole.shadow, partition.shadow));
}

TEST(Partition, SaysHowManySamplesAreThereWhereTheyAreTooFew) {
  const std::string message =
      test::message_of([] { make_partition(1000, 600, job(1, {.samples_per_part = 200, .pool = DataPool::kTrain})); });
  EXPECT_THAT(message, HasSubstr("dataset cifar10 has 600 samples in its training files, at most 150"));
  EXPECT_THAT(message, HasSubstr("samples_per_part asks for 200; lower it"));
  EXPECT_THAT(test::message_of([] { make_partition(7, 7, job()); }), HasSubstr("7 samples in all, that is 1"));
}

TEST(Partition, LeavesAtLeastOneSampleToCalibrateAndOneToAttack) {
  const Partition partition = make_partition(8, 8, job(1, {.calibration_share = 0.01}));
  EXPECT_EQ(partition.target.calibration.size(), 1U);
  EXPECT_EQ(partition.target.non_members.size(), 1U);
}

}  // namespace
}  // namespace exitaudit::split
