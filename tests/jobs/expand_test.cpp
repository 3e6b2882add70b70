#include "jobs/expand.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "pipeline/graph/job_graph.h"
#include "stages/tabulate/tabulate_options.h"
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

TEST(Expand, GivesTrainingsTheRanksThatTheStudyAsksFor) {
  const std::string id = "train/bits/fcn18_1/exits2/target/seed1";
  const JobGraph alone = graph_of("smoke.yaml"), teams = graph_of("smoke.yaml", {"train.ranks=4"});
  for (const Job& job : teams.jobs()) EXPECT_EQ(job.ranks, job.stage.name == "train" ? 4 : 1) << job.id;
  EXPECT_EQ(job_of(alone, id).ranks, 1);
  EXPECT_NE(alone.fingerprint(alone.index_of(id)), teams.fingerprint(teams.index_of(id)));
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
  EXPECT_EQ(vanilla, 6);  // score, gradient and label-only on two datasets
}

TEST(Expand, LeavesTrainingAloneWhenTheTauGridChanges) {
  const JobGraph before = graph_of("smoke.yaml");
  const JobGraph after = graph_of("smoke.yaml", {"calibrate.tau_grid=[0, 0.5, 1]"});
  std::set<std::string> changed;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& id = before.job(i).id;
    if (before.fingerprint(i) != after.fingerprint(after.index_of(id))) changed.insert(before.job(i).stage.name);
  }
  EXPECT_EQ(changed, (std::set<std::string>{"calibrate", "record", "predict_exits", "characterize", "measure_boundary",
                                            "attack", "tabulate"}));
}

TEST(Expand, TellsThePopulationToBoundariesAndLabelOnlyAttacksAlone) {
  const JobGraph before = graph_of("smoke.yaml");
  const JobGraph after = graph_of("smoke.yaml", {"measure_boundary.population=natural"});
  int attacks = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string& id = before.job(i).id;
    const std::string& stage = before.job(i).stage.name;
    const bool label_only = stage == "attack" && id.find("/label_only/") != std::string::npos;
    const bool reads_it = stage == "measure_boundary" || label_only || stage == "tabulate";
    EXPECT_EQ(before.fingerprint(i) != after.fingerprint(after.index_of(id)), reads_it) << id;
    if (label_only) {
      EXPECT_NE(job_of(after, id).config.text().find("population = \"natural\""), std::string::npos) << id;
    }
    attacks += label_only ? 1 : 0;
  }
  EXPECT_EQ(attacks, 6);  // original on four models, hybrid on the two with exits
}

TEST(Expand, CanMakeEveryAttackOfThePaper) {
  const JobGraph graph = graph_of("paper.yaml");
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/score/known/seed1").stage.available);
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/gradient/known/seed1").stage.available);
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/score/predicted/seed1").stage.available);
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/label_only/known/seed1").stage.available);
  EXPECT_TRUE(job_of(graph, "attack/cifar10/vgg16/exits3/score/stolen/copies=1/seed1").stage.available);
}

TEST(Expand, LoadsAdversaryThreesShadowFromTheOtherNetworkOrDataset) {
  const JobGraph graph = graph_of("paper.yaml");
  const auto inputs = [&](const std::string& id) {
    std::map<std::string, std::string> found;
    for (const JobInput& input : job_of(graph, id).inputs) found[input.name] = input.job;
    return found;
  };
  const auto networks =
      inputs("attack/cifar100/wide_resnet32/exits6/score/stolen/shadow=cifar100.vgg16/copies=1/seed1");
  EXPECT_EQ(networks.at("shadow"), "record/cifar100/vgg16/exits6/shadow0/tau=own/seed1");
  EXPECT_EQ(networks.at("target"), "record/cifar100/wide_resnet32/exits6/target/seed1");
  const auto datasets = inputs("attack/texas/fcn18_1/exits2/score/stolen/shadow=locations.fcn18_1/copies=1/seed1");
  EXPECT_EQ(datasets.at("shadow"), "record/locations/fcn18_1/exits2/shadow0/tau=own/seed1");
}

TEST_F(StudyFile, GivesAdversaryThreeItsShadowsNameAndThreshold) {
  const JobGraph graph(expand(
      load("study: x\naxes: {dataset: [locations], network: [fcn18_1, fcn18_2], exits: [1, 2]}\nattacks:\n"
           "  - {kind: score, exit_source: none, shadow: networks}\n  - {kind: score, exit_source: predicted, shadow: "
           "networks}\n  - {kind: score, exit_source: none, shadow: datasets}\n")));
  const std::string cross = "locations/fcn18_1/exits2/score/predicted/shadow=locations.fcn18_2/seed1";
  const Job& job = job_of(graph, "attack/" + cross);
  EXPECT_NE(job.config.text().find("shadow_model = \"locations.fcn18_2\""), std::string::npos) << job.config.text();
  EXPECT_TRUE(job.stage.available);
  const Job& thief = job_of(graph, "predict_exits/locations/fcn18_1/exits2/shadow=locations.fcn18_2/seed1");
  EXPECT_EQ(thief.inputs[0].job, "record/locations/fcn18_2/exits2/shadow0/tau=own/seed1");
  EXPECT_EQ(thief.inputs[1].job, "record/locations/fcn18_1/exits2/target/seed1");
  // The shadow's own threshold, never the target's.
  for (const JobInput& input : job_of(graph, thief.inputs[0].job).inputs) {
    if (input.name != "thresholds") continue;
    EXPECT_EQ(input.job, "calibrate/locations/fcn18_2/exits2/shadow0/seed1");
  }
  // Its own network stands in both rows, and in the table once.
  std::set<std::string> seen;
  for (const JobInput& input : job_of(graph, "tabulate/all").inputs) EXPECT_TRUE(seen.insert(input.job).second);
  EXPECT_TRUE(seen.contains("attack/locations/fcn18_1/exits2/score/none/shadow=locations.fcn18_1/seed1"));
}

std::map<std::string, std::string> inputs_of(const JobGraph& graph, const std::string& id) {
  std::map<std::string, std::string> found;
  for (const JobInput& input : job_of(graph, id).inputs) found[input.name] = input.job;
  return found;
}

TEST(Expand, LetsAThiefReadTheClockOfTheModelThatItHolds) {
  const JobGraph graph = graph_of("paper.yaml");
  const auto twin = inputs_of(graph, "steal_exits/cifar100/vgg16/exits3/copies=4/seed1");
  EXPECT_EQ(twin.at("latencies"), "measure_latency/cifar100/vgg16/exits3/target/copies=4/on=target/seed1");
  EXPECT_EQ(twin.at("fit_latencies"), "measure_latency/cifar100/vgg16/exits3/target/copies=4/on=shadow0/seed1");
  EXPECT_EQ(twin.at("shadow_latencies"), "measure_latency/cifar100/vgg16/exits3/shadow0/copies=4/on=shadow0/seed1");
  // Adversary 3 has another network's shadow, at a threshold of its own.
  const auto third = inputs_of(graph, "steal_exits/cifar100/vgg16/exits3/shadow=cifar100.resnet56/copies=1/seed1");
  EXPECT_EQ(third.at("latencies"), "measure_latency/cifar100/vgg16/exits3/target/copies=1/on=target/seed1");
  EXPECT_EQ(third.at("shadow_latencies"),
            "measure_latency/cifar100/resnet56/exits3/shadow0/tau=own/copies=1/on=shadow0/seed1");
  // Another dataset's samples do not fit the target: its own queries tell the borders.
  const auto other = inputs_of(graph, "steal_exits/texas/fcn18_1/exits2/shadow=locations.fcn18_1/copies=1/seed1");
  EXPECT_EQ(other.at("fit_latencies"), other.at("latencies"));
  const Job& thief = job_of(graph, "steal_exits/texas/fcn18_1/exits2/shadow=locations.fcn18_1/copies=1/seed1");
  EXPECT_NE(thief.config.text().find("fit_on = \"evaluated\""), std::string::npos) << thief.config.text();
}

TEST_F(StudyFile, GivesEachAdversaryOfAGuardWhatItKnows) {
  const JobGraph graph(expand(load(
      "study: x\naxes: {dataset: [locations], network: [fcn18_1], exits: [1, 2, 4]}\n"
      "guard_time: {sigma_ms: [0.5], adversaries: [unaware, likelihood, retrained, averaging], near_duplicates: 7}\n"
      "attacks:\n  - {kind: score, exit_source: stolen}\n")));
  const std::string base = "locations/fcn18_1/exits4/copies=1/guard=0.5";
  const auto unaware = inputs_of(graph, "steal_exits/" + base + "/seed1");
  const std::string measured = "locations/fcn18_1/exits4/target/copies=1/on=target/seed1";
  EXPECT_EQ(unaware.at("latencies"), "guard_time/" + measured + "/sigma=0.5");
  // Its own model has no guard.
  EXPECT_EQ(unaware.at("shadow_latencies"),
            "measure_latency/locations/fcn18_1/exits4/shadow0/copies=1/on=shadow0/seed1");
  const Job& likelihood = job_of(graph, "steal_exits/" + base + "/likelihood/seed1");
  EXPECT_NE(likelihood.config.text().find("guard_sigma_ms = 0.5"), std::string::npos) << likelihood.config.text();
  EXPECT_EQ(inputs_of(graph, likelihood.id), unaware);
  const auto averaging = inputs_of(graph, "steal_exits/" + base + "/averaging/seed1");
  EXPECT_EQ(averaging.at("latencies"), "guard_time/" + measured + "/sigma=0.5/near_duplicates=7");
  const auto retrained =
      inputs_of(graph, "attack/locations/fcn18_1/exits4/score/stolen/copies=1/guard=0.5/retrained/seed1");
  const auto own = inputs_of(graph, retrained.at("shadow_stolen_exits"));
  EXPECT_EQ(own.at("latencies"), "guard_time/locations/fcn18_1/exits4/shadow0/copies=1/on=shadow0/seed1/sigma=0.5");
  // Guards are swept on the deepest models alone.
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (graph.job(i).stage.name != "guard_time") continue;
    EXPECT_NE(graph.job(i).id.find("exits4"), std::string::npos) << graph.job(i).id;
  }
}

TEST(Expand, TellsTheTableWhatToCheck) {
  const JobGraph graph = graph_of("smoke.yaml");
  const auto settings = read_slice<tabulate::TabulateJob>(job_of(graph, "tabulate/all").config);
  EXPECT_EQ(settings.models, 2 * 2 * 2);  // two datasets, vanilla and multi-exit, target and shadow
  EXPECT_EQ(settings.recipes.size(), 4U);
  for (const auto& recipe : settings.recipes) EXPECT_EQ(recipe.differences, "") << recipe.job;
  std::map<std::string, int> nouns;
  for (const auto& source : settings.sources) ++nouns[source.noun];
  EXPECT_EQ(nouns["partition"], 2);
  EXPECT_EQ(nouns["observations"], 8);
  EXPECT_EQ(nouns["stolen_exits"], 2);
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
  EXPECT_EQ(released.attack.label_input, attack::LabelInput::kCorrect2);
  EXPECT_EQ(sound.attack.label_input, attack::LabelInput::kTrueOneHot);
  EXPECT_TRUE(text.attack.gradient_bias);
  EXPECT_FALSE(sound.attack.gradient_bias || released.attack.gradient_bias);
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

/// A study of one network with a model of the user's own in the place of one training.
class ImportStudy : public StudyFile {
 protected:
  static std::string study(const std::string& row) {
    return "study: x\naxes: {dataset: [fashion_mnist], network: [vgg16], exits: [1, 3]}\nattacks:\n  - {kind: score, "
           "exit_source: known}\nimport_weights:\n  - {dataset: fashion_mnist, network: vgg16, exits: 3, " +
           row + "}\n";
  }
  void SetUp() override { std::ofstream(folder_ / "mine.h5") << "some bytes"; }
};

TEST_F(ImportStudy, TakesTheModelForTheTraining) {
  const JobGraph graph(expand(load(study("file: mine.h5"))));
  EXPECT_EQ(count_stages(graph)["train"], 2);  // vanilla, and the shadow
  const Job& job = job_of(graph, "import_weights/fashion_mnist/vgg16/exits3/target/seed1");
  EXPECT_EQ(job.stage.noun, "weights");
  const Job& record = job_of(graph, "record/fashion_mnist/vgg16/exits3/target/seed1");
  EXPECT_EQ(record.inputs.at(0).job, job.id);
  const JobGraph shadow(expand(load(study("role: shadow0, file: mine.h5"))));
  EXPECT_EQ(count_stages(shadow)["train"], 2);
  job_of(shadow, "import_weights/fashion_mnist/vgg16/exits3/shadow0/seed1");
}

TEST_F(ImportStudy, GoesByTheFilesContentAndNotByItsName) {
  const auto fingerprint = [&](const std::string& file) {
    const JobGraph graph(expand(load(study("file: " + file))));
    return graph.fingerprint(graph.index_of("record/fashion_mnist/vgg16/exits3/target/seed1"));
  };
  const std::string before = fingerprint("mine.h5");
  std::filesystem::copy(folder_ / "mine.h5", folder_ / "copy.h5");
  EXPECT_EQ(fingerprint("copy.h5"), before);
  std::ofstream(folder_ / "mine.h5") << "other bytes";
  EXPECT_NE(fingerprint("mine.h5"), before);
}

TEST_F(ImportStudy, NamesTheLineOfAMissingFile) {
  const std::string message = fault(study("file: gone.h5"));
  EXPECT_NE(message.find("study.yaml:6:"), std::string::npos) << message;
  EXPECT_NE(message.find("there is no file " + (folder_ / "gone.h5").string()), std::string::npos) << message;
}

TEST_F(ImportStudy, RefusesAFileWithAnotherDigestThanTheStudyPins) {
  const std::string message = fault(study("file: mine.h5, sha256: abc"));
  EXPECT_NE(message.find("the study expects abc"), std::string::npos) << message;
}

TEST_F(ImportStudy, RefusesAModelThatNoCellAudits) {
  const std::string message = fault(study("seed: 2, file: mine.h5"));
  EXPECT_NE(message.find("study.yaml:6:"), std::string::npos) << message;
  EXPECT_NE(message.find("the axes do not audit dataset fashion_mnist, network vgg16, 3 exits, seed 2"),
            std::string::npos)
      << message;
}

TEST_F(ImportStudy, RefusesTwoModelsForOnePlace) {
  const std::string row = "  - {dataset: fashion_mnist, network: vgg16, exits: 3, file: mine.h5}\n";
  const std::string message = fault(study("file: mine.h5") + row);
  EXPECT_NE(message.find("as target is there twice"), std::string::npos) << message;
}

TEST_F(ImportStudy, IsWrittenOutAndReadAgainWithTheSameJobs) {
  const Experiment first = load(study("file: mine.h5"));
  const JobGraph before(expand(first));
  const JobGraph after(expand(load(resolved_yaml(first))));
  ASSERT_EQ(before.size(), after.size());
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_EQ(before.fingerprint(i), after.fingerprint(i));
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
