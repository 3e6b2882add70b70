#include "jobs/study_status.h"

#include <gtest/gtest.h>

#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using test::toy_job;

constexpr double kNow = 1000;  // unix seconds

/// ingest/a is done. Three trainings on it, train/x as a team of two; attack/a reads train/a.
class RemainingWorkTest : public testing::Test {
 protected:
  static PlannedStudy plan() {
    std::vector<Job> jobs{toy_job("ingest/a"), toy_job("train/a", {"ingest/a"}), toy_job("train/b", {"ingest/a"}),
                          toy_job("attack/a", {"train/a"}), toy_job("train/x", {"ingest/a"})};
    jobs[1].expected_seconds = 100;
    jobs[2].expected_seconds = 100;
    jobs[3].expected_seconds = 30;
    jobs[4].expected_seconds = 60;
    jobs[4].ranks = 2;
    Study study{{}, JobGraph(std::move(jobs)), {"nowhere"}};
    Snapshot snapshot;
    test::put(snapshot, study.graph, 0, "bytes");
    Plan plan = make_plan(study.graph, snapshot);
    return {std::move(study), {}, std::move(snapshot), std::move(plan)};
  }
  void attempt(std::size_t job, double started, bool ended, double seconds = 0) {
    Attempt attempt;
    attempt.job = planned_.study.graph.job(job).id;
    attempt.stage = planned_.study.graph.job(job).stage.name;
    attempt.started = started;
    attempt.seconds = seconds;
    attempt.ended = ended;
    attempt.outcome = Outcome::kDone;
    planned_.ledger.jobs[planned_.study.graph.fingerprint(job)].attempts.push_back(attempt);
  }
  RemainingWork work() const { return remaining_work(planned_, statuses(planned_), kNow); }

  PlannedStudy planned_ = plan();
};

TEST_F(RemainingWorkTest, IsTheWorkAloneWhereNothingRuns) {
  const RemainingWork left = work();
  EXPECT_EQ(left.jobs, 4U);
  EXPECT_EQ(left.seconds, 100 + 100 + 30 + 2 * 60) << "a job of two ranks takes two workers";
  EXPECT_EQ(left.running, 0U);
  EXPECT_FALSE(left.at_least_seconds);
  EXPECT_EQ(format_remaining(left),
            "left: about 5m50s of work for one worker in 4 jobs (rough estimates for one CPU core)");
}

TEST_F(RemainingWorkTest, DoesNotCountWhatRunningJobsHaveBehindThem) {
  attempt(1, kNow - 40, false);   // 60 s left, and 30 s of attack/a behind it
  attempt(2, kNow - 500, false);  // longer than expected: nothing left
  const RemainingWork left = work();
  EXPECT_EQ(left.seconds, 60 + 0 + 30 + 120);
  EXPECT_EQ(left.running, 2U);
  EXPECT_EQ(left.at_least_seconds, 105) << "210 s of work for two workers; the chain of 90 s is shorter";
  attempt(2, kNow + 7, false);
  EXPECT_EQ(work().seconds, 60 + 100 + 30 + 120) << "a clock that runs ahead of ours";
}

TEST_F(RemainingWorkTest, LastsAtLeastAsLongAsTheLongestChain) {
  for (const std::size_t job : {1U, 2U, 4U}) attempt(job, kNow - 10, false);
  const RemainingWork left = work();
  EXPECT_EQ(left.seconds, 90 + 90 + 30 + 2 * 50);
  EXPECT_EQ(left.at_least_seconds, 120) << "310 s for four workers are less";
  EXPECT_EQ(format_remaining(left),
            "left: about 5m10s of work for one worker in 4 jobs; 3 run now: at least 2m00s (rough estimates for one "
            "CPU core)");
}

TEST_F(RemainingWorkTest, SaysWhatTheTimesAreMadeFrom) {
  attempt(0, 0, true, 5);   // of a stage of which nothing is left
  attempt(1, 0, true, 10);  // a tenth of its estimate; its artifact is gone again
  EXPECT_EQ(
      format_remaining(work()),
      "left: about 1m02s of work for one worker in 4 jobs (measured times for 3 jobs, rough estimates for one CPU "
      "core for 1)");
  attempt(3, 0, true, 4);
  EXPECT_EQ(format_remaining(work()), "left: about 36s of work for one worker in 4 jobs (measured times)");
}

TEST_F(RemainingWorkTest, IsSilentWhereNothingIsLeft) {
  EXPECT_EQ(format_remaining({}), "");
}

class BadNodes : public testing::Test {
 protected:
  void add(const std::string& host, Outcome outcome, int times) {
    for (int i = 0; i < times; ++i) {
      Attempt attempt;
      attempt.host = host;
      attempt.outcome = outcome;
      attempt.ended = true;
      ledger_.jobs[host + std::to_string(ledger_.jobs.size())].attempts.push_back(attempt);
    }
  }
  std::string said() const { return format_bad_nodes(bad_nodes(ledger_)); }
  LedgerSummary ledger_;
};

TEST_F(BadNodes, AreThoseThatTakeMostJobsDown) {
  add("node1", Outcome::kDone, 9);
  add("node1", Outcome::kLost, 4);
  add("node7", Outcome::kLost, 2);
  add("node7", Outcome::kCrashed, 1);
  add("node7", Outcome::kDone, 2);
  EXPECT_EQ(said(), "node7 took down 3 of 5 jobs; to leave it out, add \"--exclude=node7\" to sbatch in the site file");
  add("node8", Outcome::kLost, 3);
  EXPECT_EQ(said(),
            "node7 took down 3 of 5 jobs, node8 took down 3 of 3 jobs; to leave them out, add "
            "\"--exclude=node7,node8\" to sbatch in the site file");
}

TEST_F(BadNodes, AreNotNamedForAFewOrForJobsThatFailEverywhere) {
  add("node1", Outcome::kDone, 1);
  add("node7", Outcome::kLost, 2);
  EXPECT_EQ(said(), "") << "twice may be chance";
  ledger_ = {};
  add("node1", Outcome::kCrashed, 5);
  EXPECT_EQ(said(), "") << "nothing was done elsewhere: it may be the study";
  add("node2", Outcome::kPreempted, 5);
  EXPECT_EQ(said(), "");
}

}  // namespace
}  // namespace exitaudit
