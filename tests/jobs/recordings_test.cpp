#include "jobs/recordings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "jobs/expand.h"
#include "pipeline/graph/job_graph.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using ::testing::HasSubstr;

const std::string kStudy =
    "study: mine\nrecordings:\n  my_model: {target: target.csv, shadow: shadow.csv}\nattacks:\n"
    "  - {kind: score, exit_source: none}\n  - {kind: exit_only, exit_source: known}\n";

/// A study of recordings in a folder of its own.
class Recordings : public testing::Test {
 protected:
  Recordings() {
    write("target.csv", "score_0,score_1,label,member,exit\n1,0,0,1,0\n0,1,0,0,2\n");
    write("shadow.csv", "score_0,score_1,label,member,exit\n1,0,1,1,0\n0,1,0,0,1\n");
  }
  void write(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }
  Experiment load(const std::string& text = kStudy) {
    write("study.yaml", text);
    return load_experiment(folder_ / "study.yaml", {});
  }
  std::string fault(const std::string& text) {
    return test::message_of([&] { load(text); });
  }
  test::TempDir folder_;
};

TEST_F(Recordings, AreImportedCharacterizedAndAttacked) {
  const JobGraph graph(expand(load()));
  std::vector<std::string> ids;
  for (const Job& job : graph.jobs()) ids.push_back(job.id);
  EXPECT_EQ(ids,
            (std::vector<std::string>{"import_observations/my_model/target", "import_observations/my_model/shadow0",
                                      "characterize/my_model/target", "attack/my_model/score/none",
                                      "attack/my_model/exit_only/known", "tabulate/all"}));
}

TEST_F(Recordings, HaveTheLargestExitOfBothFilesUnlessTheStudySaysMore) {
  EXPECT_EQ(load().recordings[0].exits, 3);
  EXPECT_EQ(
      load("study: mine\nrecordings: {a: {target: target.csv, shadow: shadow.csv, exits: 5}}\n").recordings[0].exits,
      5);
}

TEST_F(Recordings, StandBesideNetworksOfOurs) {
  const JobGraph graph(expand(load(kStudy + "axes: {dataset: [fashion_mnist], network: [vgg16], exits: [1, 3]}\n")));
  EXPECT_NO_THROW(graph.index_of("attack/my_model/score/none"));
  EXPECT_NO_THROW(graph.index_of("attack/fashion_mnist/vgg16/exits3/score/none/seed1"));
}

TEST_F(Recordings, AreOtherJobsWhenAFileChangesAndTheSameWhereverItLies) {
  const JobGraph before(expand(load()));
  const test::TempDir elsewhere;
  for (const char* file : {"target.csv", "shadow.csv", "study.yaml"}) {
    std::filesystem::copy_file(folder_ / file, elsewhere / file);
  }
  const JobGraph moved(expand(load_experiment(elsewhere / "study.yaml", {})));
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before.fingerprint(i), moved.fingerprint(i));
  write("shadow.csv", "score_0,score_1,label,member,exit\n1,0,1,1,0\n0,1,1,0,1\n");
  const JobGraph changed(expand(load()));
  const auto same = [&](const std::string& id) {
    return before.fingerprint(before.index_of(id)) == changed.fingerprint(changed.index_of(id));
  };
  EXPECT_TRUE(same("import_observations/my_model/target"));
  EXPECT_FALSE(same("import_observations/my_model/shadow0"));
  EXPECT_FALSE(same("attack/my_model/score/none"));
}

TEST_F(Recordings, NameAFileThatIsNotThere) {
  const std::string message = fault("study: mine\nrecordings: {a: {target: targt.csv, shadow: shadow.csv}}\n");
  EXPECT_THAT(message, HasSubstr("study.yaml:2:"));
  EXPECT_THAT(message, HasSubstr("recordings.a.target: "));
  EXPECT_THAT(message, HasSubstr("targt.csv: there is no such file"));
  EXPECT_THAT(fault("study: mine\nrecordings: {a: {target: target.csv}}\n"),
              HasSubstr("recordings.a.shadow: is missing; name a CSV or HDF5 file"));
}

TEST_F(Recordings, RefuseAShadowThatIsTheTarget) {
  EXPECT_THAT(fault("study: mine\nrecordings: {a: {target: target.csv, shadow: target.csv}}\n"),
              HasSubstr("target and shadow are the same recording"));
}

TEST_F(Recordings, RefuseAttacksThatTheyCannotBear) {
  const std::string attacks = kStudy + "  - {kind: gradient, exit_source: none}\n";
  EXPECT_THAT(fault(attacks), HasSubstr("study.yaml:7:"));
  EXPECT_THAT(fault(attacks),
              HasSubstr("attacks.2: a recording holds scores, exits and times, no network to ask again"));
  write("target.csv", "score_0,score_1,label,member\n1,0,0,1\n0,1,0,0\n");
  write("shadow.csv", "score_0,score_1,label,member\n1,0,1,1\n0,1,0,0\n");
  EXPECT_THAT(fault(kStudy), HasSubstr("attacks.1: no recording of this study tells more than one exit"));
}

const std::string kStolen =
    "study: mine\nrecordings:\n  my_model: {target: target.csv, shadow: shadow.csv}\nattacks:\n"
    "  - {kind: score, exit_source: none}\n  - {kind: score, exit_source: stolen}\n"
    "  - {kind: exit_only, exit_source: stolen}\n";

/// Recordings of which both files hold times.
class TimedRecordings : public Recordings {
 protected:
  TimedRecordings() {
    write("target.csv", "score_0,score_1,label,member,exit,latency_ms_0\n1,0,0,1,0,2\n0,1,0,0,1,5\n");
    write("shadow.csv", "score_0,score_1,label,member,exit,latency_ms_0\n1,0,1,1,0,3\n0,1,0,0,1,6\n");
  }
};

TEST_F(TimedRecordings, HaveTheirExitsStolenOnce) {
  const JobGraph graph(expand(load(kStolen)));
  std::vector<std::string> ids;
  for (const Job& job : graph.jobs()) ids.push_back(job.id);
  EXPECT_EQ(ids, (std::vector<std::string>{
                     "import_observations/my_model/target", "import_observations/my_model/shadow0",
                     "characterize/my_model/target", "attack/my_model/score/none", "import_latencies/my_model/target",
                     "import_latencies/my_model/shadow0", "steal_exits/my_model/target", "attack/my_model/score/stolen",
                     "attack/my_model/exit_only/stolen", "tabulate/all"}));
  const auto inputs = [&](const std::string& id) {
    std::vector<std::string> found;
    for (const JobInput& input : graph.job(graph.index_of(id)).inputs) found.push_back(input.name + " " + input.job);
    return found;
  };
  EXPECT_EQ(inputs("steal_exits/my_model/target"),
            (std::vector<std::string>{"latencies import_latencies/my_model/target",
                                      "shadow_latencies import_latencies/my_model/shadow0"}));
  EXPECT_EQ(inputs("attack/my_model/exit_only/stolen"),
            (std::vector<std::string>{"shadow import_observations/my_model/shadow0",
                                      "target import_observations/my_model/target",
                                      "stolen_exits steal_exits/my_model/target"}));
}

TEST_F(TimedRecordings, FitTheThiefOnTheTimesThatItTellsApartWhateverTheStudySays) {
  const JobGraph graph(expand(load(kStolen + "steal_exits: {fit_on: shadow_queries, statistic: min}\n")));
  const auto job =
      read_slice<steal_exits::StealExitsJob>(graph.job(graph.index_of("steal_exits/my_model/target")).config);
  EXPECT_EQ(job.steal_exits.fit_on, steal_exits::FitOn::kEvaluated);
  EXPECT_EQ(job.steal_exits.statistic, steal_exits::Statistic::kMin);
}

TEST_F(TimedRecordings, StandInTheTableAsTheClocksRowsDo) {
  const JobGraph graph(expand(load(kStolen)));
  const auto table = read_slice<tabulate::TabulateJob>(graph.job(graph.index_of("tabulate/all")).config);
  std::vector<std::string> rows;
  for (const tabulate::TabulateSource& source : table.sources) {
    if (!source.exit_source.empty()) rows.push_back(source.noun + " " + source.attack + " " + source.exit_source);
  }
  EXPECT_EQ(rows,
            (std::vector<std::string>{"verdicts score none", "latencies  recorded", "stolen_exits  stolen/recorded",
                                      "verdicts score stolen/recorded", "verdicts exit_only stolen/recorded"}));
}

TEST_F(TimedRecordings, NameAFileWithoutTimes) {
  write("shadow.csv", "score_0,score_1,label,member,exit\n1,0,1,1,0\n0,1,0,0,1\n");
  const std::string message = fault(kStolen);
  EXPECT_THAT(message, HasSubstr("study.yaml:6:"));
  EXPECT_THAT(message, HasSubstr("attacks.1: recording my_model: shadow.csv has no column latency_ms_0"));
  EXPECT_THAT(message, HasSubstr("study.yaml:7:"));
  EXPECT_THAT(message, testing::Not(HasSubstr("target.csv has no")));
}

TEST_F(TimedRecordings, NameAFileThatDoesNotTellExits) {
  write("target.csv", "score_0,score_1,label,member,latency_ms_0\n1,0,0,1,2\n0,1,0,0,5\n");
  EXPECT_THAT(fault(kStolen), HasSubstr("attacks.1: recording my_model: target.csv has no column exit: an attack"));
  EXPECT_THAT(fault(kStudy), HasSubstr("attacks.1: recording my_model: target.csv has no column exit, which"));
}

TEST_F(TimedRecordings, AreLeftAloneByAStolenAttackOnNetworksOfOurs) {
  write("shadow.csv", "score_0,score_1,label,member,exit\n1,0,1,1,0\n0,1,0,0,1\n");
  const JobGraph graph(expand(load(kStolen + "axes: {dataset: [fashion_mnist], network: [vgg16], exits: [1, 3]}\n")));
  EXPECT_NO_THROW(graph.index_of("attack/fashion_mnist/vgg16/exits3/score/stolen/copies=1/seed1"));
  EXPECT_NO_THROW(graph.index_of("attack/my_model/score/none"));
  EXPECT_ANY_THROW(graph.index_of("attack/my_model/score/stolen"));
}

TEST_F(Recordings, OrAxesMakeAStudy) {
  EXPECT_THAT(fault("study: mine\n"),
              HasSubstr("a study needs axes: which datasets, networks and exits; or recordings"));
}

}  // namespace
}  // namespace exitaudit
