#include "stages/steal_exits/exit_thief.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/steal_exits/cluster_numbers.h"
#include "tests/stages/steal_exits/mixture.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::steal_exits {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Cluster {
  double center_ms;
  int count;
};

std::vector<double> times_of(const std::vector<Cluster>& clusters) {
  RandomStream random = stream("clusters");
  std::vector<double> times;
  for (const Cluster& cluster : clusters) {
    for (int i = 0; i < cluster.count; ++i) times.push_back(cluster.center_ms + 0.05 * random.normal());
  }
  return times;
}

/// An own model whose exits take exactly these times, ten samples each; exit -1 is not taken.
OwnModel own_model(const std::vector<double>& center_ms) {
  OwnModel own;
  own.exits = static_cast<std::int64_t>(center_ms.size());
  for (std::size_t exit = 0; exit < center_ms.size(); ++exit) {
    for (int i = 0; i < 10 && center_ms[exit] > 0; ++i) {
      own.time_ms.push_back(center_ms[exit]);
      own.exit.push_back(static_cast<std::int32_t>(exit));
    }
  }
  return own;
}

TEST(ExitThief, TellsEachClusterForAnExit) {
  const std::vector<double> times = times_of({{1, 300}, {2, 50}, {4, 150}});
  const ExitBorders borders = draw_borders(times, 3, {}, {});
  EXPECT_EQ(borders.estimated_exits, 3);
  ASSERT_EQ(borders.valleys.size(), 2U);
  EXPECT_NEAR(borders.valleys[0], 1.5, 0.3);
  EXPECT_NEAR(borders.valleys[1], 3, 0.8);
  EXPECT_THAT(borders.exits, ElementsAre(0, 1, 2));
  EXPECT_THAT(tell_exits(borders, std::vector<double>{0.1, 1.1, 2.1, 3.9, 50}), ElementsAre(0, 0, 1, 2, 2));
  EXPECT_EQ(borders.grid.size(), borders.density.size());
}

TEST(ExitThief, PutsATimeOnABorderAboveIt) {
  ExitBorders borders;
  borders.valleys = {1, 2};
  borders.exits = {0, 3, 4};
  EXPECT_THAT(tell_exits(borders, std::vector<double>{0.999, 1, 1.999, 2}), ElementsAre(0, 3, 3, 4));
}

TEST(ExitThief, KeepsTheMostProminentOfTooManyValleys) {
  // The smallest cluster's valley is the least prominent: of two exits, that one is not.
  const std::vector<double> times = times_of({{1, 1000}, {2, 40}, {4, 1000}});
  const ExitBorders borders = draw_borders(times, 2, {}, {});
  EXPECT_EQ(borders.estimated_exits, 3);
  EXPECT_THAT(borders.exits, ElementsAre(0, 1));
  ASSERT_EQ(borders.valleys.size(), 1U);
  EXPECT_GT(borders.valleys[0], 2.2);
  EXPECT_THAT(borders.method, HasSubstr("3 clusters of 2 exits; the 1 most prominent kept"));
}

TEST(ExitThief, NumbersTooFewClustersAfterTheOwnModelsTimes) {
  const std::vector<double> times = times_of({{2, 300}, {4, 300}});
  const ExitBorders borders = draw_borders(times, 4, own_model({1, 2.1, 3, 4.4}), {});
  EXPECT_EQ(borders.estimated_exits, 2);
  EXPECT_THAT(borders.exits, ElementsAre(1, 3));
  EXPECT_THAT(borders.method, HasSubstr("2 clusters of 4 exits; taken for exits 1, 3 after the own model's times"));
  EXPECT_THAT(tell_exits(borders, std::vector<double>{1, 5}), ElementsAre(1, 3));
}

TEST(ExitThief, NumbersTooFewClustersFromZeroWhereTheOwnModelTellsNothing) {
  const std::vector<double> times = times_of({{2, 300}, {4, 300}});
  EXPECT_THAT(draw_borders(times, 4, {}, {}).exits, ElementsAre(0, 1));
  const ExitBorders borders = draw_borders(times, 4, own_model({-1, 2.1, -1, -1}), {});
  EXPECT_THAT(borders.exits, ElementsAre(0, 1));
  EXPECT_THAT(borders.method, HasSubstr("numbered from 0 on"));
}

TEST(ExitThief, FindsOneClusterInEqualTimes) {
  const ExitBorders borders = draw_borders(std::vector<double>{3, 3, 3}, 1, {}, {});
  EXPECT_EQ(borders.estimated_exits, 1);
  EXPECT_THAT(tell_exits(borders, std::vector<double>{3, 1}), ElementsAre(0, 0));
}

TEST(ExitThief, ChoosesTheBandwidthThatTellsItsOwnExits) {
  // The own model's first exit has two heads, deeper parted than the few samples of the second exit: only a wide
  // bandwidth puts the border where it belongs.
  OwnModel own;
  own.exits = 2;
  own.time_ms = times_of({{1, 500}, {1.18, 500}, {3, 20}});
  own.exit.assign(1000, 0);
  own.exit.insert(own.exit.end(), 20, 1);
  const std::vector<double> times = times_of({{10, 600}, {10.18, 600}, {12, 25}});
  const std::vector<double> asked{10, 10.18, 12};
  EXPECT_THAT(tell_exits(draw_borders(times, 2, own, {}), asked), ElementsAre(0, 1, 1));
  const ExitBorders borders = draw_borders(times, 2, own, {.bandwidth = Bandwidth::kShadow});
  EXPECT_THAT(tell_exits(borders, asked), ElementsAre(0, 0, 1));
  EXPECT_THAT(borders.method, HasSubstr("times isj"));
}

TEST(ExitThief, SaysThatABandwidthFromTheShadowNeedsOne) {
  const std::string message = test::message_of([] {
    draw_borders(std::vector<double>{1, 2}, 2, {}, {.bandwidth = Bandwidth::kShadow});
  });
  EXPECT_THAT(message, HasSubstr("of which no latencies are given; use steal_exits.bandwidth: isj"));
}

TEST(NearestExits, IsTheBestOfAllRisingWays) {
  // By hand, every choice of two of three exits: |2-1| + |3-2.5| = 1.5, |2-1| + |3-9| = 7, |2-2.5| + |3-9| = 6.5.
  const std::vector<ExitCenter> exits{{0, 1}, {2, 2.5}, {3, 9}};
  EXPECT_THAT(nearest_exits(std::vector<double>{2, 3}, exits), ElementsAre(0, 2));
  EXPECT_THAT(nearest_exits(std::vector<double>{2, 8}, exits), ElementsAre(2, 3));
  EXPECT_THAT(nearest_exits(std::vector<double>{100}, exits), ElementsAre(3));
  EXPECT_THAT(nearest_exits(std::vector<double>{0, 0, 0}, exits), ElementsAre(0, 2, 3));
  EXPECT_THAT(nearest_exits(std::vector<double>{1, 2, 3, 4}, exits), ElementsAre());
}

TEST(NearestExits, TakesTheEarlierOfEquals) {
  EXPECT_THAT(nearest_exits(std::vector<double>{2}, std::vector<ExitCenter>{{0, 1}, {1, 3}}), ElementsAre(0));
}

TEST(ExitCenters, AreMediansOfExitsThatWereTaken) {
  const OwnModel own{4, {1, 5, 2, 9, 3}, {0, 3, 0, 3, 0}};
  const std::vector<ExitCenter> centers = exit_centers(own);
  ASSERT_EQ(centers.size(), 2U);
  EXPECT_EQ(centers[0].exit, 0);
  EXPECT_EQ(centers[0].time_ms, 2);
  EXPECT_EQ(centers[1].exit, 3);
  EXPECT_EQ(centers[1].time_ms, 7);
}

}  // namespace
}  // namespace exitaudit::steal_exits
