// Who gets which slots, and that a team's turn comes.
#include "pipeline/run/slot_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Conductors of the given hosts, `slots` each, on GPUs counted host by host.
SlotTable table(const std::vector<std::string>& hosts, int slots = 1) {
  SlotTable made;
  std::map<std::string, int> gpus;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    made.add(static_cast<int>(i), {slots, hosts[i], "cuda:" + std::to_string(gpus[hosts[i]]++)});
  }
  return made;
}

constexpr RoomWish kSingle{.ranks = 1};
constexpr RoomWish team_of(int ranks) {
  return {.ranks = ranks};
}

TEST(SlotTable, GivesASingleJobTheFreestConductor) {
  SlotTable slots = table({"a", "a", "b"}, 2);
  EXPECT_EQ(slots.find(kSingle)->rank, 0);
  slots.take(*slots.find(kSingle));
  EXPECT_EQ(slots.find(kSingle)->rank, 1);
  EXPECT_THAT(slots.find(kSingle)->devices, IsEmpty());
}

TEST(SlotTable, FindsNoRoomWhereAllIsTaken) {
  SlotTable slots = table({"a"});
  const Placement place = *slots.find(kSingle);
  slots.take(place);
  EXPECT_FALSE(slots.any_free());
  EXPECT_FALSE(slots.find(kSingle));
  slots.release(place);
  EXPECT_TRUE(slots.find(kSingle));
}

TEST(SlotTable, TakesATeamsSlotsFromAllConductorsOfOneHost) {
  SlotTable slots = table({"a", "b", "b", "b"}, 2);
  const Placement place = *slots.find(team_of(4));
  EXPECT_THAT(place.slots, ElementsAre(1, 2, 3, 1));
  EXPECT_EQ(place.rank, 1);
  EXPECT_THAT(place.devices, ElementsAre("cuda:0", "cuda:1", "cuda:2", "cuda:0"));
  slots.take(place);
  EXPECT_FALSE(slots.find(team_of(3)));
  EXPECT_TRUE(slots.find(team_of(2)));
}

TEST(SlotTable, NamesNoDevicesToATeamThatHasItsWholeNode) {
  EXPECT_THAT(table({"a", "a"}).find(team_of(2))->devices, IsEmpty());
  EXPECT_THAT(table({"a", "a"}).find({.ranks = 1, .whole_node = true})->slots, ElementsAre(0, 1));
}

TEST(SlotTable, GivesATeamThatIsTooLargeTheLargestHostOnceThatIsIdle) {
  SlotTable slots = table({"a", "b", "b"});
  const Placement place = *slots.find(team_of(8));
  EXPECT_THAT(place.slots, ElementsAre(1, 2));
  slots.take({.rank = 2, .slots = {2}, .devices = {}});
  EXPECT_FALSE(slots.find(team_of(8)));
  EXPECT_EQ(slots.soonest_host(team_of(8)), "b");
}

TEST(SlotTable, KeepsTheHostThatLacksTheFewestSlots) {
  SlotTable slots = table({"a", "a", "a", "b", "b", "b", "c"});
  for (const int rank : {0, 1, 4}) slots.take({.rank = rank, .slots = {rank}, .devices = {}});
  EXPECT_EQ(slots.soonest_host(team_of(3)), "b");
  EXPECT_EQ(slots.find(kSingle, "b")->rank, 2);
  slots.take(*slots.find(kSingle, "b"));
  slots.take(*slots.find(kSingle, "b"));
  EXPECT_FALSE(slots.find(kSingle, "b")) << "only the kept host has room";
  EXPECT_TRUE(slots.find(kSingle));
}

/// Singles without end, of random lengths, and one team that is first in the queue from some moment on.
TEST(SlotTable, GetsATeamItsTurnWhateverElseRuns) {
  std::mt19937 random(20261123);
  for (int trial = 0; trial < 200; ++trial) {
    SlotTable slots = table({"a", "a", "b", "b", "b", "c"}, 2);
    std::vector<std::pair<int, Placement>> running;  // {ends at, where}
    int now = 0;
    std::optional<Placement> team;
    for (; now < 200 && !team; ++now) {
      std::erase_if(running, [&](const auto& each) {
        if (each.first <= now) slots.release(each.second);
        return each.first <= now;
      });
      std::string kept;
      if (now > 20) team = slots.find(team_of(6));
      if (now > 20 && !team) kept = slots.soonest_host(team_of(6));
      while (const auto place = slots.find(kSingle, kept)) {
        slots.take(*place);
        running.emplace_back(now + 1 + static_cast<int>(random() % 30), *place);
      }
    }
    ASSERT_TRUE(team);
    EXPECT_LE(now, 21 + 31) << "it waits no longer than the longest job that ran when its turn came";
    EXPECT_EQ(slots.offer(team->rank).host, "b");
  }
}

}  // namespace
}  // namespace exitaudit
