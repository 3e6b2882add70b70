#include "pipeline/graph/explain.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/pipeline/graph/toy_graph.h"

namespace exitaudit {
namespace {

using test::full_store;
using test::put_failure;
using test::toy_job;

/// ingest -> train -> calibrate -> record, each with one setting.
std::vector<Job> chain(const std::string& epochs = "80", const std::string& tau = "[0.5, 0.9]") {
  return {toy_job("ingest/a", {}, "ingest.size = 1\n"),
          toy_job("train/a", {"ingest/a"}, "train.epochs = " + epochs + "\ntrain.rate = 0.1\n"),
          toy_job("calibrate/a", {"train/a"}, "calibrate.tau_grid = " + tau + "\n"),
          toy_job("record/a", {"calibrate/a"}, "record.batch = 8\n")};
}

/// A store's headers: what `before` left, findable by fingerprint and, newest last, by id.
class Archive {
 public:
  void add(const JobGraph& graph, const Snapshot& snapshot) {
    for (std::size_t job = 0; job < graph.size(); ++job) add(graph, snapshot, job);
  }
  void add(const JobGraph& graph, const Snapshot& snapshot, std::size_t job) {
    PreviousArtifact artifact{graph.job(job).stage.version, graph.job(job).config.text(), {}};
    for (std::size_t k = 0; k < graph.inputs(job).size(); ++k) {
      const std::size_t input = graph.inputs(job)[k];
      artifact.inputs.push_back({graph.job(job).inputs[k].name, graph.job(input).id, graph.fingerprint(input),
                                 snapshot.artifacts.at(graph.fingerprint(input)).content});
    }
    by_fingerprint_[graph.fingerprint(job)] = artifact;
    newest_[graph.job(job).id] = artifact;
  }
  ExplainFacts facts(const JobGraph& graph, const Snapshot& snapshot) const {
    return {&snapshot, [this, &graph](std::size_t job, const std::string& print) -> std::optional<PreviousArtifact> {
              const auto& shelf = print.empty() ? newest_ : by_fingerprint_;
              const auto found = shelf.find(print.empty() ? graph.job(job).id : print);
              return found == shelf.end() ? std::nullopt : std::optional(found->second);
            }};
  }

 private:
  std::map<std::string, PreviousArtifact> by_fingerprint_, newest_;
};

/// What explain() says of `id` of `now` in a store that `before` filled.
std::string explain_change(const std::vector<Job>& before, const std::vector<Job>& now, const std::string& id) {
  const JobGraph old_graph(before);
  const Snapshot snapshot = full_store(old_graph);
  Archive archive;
  archive.add(old_graph, snapshot);
  const JobGraph graph(now);
  const std::string text =
      explain(graph, make_plan(graph, snapshot), graph.index_of(id), archive.facts(graph, snapshot));
  const std::string artifact = artifact_name(graph, graph.index_of(id));
  const auto at = text.find(artifact);
  return at == std::string::npos ? text : text.substr(0, at) + "IT" + text.substr(at + artifact.size());
}

TEST(Explain, SaysThatADoneJobIsDone) {
  EXPECT_EQ(explain_change(chain(), chain(), "train/a"), "done: made from what its inputs are now");
}

TEST(Explain, TellsWhichSettingChanged) {
  EXPECT_EQ(explain_change(chain(), chain("100"), "train/a"),
            "will run: its artifact IT does not exist\n  because train.epochs changed 80 -> 100");
}

TEST(Explain, TellsASettingChangeOfTheInput) {
  EXPECT_EQ(explain_change(chain(), chain("80", "[0.7]"), "record/a"),
            "will run: its artifact IT does not exist\n  because its input calibrate (calibrate/a) changed: "
            "calibrate.tau_grid changed [0.5, 0.9] -> [0.7]");
}

TEST(Explain, TellsASettingChangeFarUpAndWhere) {
  EXPECT_EQ(explain_change(chain(), chain("100"), "record/a"),
            "will run: its artifact IT does not exist\n  because its input calibrate (calibrate/a) changed: in "
            "train/a, train.epochs changed 80 -> 100");
}

TEST(Explain, LeavesWhatDoesNotDependOnTheChangeAlone) {
  EXPECT_EQ(explain_change(chain(), chain("80", "[0.7]"), "train/a"), "done: made from what its inputs are now");
}

TEST(Explain, ComparesAnInputWithTheArtifactThatWasUsed) {
  const JobGraph before(chain("80"));
  const JobGraph now(chain("100"));
  Snapshot snapshot = full_store(before);
  Archive archive;
  archive.add(before, snapshot);
  for (std::size_t job : {0, 1}) test::put(snapshot, now, job, "new");
  archive.add(now, snapshot, 1);  // train ran again already: its newest artifact differs in nothing
  EXPECT_EQ(explain(now, make_plan(now, snapshot), 2, archive.facts(now, snapshot)),
            "will run: its artifact " + artifact_name(now, 2) +
                " does not exist\n  because its input train (train/a) "
                "changed: train.epochs changed 80 -> 100");
}

TEST(Explain, TellsAStageVersionChange) {
  auto now = chain();
  now[1].stage.version = 2;
  EXPECT_EQ(explain_change(chain(), now, "train/a"),
            "will run: its artifact IT does not exist\n  because train changed version 1 -> 2");
}

TEST(Explain, TellsAnInputThatIsNewGoneOrAnother) {
  auto now = chain();
  now[3].inputs.push_back({"dataset", "ingest/a"});
  EXPECT_EQ(explain_change(chain(), now, "record/a"),
            "will run: its artifact IT does not exist\n  because it now reads dataset (ingest/a), too");
  EXPECT_EQ(explain_change(now, chain(), "record/a"),
            "will run: its artifact IT does not exist\n  because it no longer reads dataset (ingest/a)");
  auto other = chain();
  other[3].inputs[0].job = "train/a";
  EXPECT_EQ(explain_change(chain(), other, "record/a"),
            "will run: its artifact IT does not exist\n  because its input calibrate is now train/a instead of "
            "calibrate/a");
}

TEST(Explain, CutsLongValuesAndLongLists) {
  auto now = chain("80", "\"" + std::string(70, 'u') + "\"");
  EXPECT_EQ(explain_change(chain(), now, "calibrate/a"),
            "will run: its artifact IT does not exist\n  because calibrate.tau_grid changed [0.5, 0.9] -> \"" +
                std::string(58, 'u') + "…");
  auto before = chain();
  before[3].config = ConfigSlice("a = 1\nb = 1\nc = 1\nd = 1\ne = 1\n");
  now = chain();
  now[3].config = ConfigSlice("a = 2\nb = 2\nc = 2\nd = 2\ne = 2\n");
  EXPECT_EQ(explain_change(before, now, "record/a"),
            "will run: its artifact IT does not exist\n  because a changed 1 -> 2, b changed 1 -> 2, c changed 1 -> 2 "
            "and 2 more");
}

TEST(Explain, SaysNothingMoreWhereNothingIsKnown) {
  const JobGraph graph(chain());
  EXPECT_EQ(explain(graph, make_plan(graph, {}), 1, {}),
            "will run: its artifact " + artifact_name(graph, 1) + " does not exist");
}

TEST(Explain, TellsDamageAndOtherBytes) {
  const JobGraph graph(chain());
  Snapshot snapshot = full_store(graph);
  Archive archive;
  archive.add(graph, snapshot);
  snapshot.artifacts[graph.fingerprint(0)].corrupt = true;
  const auto say = [&](std::size_t job) {
    return explain(graph, make_plan(graph, snapshot), job, archive.facts(graph, snapshot));
  };
  EXPECT_EQ(say(0), "will run: its artifact " + artifact_name(graph, 0) + " is damaged");
  EXPECT_EQ(say(1), "done, unless its input ingest (ingest/a) gets other bytes when it runs");
  EXPECT_EQ(say(2), "done, unless its input train (train/a) gets other bytes");
  snapshot.artifacts[graph.fingerprint(0)] = {.corrupt = false, .content = "other", .made_from = inputs_digest({})};
  EXPECT_EQ(say(1), "will run: its artifact " + artifact_name(graph, 1) +
                        " was made from other bytes than its inputs have now\n  because its input ingest (ingest/a) "
                        "was made anew with other bytes");
}

TEST(Explain, FindsTheStaleInputOfSeveral) {
  const JobGraph graph({toy_job("a/x"), toy_job("b/x"), toy_job("c/x", {"a/x", "b/x"})});
  Snapshot snapshot = full_store(graph);
  Archive archive;
  archive.add(graph, snapshot);
  snapshot.artifacts[graph.fingerprint(1)].content = "other";
  const std::string text = explain(graph, make_plan(graph, snapshot), 2, archive.facts(graph, snapshot));
  EXPECT_NE(text.find("its input b (b/x) was made anew"), std::string::npos) << text;
}

TEST(Explain, TellsWhatWaitsForRetryAndWhatThatHoldsUp) {
  const JobGraph graph(chain());
  Snapshot snapshot;
  put_failure(snapshot, graph, "train/a");
  const Plan plan = make_plan(graph, snapshot);
  EXPECT_EQ(explain(graph, plan, 1, {&snapshot, {}}), "waits for `exitaudit retry`: it failed: loss is NaN");
  EXPECT_EQ(explain(graph, plan, 3, {&snapshot, {}}),
            "will not run: its input calibrate (calibrate/a) is not to be had\n  because train/a waits for `exitaudit "
            "retry`: it failed: loss is NaN");
  snapshot.failures.begin()->second = {.outcome = "timeout", .message = "", .waits_for_retry = true};
  EXPECT_EQ(explain(graph, plan, 1, {&snapshot, {}}), "waits for `exitaudit retry`: it overran its deadline");
}

TEST(Explain, TellsThatAnArtifactIsKeptWhereItsInputFailed) {
  const JobGraph graph(chain());
  Snapshot snapshot = full_store(graph);
  snapshot.artifacts.erase(graph.fingerprint(1));
  put_failure(snapshot, graph, "train/a");
  EXPECT_EQ(explain(graph, make_plan(graph, snapshot), 2, {&snapshot, {}}),
            "kept as it is: its input train (train/a) is not to be had\n  because train/a waits for `exitaudit retry`: "
            "it failed: loss is NaN");
}

TEST(Explain, TellsAStageThatIsNotThereAndOneThatIsNotSelected) {
  auto jobs = chain();
  jobs[2].stage.available = false;
  const JobGraph graph(jobs);
  const Plan plan = make_plan(graph, {});
  EXPECT_EQ(explain(graph, plan, 2, {}), "will not run: stage calibrate is not in this version of exitaudit");
  EXPECT_EQ(
      explain(graph, plan, 3, {}),
      "will not run: its input calibrate (calibrate/a) is not to be had\n  because stage calibrate is not in this "
      "version of exitaudit");
  EXPECT_EQ(explain(graph, make_plan(graph, {}, {.stages = {"train"}, .phase = {}}), 3, {}),
            "not asked for: neither its stage nor one that needs it was selected with --stage");
}

}  // namespace
}  // namespace exitaudit
