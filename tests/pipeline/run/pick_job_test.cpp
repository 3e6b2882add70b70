// Which ready job starts next and where: compute before timing, a timing job alone on its host, a team's reservation.
#include "pipeline/run/pick_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using test::toy_job;
using testing::ElementsAre;
using testing::IsEmpty;

Job compute(const std::string& id, const std::vector<std::string>& inputs = {}, int ranks = 1) {
  Job job = toy_job(id, inputs);
  job.ranks = ranks;
  return job;
}
Job timing(const std::string& id, const std::vector<std::string>& inputs = {}) {
  Job job = toy_job(id, inputs);
  job.pool = Pool::kTiming;
  return job;
}

/// A study and hosts of conductors with one slot each; jobs start and end as the test says.
class PickJob : public testing::Test {
 protected:
  void set_up(std::vector<Job> jobs, const std::vector<std::string>& hosts) {
    graph_.emplace(std::move(jobs));
    queue_.emplace(*graph_, make_plan(*graph_, {}), Snapshot{}, std::vector<double>(graph_->size(), 1.0));
    ranks_ = static_cast<int>(hosts.size());
    for (int rank = 0; rank < ranks_; ++rank) slots_.add(rank, {1, hosts[static_cast<std::size_t>(rank)], "cpu"});
  }

  /// Starts all that finds room: "job on host", in the order of starting.
  std::vector<std::string> start_all() {
    std::vector<std::string> started;
    while (const auto pick = pick_job(*graph_, *queue_, slots_, ranks_)) {
      slots_.take(pick->place);
      const std::string& id = graph_->job(pick->job).id;
      running_[id] = *pick;
      started.push_back(id + " on " + slots_.offer(pick->place.rank).host);
    }
    return started;
  }

  void end(const std::string& id) {
    slots_.release(running_.at(id).place);
    queue_->done(running_.at(id).job, id);
  }

  std::optional<JobGraph> graph_;
  std::optional<ReadyQueue> queue_;
  SlotTable slots_;
  std::map<std::string, Pick> running_;
  int ranks_ = 0;
};

TEST_F(PickJob, RunsTimingOnOneHostOnceNoComputeJobIsReadyAndNothingRuns) {
  set_up({timing("t/1"), timing("t/2"), compute("a/x"), compute("b/x"), compute("c/x")}, {"h", "h"});
  EXPECT_THAT(start_all(), ElementsAre("a/x on h", "b/x on h"));
  end("a/x");
  EXPECT_THAT(start_all(), ElementsAre("c/x on h"));
  end("b/x");
  EXPECT_THAT(start_all(), IsEmpty()) << "c still runs";
  end("c/x");
  EXPECT_THAT(start_all(), ElementsAre("t/1 on h"));
  end("t/1");
  EXPECT_THAT(start_all(), ElementsAre("t/2 on h"));
}

TEST_F(PickJob, RunsOneTimingJobOnEachOfTwoHosts) {
  set_up({timing("t/1"), timing("t/2"), timing("t/3")}, {"g", "g", "h", "h"});
  EXPECT_THAT(start_all(), ElementsAre("t/1 on g", "t/2 on h"));
  end("t/1");
  EXPECT_THAT(start_all(), ElementsAre("t/3 on g"));
}

TEST_F(PickJob, StartsTimingOnAnIdleHostWhileAnotherComputes) {
  set_up({compute("a/x"), timing("t/1"), timing("t/2")}, {"g", "g", "h", "h"});
  EXPECT_THAT(start_all(), ElementsAre("a/x on g", "t/1 on h"));
  end("a/x");
  EXPECT_THAT(start_all(), ElementsAre("t/2 on g"));
}

TEST_F(PickJob, SendsWhatBecomesReadyWhileAHostIsTimedToTheOther) {
  set_up({compute("a/x"), timing("t/1"), compute("b/x", {"a/x"}), compute("c/x", {"a/x"}), compute("d/x", {"a/x"})},
         {"g", "g", "h", "h"});
  EXPECT_THAT(start_all(), ElementsAre("a/x on g", "t/1 on h"));
  end("a/x");
  EXPECT_THAT(start_all(), ElementsAre("b/x on g", "c/x on g")) << "h is being timed on, though it has two conductors";
  end("t/1");
  EXPECT_THAT(start_all(), ElementsAre("d/x on h"));
}

TEST_F(PickJob, KeepsNoHostForATimingJobWhileComputeJobsCanUseIt) {
  set_up({timing("t/1"), compute("a/x"), compute("b/x"), compute("c/x", {"b/x"})}, {"h", "h"});
  EXPECT_THAT(start_all(), ElementsAre("b/x on h", "a/x on h"));
  end("b/x");
  EXPECT_THAT(start_all(), ElementsAre("c/x on h"));
  end("a/x");
  EXPECT_THAT(start_all(), IsEmpty());
  end("c/x");
  EXPECT_THAT(start_all(), ElementsAre("t/1 on h"));
}

TEST_F(PickJob, KeepsAHostForATeamAndLetsNeitherComputeNorTimingInto) {
  set_up({compute("a/x"), compute("team/x", {"a/x"}, 2), compute("b/x"), compute("c/x"), timing("t/1")},
         {"g", "g", "h"});
  EXPECT_THAT(start_all(), ElementsAre("a/x on g", "b/x on g", "c/x on h"));
  end("a/x");
  end("c/x");
  EXPECT_THAT(start_all(), ElementsAre("t/1 on h")) << "g is kept for the team";
  end("b/x");
  EXPECT_THAT(start_all(), ElementsAre("team/x on g"));
}

TEST_F(PickJob, GivesNothingThatWantsANodeBeforeAllHostsAreKnown) {
  set_up({timing("t/1"), compute("team/x", {}, 2), compute("a/x")}, {"g", "h"});
  ranks_ = 3;
  EXPECT_THAT(start_all(), ElementsAre("a/x on g"));
  ranks_ = 2;
  EXPECT_THAT(start_all(), ElementsAre("team/x on h"));
}

}  // namespace
}  // namespace exitaudit
