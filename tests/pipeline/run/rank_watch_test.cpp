// Ranks that fall silent: told by the clock alone, and in a run whose second rank says hello, takes a job and is gone.
#include "pipeline/run/rank_watch.h"

#include <gmock/gmock.h>

#include <map>
#include <thread>

#include "pipeline/run/rank_message.h"
#include "pipeline/run/run_study.h"
#include "tests/support/toy_study.h"

namespace exitaudit {
namespace {

using test::toy_job;
using test::ToyStudy;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

/// Looks every five seconds; the lost ranks by the time at which they were named.
std::map<double, std::vector<int>> look(RankWatch& watch, double from, double to) {
  std::map<double, std::vector<int>> named;
  for (double now = from; now <= to; now += 5) {
    if (const auto lost = watch.take_lost(now); !lost.empty()) named[now] = lost;
  }
  return named;
}

TEST(RankWatch, NamesASilentRankOnce) {
  RankWatch watch(60);
  watch.heard(1, 0);
  watch.heard(2, 30);
  EXPECT_THAT(look(watch, 0, 500), ElementsAre(Pair(65, ElementsAre(1)), Pair(95, ElementsAre(2))));
}

TEST(RankWatch, DoesNotTakeItsOwnSilenceForTheOthers) {
  RankWatch watch(60);
  watch.heard(1, 0);
  EXPECT_THAT(look(watch, 0, 30), IsEmpty());
  EXPECT_THAT(watch.take_lost(1000), IsEmpty()) << "suspended for 970 s";
  EXPECT_THAT(look(watch, 1005, 1100), ElementsAre(Pair(1035, ElementsAre(1)))) << "30 s before, 30 s after";
}

TEST(RankWatch, WaitsForARanksFirstWord) {
  RankWatch watch(60);
  EXPECT_THAT(watch.take_lost(1e6), IsEmpty());
}

TEST(RankWatch, BeatsSeveralTimesWithinTheLimit) {
  for (const double limit : {0.6, 60.0, 6000.0}) {
    RankWatch watch(limit);
    int beats = 0;
    for (int step = 0; step < 1000; ++step) beats += watch.beat_is_due(limit * step / 1000) ? 1 : 0;
    EXPECT_GE(beats, 5) << limit;
    EXPECT_LE(beats, limit > 60 ? 1 + limit / 10 : 7) << limit;
  }
}

/// Two jobs, on a rank that works and on one that says hello and nothing more.
class LostRank : public testing::Test {
 protected:
  RunOptions options() const {
    RunOptions options = study_.options(1);
    options.rank_limit_s = 1;
    return options;
  }
  const ToyStudy study_{EXITAUDIT_FAKE_WORKER};
  const JobGraph graph_{{toy_job("slow/a", "steps = 3000"), toy_job("slow/b", "steps = 3000")}};
};

TEST_F(LostRank, EndsTheLaunchResumableAndCostsItsJobAnAttempt) {
  const auto mailboxes = make_local_mailboxes(2);
  mailboxes[1]->send(0, to_json(RankMessage{Hello{1, "node2", "cpu"}}));
  const RunSummary summary = run_study(graph_, options(), *mailboxes[0]);
  EXPECT_EQ(summary.exit_code, 75);
  EXPECT_EQ(summary.lost_ranks, 1U);
  EXPECT_EQ(summary.left, 2U);
  std::vector<Outcome> outcomes;
  for (const Job& job : graph_.jobs()) {
    const JobHistory history = study_.history(graph_, job.id);
    ASSERT_EQ(history.attempts.size(), 1U) << job.id;
    const Attempt& attempt = history.attempts[0];
    outcomes.push_back(attempt.outcome);
    EXPECT_EQ(attempt.host == "node2", attempt.outcome == Outcome::kLost);
    if (attempt.outcome != Outcome::kLost) continue;
    EXPECT_THAT(attempt.message, HasSubstr("rank 1 on node2 was not heard of"));
  }
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre(Outcome::kLost, Outcome::kPreempted));
}

TEST_F(LostRank, IsNotOneThatIsBusyForLong) {
  const auto mailboxes = make_local_mailboxes(2);
  const JobGraph graph({toy_job("slow/a", "steps = 500"), toy_job("slow/b", "steps = 500")});
  RunOptions quick = options();
  quick.rank_limit_s = 3;  // the jobs take five seconds
  RunSummary other;
  std::string fault;
  std::jthread follower([&] { fault = test::message_of([&] { other = run_study(graph, quick, *mailboxes[1]); }); });
  const RunSummary summary = run_study(graph, quick, *mailboxes[0]);
  follower.join();
  EXPECT_EQ(fault, "");
  EXPECT_EQ(summary.lost_ranks, 0U);
  EXPECT_EQ(summary.ran, 2U);
  EXPECT_EQ(other.exit_code, 0);
}

// It never says what it has to offer: it died before.
TEST_F(LostRank, IsMissedThoughItNeverSaidHello) {
  const auto mailboxes = make_local_mailboxes(2);
  const RunSummary summary = run_study(graph_, options(), *mailboxes[0]);
  EXPECT_EQ(summary.exit_code, 75);
  EXPECT_EQ(summary.lost_ranks, 1U);
}

TEST_F(LostRank, LeavesWhereRankZeroIsGone) {
  const auto mailboxes = make_local_mailboxes(2);
  mailboxes[0]->send(1, to_json(RankMessage{Alive{}}));
  EXPECT_THAT(test::message_of([&] { run_study(graph_, options(), *mailboxes[1]); }),
              HasSubstr("has heard nothing of rank 0 for 1 s"));
}

}  // namespace
}  // namespace exitaudit
