#include "pipeline/graph/selection.h"

#include <gmock/gmock.h>

#include "pipeline/graph/plan.h"
#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;

/// train -> measure (timing) -> steal -> attack, and a record that needs no clock.
JobGraph timed_study() {
  std::vector<Job> jobs{test::toy_job("train/a"), test::toy_job("record/a", {"train/a"}),
                        test::toy_job("measure/a", {"train/a"}), test::toy_job("steal/a", {"measure/a"}),
                        test::toy_job("attack/a", {"record/a", "steal/a"})};
  jobs[2].pool = Pool::kTiming;
  return JobGraph(std::move(jobs));
}

TEST(Selection, TellsWhatComesBeforeTheClockFromWhatComesBehind) {
  EXPECT_THAT(phases_of(timed_study()),
              ElementsAre(Phase::kCompute, Phase::kCompute, Phase::kTiming, Phase::kBehind, Phase::kBehind));
}

TEST(Selection, CountsAClockBehindAClockAsTiming) {
  std::vector<Job> jobs{test::toy_job("measure/a"), test::toy_job("slow/a", {"measure/a"}),
                        test::toy_job("measure/b", {"slow/a"})};
  jobs[0].pool = jobs[2].pool = Pool::kTiming;
  EXPECT_THAT(phases_of(JobGraph(std::move(jobs))), ElementsAre(Phase::kTiming, Phase::kBehind, Phase::kTiming));
}

TEST(Selection, OfAPhaseTakesInWhatItNeeds) {
  const JobGraph graph = timed_study();
  EXPECT_THAT(select_jobs(graph, {}), ElementsAre(true, true, true, true, true));
  EXPECT_THAT(select_jobs(graph, {.stages = {}, .phase = Phase::kCompute}),
              ElementsAre(true, true, false, false, false));
  EXPECT_THAT(select_jobs(graph, {.stages = {}, .phase = Phase::kTiming}),
              ElementsAre(true, false, true, false, false));
  EXPECT_THAT(select_jobs(graph, {.stages = {}, .phase = Phase::kBehind}), ElementsAre(true, true, true, true, true));
}

TEST(Selection, OfStagesAndAPhaseTakesWhatIsInBoth) {
  const JobGraph graph = timed_study();
  EXPECT_THAT(select_jobs(graph, {.stages = {"steal"}, .phase = Phase::kBehind}),
              ElementsAre(true, false, true, true, false));
  EXPECT_THAT(select_jobs(graph, {.stages = {"steal"}, .phase = Phase::kCompute}),
              ElementsAre(false, false, false, false, false));
}

TEST(Selection, LeavesTheRestOfAPlanUnasked) {
  const JobGraph graph = timed_study();
  const Plan plan = make_plan(graph, {}, {.stages = {}, .phase = Phase::kCompute});
  EXPECT_EQ(plan.count(Verdict::kRun), 2U);
  EXPECT_EQ(plan.count(Verdict::kNotAsked), 3U);
}

}  // namespace
}  // namespace exitaudit
