#include "jobs/expand.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "pipeline/graph/job_graph.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

const std::filesystem::path kConfigs = std::filesystem::path(EXITAUDIT_SOURCE_DIR) / "configs";

std::map<std::string, int> count_stages(const JobGraph& graph) {
  std::map<std::string, int> counts;
  for (const Job& job : graph.jobs()) ++counts[job.stage.name];
  return counts;
}

JobGraph graph_of(const std::string& file, const std::vector<std::string>& overrides = {}) {
  return JobGraph(expand(load_experiment(kConfigs / file, overrides)));
}

const Job& job_of(const JobGraph& graph, const std::string& id) {
  return graph.job(graph.index_of(id));
}

/// Writes a study of its own and loads it.
class StudyFile : public testing::Test {
 protected:
  Experiment load(const std::string& text, const std::vector<std::string>& overrides = {}) {
    std::ofstream(folder_ / "study.yaml") << text;
    return load_experiment(folder_ / "study.yaml", overrides);
  }
  std::string fault(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return test::message_of([&] { load(text, overrides); });
  }
  test::TempDir folder_;
};

TEST(Expand, PlansThePapers288Trainings) {
  // 6 datasets x 4 networks x 6 numbers of exits x target and shadow (specification 3, fleet size).
  EXPECT_EQ(count_stages(graph_of("paper.yaml"))["train"], 288);
}

TEST(Expand, TrainsTargetAndShadowByTheSameRecipe) {
  const JobGraph graph = graph_of("demo.yaml");
  const Job& target = job_of(graph, "train/fashion_mnist/vgg16/exits3/target/seed1");
  const Job& shadow = job_of(graph, "train/fashion_mnist/vgg16/exits3/shadow0/seed1");
  const auto differences = compare(target.config, shadow.config);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].key, "role");
}

TEST(Expand, GivesTheShadowTheTargetsThresholdUnlessItHasItsOwn) {
  const std::string shadow = "record/blobs/vgg16/exits3/shadow0/seed1";
  const auto thresholds = [&](const JobGraph& graph) {
    for (const JobInput& input : job_of(graph, shadow).inputs) {
      if (input.name == "thresholds") return input.job;
    }
    return std::string();
  };
  EXPECT_EQ(thresholds(graph_of("smoke.yaml")), "calibrate/blobs/vgg16/exits3/target/seed1");
  EXPECT_EQ(thresholds(graph_of("smoke.yaml", {"shadow_tau=own"})), "calibrate/blobs/vgg16/exits3/shadow0/seed1");
}

TEST(Expand, AttacksVanillaOnlyWithoutExits) {
  int vanilla = 0;
  const JobGraph graph = graph_of("smoke.yaml");
  for (const Job& job : graph.jobs()) {
    if (job.stage.name != "attack" || job.id.find("/exits1/") == std::string::npos) continue;
    ++vanilla;
    EXPECT_NE(job.id.find("/none/"), std::string::npos) << job.id;
  }
  EXPECT_EQ(vanilla, 4);  // two datasets, by score and by label only
}

TEST(Expand, LeavesTrainingAloneWhenTheTauGridChanges) {
  const JobGraph before = graph_of("smoke.yaml");
  const JobGraph after = graph_of("smoke.yaml", {"calibrate.tau_grid=[0, 0.5, 1]"});
  std::set<std::string> changed;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& id = before.job(i).id;
    if (before.fingerprint(i) != after.fingerprint(after.index_of(id))) changed.insert(before.job(i).stage.name);
  }
  EXPECT_EQ(changed, (std::set<std::string>{"calibrate", "record", "measure_boundary", "attack", "tabulate"}));
}

TEST(Expand, MarksAttacksThatThisVersionCannotMake) {
  const JobGraph graph = graph_of("paper.yaml");
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/score/known/seed1").stage.available);
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/label_only/known/seed1").stage.available);
  EXPECT_FALSE(job_of(graph, "attack/cifar10/vgg16/exits3/gradient/known/seed1").stage.available);
}

TEST(Profiles, SetTheReadingsOfThePaper) {
  const Experiment sound = load_experiment(kConfigs / "smoke.yaml", {});
  const Experiment text = load_experiment(kConfigs / "smoke.yaml", {"profile=text"});
  const Experiment released = load_experiment(kConfigs / "smoke.yaml", {"profile=released"});
  EXPECT_EQ(sound.split.calibration_share, 0.1);
  EXPECT_EQ(released.split.calibration_share, 0.0);
  EXPECT_EQ(text.train.optimizer, train::Optimizer::kAdam);
  EXPECT_EQ(text.record.attack_cap, 0);
  EXPECT_EQ(text.attack.misclassified, attack::Misclassified::kDistance);
  EXPECT_EQ(released.attack.misclassified, attack::Misclassified::kZero);
  EXPECT_EQ(released.guard_time.cap, guard_time::Cap::kMax);
  // The study's own settings stand above the profile's.
  EXPECT_EQ(text.train.learning_rate, 0.05);
}

TEST_F(StudyFile, NamesEveryFaultAtOnce) {
  const std::string message = fault(
      "study: x\naxes: {dataset: [fashion_mnist], network: [vgg16], exits: [1, 9]}\ntrain: {epohcs: 5}\nthreads: "
      "many\n");
  EXPECT_NE(message.find("study.yaml:2:"), std::string::npos) << message;
  EXPECT_NE(message.find("unknown key \"epohcs\""), std::string::npos) << message;
  EXPECT_NE(message.find("did you mean \"epochs\""), std::string::npos) << message;
  EXPECT_NE(message.find("threads"), std::string::npos) << message;
}

TEST_F(StudyFile, RefusesAStudyWithoutVanilla) {
  EXPECT_NE(fault("study: x\naxes: {dataset: [fashion_mnist], network: [vgg16], exits: [3]}\n").find("vanilla"),
            std::string::npos);
}

TEST_F(StudyFile, RefusesANetworkThatDoesNotTakeTheDatasetsSamples) {
  const std::string message = fault("study: x\naxes: {dataset: [locations], network: [vgg16]}\n");
  EXPECT_NE(message.find("vgg16 takes images, dataset locations holds rows of features"), std::string::npos) << message;
}

TEST_F(StudyFile, SuggestsADatasetsName) {
  const std::string message = fault("study: x\naxes: {dataset: [cifar11], network: [vgg16]}\n");
  EXPECT_NE(message.find("did you mean \"cifar10\""), std::string::npos) << message;
}

TEST_F(StudyFile, RefusesAttacksThatNoAdversaryMakes) {
  const std::string message = fault(
      "study: x\naxes: {dataset: [fashion_mnist], network: [vgg16]}\nattacks: [{kind: exit_only, exit_source: "
      "none}]\n");
  EXPECT_NE(message.find("exit_only"), std::string::npos) << message;
}

TEST_F(StudyFile, RefusesANameThatWouldLeaveTheFolderOfResults) {
  EXPECT_NE(fault("study: ../x\naxes: {dataset: [fashion_mnist], network: [vgg16]}\n").find("study: expected a name"),
            std::string::npos);
}

TEST_F(StudyFile, IsWrittenOutAndReadAgainWithTheSameJobs) {
  const Experiment first = load_experiment(kConfigs / "smoke.yaml", {});
  const JobGraph before(expand(first));
  const JobGraph after(expand(load(resolved_yaml(first))));
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before.fingerprint(i), after.fingerprint(i));
}

}  // namespace
}  // namespace exitaudit
