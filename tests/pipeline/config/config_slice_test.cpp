#include "pipeline/config/config_slice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/error.h"
#include "tests/pipeline/config/small_study.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using test::message_of;
using test::SmallStudy;
using testing::HasSubstr;

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

/// The message for a slice of SmallStudy with one text replaced.
std::string fault_after(const std::string& what, const std::string& with) {
  const std::string text = make_slice(test::awkward_study()).text();
  return message_of([&] { read_slice<SmallStudy>(ConfigSlice(replaced(text, what, with))); });
}

TEST(ConfigSlice, HasOneLineASettingInTheOrderOfItsDescription) {
  SmallStudy study;
  study.study = "a \"b\"\n";
  study.train.clip = 1e-7;
  study.axes = {{.dataset = {"x", "y"}, .network = {test::Network::kFcn}, .sigma_ms = {0.5, 2}}};
  study.datasets = {{.name = "mine", .classes = 3, .fine_tuning = {}}};
  study.attacks = {{}, {.kind = test::Kind::kNone, .share = -0.0}};
  EXPECT_EQ(make_slice(study).text(), R"(study = "a \"b\"\n"
characterize = false
train.epochs = 100
train.learning_rate = 0.1
train.momentum = 0.9
train.augment = false
train.optimizer = "sgd"
train.clip = 1e-07
train.milestones = [35, 60]
axes.size = 1
axes.0.dataset = ["x", "y"]
axes.0.network = ["fcn"]
axes.0.sigma_ms = [0.5, 2]
datasets.size = 1
datasets.0 = "mine"
datasets.0.classes = 3
datasets.0.fine_tuning.epochs = 100
datasets.0.fine_tuning.learning_rate = 0.1
datasets.0.fine_tuning.momentum = 0.9
datasets.0.fine_tuning.augment = false
datasets.0.fine_tuning.optimizer = "sgd"
datasets.0.fine_tuning.clip = none
datasets.0.fine_tuning.milestones = [35, 60]
attacks.size = 2
attacks.0.kind = "score"
attacks.0.share = 0.5
attacks.1.kind = "none"
attacks.1.share = 0
)");
}

TEST(ConfigSlice, ReadsBackExactly) {
  for (const SmallStudy& study : {SmallStudy(), test::awkward_study()}) {
    const ConfigSlice slice = make_slice(study);
    EXPECT_EQ(read_slice<SmallStudy>(slice), study);
    EXPECT_EQ(make_slice(read_slice<SmallStudy>(slice)), slice);
  }
}

TEST(ConfigSlice, RefusesMissingUnknownAndRepeatedLines) {
  EXPECT_THAT(fault_after("train.epochs = 7\n", ""), HasSubstr("lack train.epochs"));
  EXPECT_THAT(fault_after("train.epochs = 7\n", "train.epochs = 7\ntrain.pace = 7\n"),
              HasSubstr("hold the unknown \"train.pace\""));
  EXPECT_THAT(fault_after("train.epochs = 7\n", "train.epochs = 7\ntrain.epochs = 7\n"),
              HasSubstr("hold train.epochs twice"));
  EXPECT_THAT(fault_after("train.epochs = 7\n", "train.epochs: 7\n"), HasSubstr("hold the line \"train.epochs: 7\""));
}

TEST(ConfigSlice, RefusesMalformedValues) {
  const std::vector<std::pair<std::string, std::string>> changes{
      {"epochs = 7", "epochs = 7x"},
      {"augment = true", "augment = 1"},
      {"optimizer = \"adam\"", "optimizer = adam"},
      {"optimizer = \"adam\"", "optimizer = \"lion\""},
      {"milestones = []", "milestones = ["},
      {"milestones = []", "milestones = [1, ]"},
      {"milestones = []", "milestones = [1,2]"},
      {"[\"fcn\"]", "[\"fcn\", 5]"},
      {"axes.size = 2", "axes.size = 99999999999"},
      {"axes.size = 2", "axes.size = -1"},
  };
  for (const auto& [what, with] : changes) EXPECT_THAT(fault_after(what, with), HasSubstr("not understood")) << with;
}

TEST(ConfigSlice, FailsRatherThanBlamingTheUser) {
  try {
    read_slice<SmallStudy>(ConfigSlice("study = 5\n"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFailure);
  }
}

TEST(ConfigSlice, ComparesLineByLine) {
  const std::vector<SliceDifference> differences =
      compare(ConfigSlice("a = 1\nb = \"x = y\"\nc = 3\n"), ConfigSlice("a = 1\nb = 2\nd = 4\n"));
  ASSERT_EQ(differences.size(), 3U);
  const auto text = [&](std::size_t i) {
    return differences[i].key + "|" + differences[i].before + "|" + differences[i].after;
  };
  EXPECT_EQ(text(0), "b|\"x = y\"|2");
  EXPECT_EQ(text(1), "c|3|");
  EXPECT_EQ(text(2), "d||4");
  EXPECT_TRUE(compare(make_slice(SmallStudy()), make_slice(SmallStudy())).empty());
}

}  // namespace
}  // namespace exitaudit
