// Ranks that fall silent: told by the clock alone, and in a run whose second rank says hello, takes a job and is gone.
#include "pipeline/run/rank_watch.h"

#include <gmock/gmock.h>

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

TEST(RankWatch, NamesASilentRankOnce) {
  RankWatch watch(60);
  watch.heard(1, 0);
  watch.heard(2, 30);
  EXPECT_THAT(watch.take_lost(60), IsEmpty());
  EXPECT_THAT(watch.take_lost(60.1), ElementsAre(1));
  EXPECT_THAT(watch.take_lost(89), IsEmpty());
  EXPECT_THAT(watch.take_lost(91), ElementsAre(2));
  EXPECT_THAT(watch.take_lost(1000), IsEmpty());
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
  const JobGraph graph({toy_job("slow/a", "steps = 300"), toy_job("slow/b", "steps = 300")});
  RunOptions quick = options();
  quick.rank_limit_s = 0.8;  // the jobs take three seconds
  RunSummary other;
  std::jthread follower([&] { other = run_study(graph, quick, *mailboxes[1]); });
  const RunSummary summary = run_study(graph, quick, *mailboxes[0]);
  follower.join();
  EXPECT_EQ(summary.lost_ranks, 0U);
  EXPECT_EQ(summary.ran, 2U);
  EXPECT_EQ(other.exit_code, 0);
}

TEST_F(LostRank, LeavesWhereRankZeroIsGone) {
  const auto mailboxes = make_local_mailboxes(2);
  mailboxes[0]->send(1, to_json(RankMessage{Alive{}}));
  EXPECT_THAT(test::message_of([&] { run_study(graph_, options(), *mailboxes[1]); }),
              HasSubstr("has heard nothing of rank 0 for 1 s"));
}

}  // namespace
}  // namespace exitaudit
