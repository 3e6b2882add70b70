#include "stages/measure_boundary/boundary_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/fake_observations.h"

namespace exitaudit::measure_boundary {
namespace {

std::map<std::pair<std::int32_t, int>, std::int64_t> counts(const schema::Observations& o,
                                                            const std::vector<std::size_t>& rows) {
  std::map<std::pair<std::int32_t, int>, std::int64_t> found;
  for (const std::size_t row : rows) ++found[{o.exit_taken[row], o.member[row]}];
  return found;
}

TEST(BoundarySamples, AreAsManyMembersAsOthersOfEachExit) {
  schema::Observations o = test::fake_observations({.members = 200, .non_members = 300, .exits = 3});
  for (std::size_t i = 0; i < o.index.size(); ++i) {
    if (o.exit_taken[i] == 2 && o.member[i] != 0) o.exit_taken[i] = i % 5 == 0 ? 2 : 1;  // few members leave last
  }
  std::vector<std::size_t> all(o.index.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  auto there = counts(o, all);
  const auto rows = choose_boundary_samples(o, Population::kBalanced, 50, {"test"});
  auto chosen = counts(o, rows);
  for (const std::int32_t exit : {0, 1, 2}) {
    const std::int64_t expected = std::min({there[{exit, 0}], there[{exit, 1}], std::int64_t{50}});
    EXPECT_EQ((chosen[{exit, 0}]), expected);
    EXPECT_EQ((chosen[{exit, 1}]), expected);
  }
  EXPECT_LT((chosen[{2, 1}]), 50);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
  EXPECT_EQ(choose_boundary_samples(o, Population::kBalanced, 50, {"test"}), rows);
  EXPECT_NE(choose_boundary_samples(o, Population::kBalanced, 50, {"another"}), rows);
}

TEST(BoundarySamples, LeaveOutAnExitThatOneSideNeverTakes) {
  schema::Observations o = test::fake_observations({.members = 20, .non_members = 20, .exits = 2});
  for (std::size_t i = 0; i < o.index.size(); ++i) o.exit_taken[i] = o.member[i] != 0 ? 0 : o.exit_taken[i];
  for (const std::size_t row : choose_boundary_samples(o, Population::kBalanced, 50, {"test"}))
    EXPECT_EQ(o.exit_taken[row], 0);
}

TEST(MeasuredOf, IsAsManyOfEachSideOrTheirNaturalProportion) {
  struct Case {
    Sides there;
    std::int64_t cap;
    Sides balanced;
    Sides natural;
  };
  const std::vector<Case> cases{
      {{40, 160}, 30, {30, 30}, {12, 48}},    // 60 of 200: three tenths of each side
      {{40, 160}, 50, {40, 40}, {20, 80}},    // 100 of 200: half
      {{40, 160}, 100, {40, 40}, {40, 160}},  // all
      {{160, 40}, 30, {30, 30}, {48, 12}},    // the other way round
      {{1, 2}, 1, {1, 1}, {1, 1}},            // 2 of 3: 0.67 members are one
      {{1, 1000}, 50, {1, 1}, {0, 100}},      // 0.1 members are none
      {{0, 30}, 10, {0, 0}, {0, 20}},         // nobody to balance with
      {{0, 0}, 10, {0, 0}, {0, 0}},           // nobody
  };
  for (const Case& c : cases) {
    EXPECT_EQ(measured_of(c.there, Population::kBalanced, c.cap), c.balanced) << c.there.members << " " << c.cap;
    EXPECT_EQ(measured_of(c.there, Population::kNatural, c.cap), c.natural) << c.there.members << " " << c.cap;
  }
}

TEST(BoundarySamples, KeepTheNaturalProportionOfASkewedExit) {
  // Exit 0: 90 members and 60 others. Exit 1: 10 members and 40 others.
  schema::Observations o = test::fake_observations({.members = 100, .non_members = 100, .exits = 2});
  std::int64_t seen[2] = {0, 0};
  for (std::size_t i = 0; i < o.index.size(); ++i) {
    const bool member = o.member[i] != 0;
    o.exit_taken[i] = ++seen[member ? 1 : 0] <= (member ? 90 : 60) ? 0 : 1;
  }
  const auto chosen = [&](std::int64_t cap) { return choose_boundary_samples(o, Population::kNatural, cap, {"test"}); };
  auto few = counts(o, chosen(20));
  EXPECT_EQ((few[{0, 1}]), 24);
  EXPECT_EQ((few[{0, 0}]), 16);
  EXPECT_EQ((few[{1, 1}]), 8);
  EXPECT_EQ((few[{1, 0}]), 32);
  EXPECT_EQ(chosen(100).size(), 200U);
  const auto rows = chosen(20);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end()), rows.end());
}

TEST(ExitShares, AddUpToOne) {
  schema::Observations o = test::fake_observations({.members = 2, .non_members = 2, .exits = 3});
  o.exit_taken = {0, 0, 2, 0};
  const std::vector<double> shares = exit_shares(o);
  EXPECT_EQ(shares, (std::vector<double>{0.75, 0, 0.25}));
  o = test::fake_observations({.members = 108, .non_members = 108, .exits = 1});
  EXPECT_EQ(exit_shares(o), std::vector<double>{1});
}

}  // namespace
}  // namespace exitaudit::measure_boundary
