#include "pipeline/graph/plan.h"

#include <gtest/gtest.h>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "tests/pipeline/graph/toy_graph.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using enum Verdict;
using test::full_store;
using test::message_of;
using test::put;
using test::put_failure;
using test::toy_study;
using test::verdicts;
using Verdicts = std::vector<Verdict>;

// Jobs of toy_study() by place: ingest 0, split 1, train 2, attack 3, tabulate 4.

void remove(Snapshot& snapshot, const JobGraph& graph, std::size_t job) {
  snapshot.artifacts.erase(graph.fingerprint(job));
}

TEST(Plan, RunsEverythingInAnEmptyStore) {
  const JobGraph graph(toy_study());
  const Plan plan = make_plan(graph, {});
  EXPECT_EQ(plan.count(kRun), 5U);
  for (std::size_t job = 0; job < 5; ++job) {
    EXPECT_EQ(plan.decisions[job].cause, Cause::kMissing);
    EXPECT_EQ(plan.decisions[job].because, job);
  }
}

TEST(Plan, RunsNothingWhenEverythingExists) {
  const JobGraph graph(toy_study());
  EXPECT_EQ(make_plan(graph, full_store(graph)).count(kDone), 5U);
}

TEST(Plan, RerunsOnlyWhatDependsOnTheChange) {
  const Snapshot snapshot = full_store(JobGraph(toy_study()));
  auto jobs = toy_study();
  jobs[3].config = ConfigSlice("attack.epochs = 5\n");
  EXPECT_EQ(verdicts(make_plan(JobGraph(jobs), snapshot)), (Verdicts{kDone, kDone, kDone, kRun, kRun}));
}

TEST(Plan, KeepsWhatExistsUnlessAnInputThatRunsGetsOtherBytes) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  remove(snapshot, graph, 1);
  const Plan plan = make_plan(graph, snapshot);
  EXPECT_EQ(verdicts(plan), (Verdicts{kDone, kRun, kUnless, kUnless, kUnless}));
  EXPECT_EQ(plan.decisions[2].cause, Cause::kInputRuns);
  EXPECT_EQ(plan.decisions[2].because, 1U);
  EXPECT_EQ(plan.decisions[4].because, 3U);
}

TEST(Plan, RunsWhatIsMissingBelowAnInputThatRuns) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  remove(snapshot, graph, 0);
  remove(snapshot, graph, 3);
  EXPECT_EQ(verdicts(make_plan(graph, snapshot)), (Verdicts{kRun, kUnless, kUnless, kRun, kUnless}));
}

TEST(Plan, TakesADamagedArtifactForMissing) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  snapshot.artifacts[graph.fingerprint(2)].corrupt = true;
  const Plan plan = make_plan(graph, snapshot);
  EXPECT_EQ(verdicts(plan), (Verdicts{kDone, kDone, kRun, kUnless, kUnless}));
  EXPECT_EQ(plan.decisions[2].cause, Cause::kCorrupt);
}

TEST(Plan, RerunsWhatWasMadeFromOtherBytes) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  snapshot.artifacts[graph.fingerprint(2)].content = "rebuilt otherwise";
  const Plan plan = make_plan(graph, snapshot);
  EXPECT_EQ(verdicts(plan), (Verdicts{kDone, kDone, kDone, kRun, kUnless}));
  EXPECT_EQ(plan.decisions[3].cause, Cause::kStaleInput);
  EXPECT_EQ(plan.decisions[3].because, 2U);
}

TEST(Plan, NamesNoInputOfSeveralAsStale) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  snapshot.artifacts[graph.fingerprint(1)].content = "rebuilt otherwise";
  EXPECT_EQ(make_plan(graph, snapshot).decisions[2].because, 2U);
}

TEST(Plan, WaitsForRetryAfterAFailureAndBlocksWhatNeedsIt) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  for (std::size_t job : {2, 3, 4}) remove(snapshot, graph, job);
  put_failure(snapshot, graph, "train/a");
  const Plan plan = make_plan(graph, snapshot);
  EXPECT_EQ(verdicts(plan), (Verdicts{kDone, kDone, kWaits, kBlocked, kBlocked}));
  EXPECT_EQ(plan.decisions[4].cause, Cause::kFailedBefore);
  EXPECT_EQ(plan.decisions[4].because, 3U);
}

TEST(Plan, RunsAgainAFailureThatDoesNotWait) {
  const JobGraph graph(toy_study());
  Snapshot snapshot;
  put_failure(snapshot, graph, "train/a");
  snapshot.failures.begin()->second.waits_for_retry = false;
  EXPECT_EQ(make_plan(graph, snapshot).count(kRun), 5U);
}

TEST(Plan, IgnoresAFailureMarkWhereTheArtifactIsGood) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  put_failure(snapshot, graph, "train/a");
  EXPECT_EQ(make_plan(graph, snapshot).count(kDone), 5U);
}

TEST(Plan, WaitsForRetryOfAStaleArtifactThatFailed) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  snapshot.artifacts[graph.fingerprint(0)].content = "rebuilt otherwise";
  put_failure(snapshot, graph, "split/a");
  EXPECT_EQ(make_plan(graph, snapshot).decisions[1].verdict, kWaits);
}

TEST(Plan, LeavesUndecidedWhatExistsBelowAWaitingJobAndBlocksWhatIsMissingThere) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  remove(snapshot, graph, 2);
  remove(snapshot, graph, 4);
  put_failure(snapshot, graph, "train/a");
  const Plan plan = make_plan(graph, snapshot);
  EXPECT_EQ(verdicts(plan), (Verdicts{kDone, kDone, kWaits, kUnless, kBlocked}));
  EXPECT_EQ(plan.decisions[3].cause, Cause::kFailedBefore);
  EXPECT_EQ(plan.decisions[3].because, 2U);
}

TEST(Plan, BlocksWhatNeedsAStageThatIsNotThere) {
  auto jobs = toy_study();
  jobs[3].stage.available = false;
  const Plan plan = make_plan(JobGraph(jobs), {});
  EXPECT_EQ(verdicts(plan), (Verdicts{kRun, kRun, kRun, kUnavailable, kBlocked}));
  EXPECT_EQ(plan.decisions[4].cause, Cause::kStageUnavailable);
}

TEST(Plan, UsesTheExistingArtifactOfAStageThatIsNotThere) {
  auto jobs = toy_study();
  jobs[3].stage.available = false;
  const JobGraph graph(jobs);
  Snapshot snapshot = full_store(graph);
  remove(snapshot, graph, 4);
  EXPECT_EQ(verdicts(make_plan(graph, snapshot)), (Verdicts{kDone, kDone, kDone, kDone, kRun}));
}

TEST(Plan, SelectsStagesAndWhatTheyNeed) {
  EXPECT_EQ(verdicts(make_plan(JobGraph(toy_study()), {}, {.stages = {"train"}, .phase = {}})),
            (Verdicts{kRun, kRun, kRun, kNotAsked, kNotAsked}));
}

TEST(Plan, RefusesAStageThatTheStudyDoesNotHave) {
  EXPECT_EQ(message_of([] { make_plan(JobGraph(toy_study()), {}, {.stages = {"trian"}, .phase = {}}); }),
            "this study has no job of stage \"trian\" (its stages are attack, ingest, split, tabulate, train); did you "
            "mean \"train\"?");
}

TEST(InputsDigest, HashesEachContentAsAField) {
  EXPECT_EQ(inputs_digest({"ab", "c"}), Sha256().field("ab").field("c").hex());
  EXPECT_NE(inputs_digest({"ab", "c"}), inputs_digest({"a", "bc"}));
  EXPECT_NE(inputs_digest({"a", "b"}), inputs_digest({"b", "a"}));
}

TEST(CurrentInputsDigest, IsEmptyWhereAnInputIsMissingOrDamaged) {
  const JobGraph graph(toy_study());
  Snapshot snapshot = full_store(graph);
  EXPECT_EQ(current_inputs_digest(graph, 2, snapshot), inputs_digest({"content of ingest/a", "content of split/a"}));
  snapshot.artifacts[graph.fingerprint(1)].corrupt = true;
  EXPECT_EQ(current_inputs_digest(graph, 2, snapshot), "");
  remove(snapshot, graph, 1);
  EXPECT_EQ(current_inputs_digest(graph, 2, snapshot), "");
  EXPECT_EQ(current_inputs_digest(graph, 0, snapshot), inputs_digest({}));
}

}  // namespace
}  // namespace exitaudit
