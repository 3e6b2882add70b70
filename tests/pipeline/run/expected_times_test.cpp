#include "pipeline/run/expected_times.h"

#include <gmock/gmock.h>

#include "tests/support/toy_study.h"

namespace exitaudit {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

Job job(const std::string& id, const std::string& network, double estimate) {
  Job job = test::toy_job(id);
  job.axes = {{"dataset", "toys"}, {"network", network}};
  job.expected_seconds = estimate;
  return job;
}

Attempt attempt(Outcome outcome, double seconds) {
  Attempt attempt;
  attempt.stage = "slow";
  attempt.seconds = seconds;
  attempt.ended = true;
  attempt.outcome = outcome;
  return attempt;
}

/// Two small networks and two large ones, ten times as long by the estimates.
class ExpectedTimesTest : public testing::Test {
 protected:
  std::vector<double> seconds() { return expected_times(graph_, ledger_).seconds; }
  std::string source() { return describe_source(expected_times(graph_, ledger_), {0, 1, 2, 3}); }
  void add(std::size_t index, const std::vector<Attempt>& attempts) {
    ledger_.jobs[graph_.fingerprint(index)].attempts = attempts;
  }
  const JobGraph graph_{{job("slow/s1", "small", 10), job("slow/s2", "small", 10), job("slow/l1", "large", 100),
                         job("slow/l2", "large", 100)}};
  LedgerSummary ledger_;
};

TEST_F(ExpectedTimesTest, AreTheEstimatesWhereNothingIsDone) {
  EXPECT_THAT(seconds(), ElementsAre(10, 10, 100, 100));
  EXPECT_EQ(source(), "rough estimates for one CPU core");
}

TEST_F(ExpectedTimesTest, ScaleTheEstimatesByWhatWasMeasured) {
  add(0, {attempt(Outcome::kDone, 3)});
  ledger_.median_seconds["slow"] = 3;  // as the ledger's reader has it: of no use for the large ones
  EXPECT_THAT(seconds(), ElementsAre(DoubleEq(3), DoubleEq(3), DoubleEq(30), DoubleEq(30)));
}

TEST_F(ExpectedTimesTest, KnowANetworkByItsOwn) {
  add(0, {attempt(Outcome::kDone, 3)});
  add(1, {attempt(Outcome::kDone, 5)});
  add(2, {attempt(Outcome::kDone, 50)});
  EXPECT_THAT(seconds(), ElementsAre(DoubleEq(4), DoubleEq(4), DoubleEq(50), DoubleEq(50)));
}

TEST_F(ExpectedTimesTest, LeaveOutAttemptsThatDidAPart) {
  add(0, {attempt(Outcome::kPreempted, 9), attempt(Outcome::kDone, 1)});
  add(1, {attempt(Outcome::kCrashed, 9), attempt(Outcome::kDone, 2)});
  EXPECT_THAT(seconds(), ElementsAre(10, 10, 100, 100)) << "a training goes on from its resume point";
}

TEST_F(ExpectedTimesTest, TakeTheMedianOfAnotherStudysJobsForWantOfOwn) {
  ledger_.median_seconds["slow"] = 7;
  EXPECT_THAT(seconds(), ElementsAre(7, 7, 7, 7));
  EXPECT_EQ(source(), "measured times");
}

}  // namespace
}  // namespace exitaudit
