#include "pipeline/config/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/pipeline/config/small_study.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using test::message_of;
using test::SmallStudy;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> fill(SmallStudy& study, const YamlDocument& document) {
  return document.read([&](Fields& f) { describe(f, study); });
}

/// Faultless text into a study.
SmallStudy read(const std::string& text, SmallStudy study = {}) {
  EXPECT_THAT(fill(study, YamlDocument::from_text(text, "x.yaml")), ElementsAre());
  return study;
}

SmallStudy with_overrides(SmallStudy study, const std::vector<std::string>& overrides) {
  EXPECT_THAT(fill(study, YamlDocument::from_overrides(overrides)), ElementsAre());
  return study;
}

std::vector<std::string> override_faults(const std::vector<std::string>& overrides, SmallStudy study = {}) {
  return fill(study, YamlDocument::from_overrides(overrides));
}

SmallStudy two_attacks() {
  SmallStudy study;
  study.attacks = {{.kind = test::Kind::kScore, .share = 0.25}, {.kind = test::Kind::kScore, .share = 0.75}};
  return study;
}

TEST(YamlReader, FillsEveryKindOfField) {
  const SmallStudy study = read(R"(
study: small
characterize: true
train:
  epochs: 5
  learning_rate: 1e-3
  augment: true
  optimizer: adam
  clip: 2.5
  milestones: [1, 2]
axes:
  - {dataset: [a, "b c"], network: [fcn, vgg16], sigma_ms: [0, 0.5]}
  - dataset: [d]
datasets:
  mine: {classes: 3}
  yours-2.0: {fine_tuning: {epochs: 9}}
attacks:
  - kind: none
)");
  EXPECT_EQ(study.study, "small");
  EXPECT_TRUE(study.characterize);
  EXPECT_EQ(study.train.epochs, 5);
  EXPECT_EQ(study.train.learning_rate, 0.001);
  EXPECT_EQ(study.train.optimizer, test::Optimizer::kAdam);
  EXPECT_EQ(study.train.clip, 2.5);
  EXPECT_THAT(study.train.milestones, ElementsAre(1, 2));
  ASSERT_EQ(study.axes.size(), 2U);
  EXPECT_THAT(study.axes[0].dataset, ElementsAre("a", "b c"));
  EXPECT_THAT(study.axes[0].network, ElementsAre(test::Network::kFcn, test::Network::kVgg16));
  EXPECT_THAT(study.axes[0].sigma_ms, ElementsAre(0, 0.5));
  ASSERT_EQ(study.datasets.size(), 2U);
  EXPECT_EQ(study.datasets[0].name, "mine");
  EXPECT_EQ(study.datasets[0].classes, 3);
  EXPECT_EQ(study.datasets[1].name, "yours-2.0");
  EXPECT_EQ(study.datasets[1].fine_tuning.epochs, 9);
  ASSERT_EQ(study.attacks.size(), 1U);
  EXPECT_EQ(study.attacks[0].kind, test::Kind::kNone);
}

TEST(YamlReader, LeavesWhatIsNotWritten) {
  SmallStudy before = test::awkward_study();
  SmallStudy expected = before;
  expected.train.epochs = 5;
  EXPECT_EQ(read("train: {epochs: 5}", before), expected);
  EXPECT_EQ(read("", before), before);
  EXPECT_EQ(read("# nothing\n---\n", before), before);
  EXPECT_EQ(read("train:\ndatasets:\naxes:\n", before), before);
}

TEST(YamlReader, ReplacesListsWhole) {
  const SmallStudy study = read("attacks: [{kind: none}]\ntrain: {milestones: []}", two_attacks());
  ASSERT_EQ(study.attacks.size(), 1U);
  EXPECT_EQ(study.attacks[0].share, test::Attack().share);
  EXPECT_TRUE(study.train.milestones.empty());
}

TEST(YamlReader, TakesOneBlockForAListOfOne) {
  const SmallStudy study = read("axes: {dataset: [a]}", test::awkward_study());
  ASSERT_EQ(study.axes.size(), 1U);
  EXPECT_THAT(study.axes[0].dataset, ElementsAre("a"));
  EXPECT_TRUE(study.axes[0].sigma_ms.empty());
}

TEST(YamlReader, EmptiesAnOptionalNumber) {
  SmallStudy study;
  study.train.clip = 1;
  EXPECT_EQ(read("train: {clip: null}", study).train.clip, std::nullopt);
  EXPECT_EQ(read("train:\n  clip:\n  epochs: 5", study).train.clip, std::nullopt);
}

TEST(YamlReader, KeepsValuesThatAreFaulty) {
  SmallStudy study;
  fill(study, YamlDocument::from_text("train: {milestones: [1, x], epochs: 0, optimizer: no, clip: -1}", "x.yaml"));
  EXPECT_EQ(study, SmallStudy());
}

TEST(YamlReader, TakesPlainNumbersAndWordsAsTexts) {
  EXPECT_EQ(read("study: 2024").study, "2024");
  EXPECT_EQ(read("study: \"null\"").study, "null");
  EXPECT_EQ(read("study: |\n  two\n  lines\n").study, "two\nlines\n");
}

TEST(YamlReader, AcceptsWindowsLinesByteOrderMarksAndDocumentMarks) {
  EXPECT_EQ(read("\xef\xbb\xbfstudy: a\r\ncharacterize: true\r\n").study, "a");
  EXPECT_EQ(read("---\nstudy: a\n...\n").study, "a");
}

TEST(YamlReader, ReadsNumbersExactly) {
  EXPECT_EQ(read("train: {learning_rate: 0.30000000000000004}").train.learning_rate, 0.1 + 0.2);
  EXPECT_EQ(read("axes: {sigma_ms: [5e-324, 1E22, 7]}").axes[0].sigma_ms, (std::vector<double>{5e-324, 1e22, 7}));
}

TEST(YamlReader, RefusesNumbersThatReadersDisagreeAbout) {
  for (const char* number : {"01", "+1", "1_0", "0x1", "1:30", ".nan", "inf", "1e999", "1,5", "0b1", "- 1", "''"}) {
    SmallStudy study;
    const std::string text = std::string("train: {momentum: ") + number + "}";
    std::vector<std::string> faults;
    const std::string thrown = message_of([&] { faults = fill(study, YamlDocument::from_text(text, "x.yaml")); });
    EXPECT_TRUE(!faults.empty() || !thrown.empty()) << number;
  }
}

TEST(YamlReader, TellsTheOriginOfAPath) {
  const YamlDocument document = YamlDocument::from_text(
      "# a comment\ntrain:\n  epochs: 5\naxes:\n  - {dataset: [a, b]}\ndatasets:\n  v1.5: {classes: 3}\n", "x.yaml");
  EXPECT_EQ(document.origin("train.epochs"), "x.yaml:3:11");
  EXPECT_EQ(document.origin("axes.0.dataset.1"), "x.yaml:5:19");
  EXPECT_EQ(document.origin("axes.0.network"), "x.yaml:5:5");
  EXPECT_EQ(document.origin("datasets.v1.5.classes"), "x.yaml:7:19");
  EXPECT_EQ(document.origin("attacks.0"), "x.yaml:2:1");
  EXPECT_EQ(document.origin("trainer"), "x.yaml:2:1");
  EXPECT_EQ(YamlDocument::from_text("", "x.yaml").origin("study"), "x.yaml:1:1");
}

TEST(YamlReader, TellsTheScalarAtATopLevelKey) {
  const YamlDocument document = YamlDocument::from_text("profile: text\ntrain: {epochs: 5}\n", "x.yaml");
  EXPECT_EQ(document.scalar("profile"), "text");
  EXPECT_EQ(document.scalar("train"), "");
  EXPECT_EQ(document.scalar("study"), "");
  EXPECT_EQ(YamlDocument::from_overrides({"profile=a", "profile=b"}).scalar("profile"), "b");
  EXPECT_EQ(YamlDocument::from_overrides({}).scalar("profile"), "");
}

TEST(Overrides, SetScalarsListsAndBlocks) {
  const SmallStudy study = with_overrides(
      {}, {"train.epochs=5", "train.milestones=[1, 2]", "study=a=b", "attacks=[{kind: none}]", "train={momentum: 0}"});
  EXPECT_EQ(study.train.epochs, 5);
  EXPECT_EQ(study.train.momentum, 0);
  EXPECT_THAT(study.train.milestones, ElementsAre(1, 2));
  EXPECT_EQ(study.study, "a=b");
  EXPECT_EQ(study.attacks.size(), 1U);
}

TEST(Overrides, WinInTheirOrder) {
  EXPECT_EQ(with_overrides({}, {"train.epochs=5", "train={epochs: 6}", "train.epochs=7"}).train.epochs, 7);
  const SmallStudy study = with_overrides({}, {"attacks=[{share: 0.1}, {share: 0.2}]", "attacks.1.share=0.3"});
  EXPECT_EQ(study.attacks[0].share, 0.1);
  EXPECT_EQ(study.attacks[1].share, 0.3);
}

TEST(Overrides, ChangeOneElementOfAList) {
  const SmallStudy study = with_overrides(two_attacks(), {"attacks.1.kind=gradient", "attacks.0={share: 1}"});
  ASSERT_EQ(study.attacks.size(), 2U);
  EXPECT_EQ(study.attacks[0], (test::Attack{.kind = test::Kind::kScore, .share = 1}));
  EXPECT_EQ(study.attacks[1], (test::Attack{.kind = test::Kind::kGradient, .share = 0.75}));
}

TEST(Overrides, ChangeOneNamedBlock) {
  SmallStudy study;
  study.datasets = {{.name = "a", .classes = 3, .fine_tuning = {}}, {.name = "b", .classes = 4, .fine_tuning = {}}};
  SmallStudy expected = study;
  expected.datasets[1].fine_tuning.epochs = 9;
  EXPECT_EQ(with_overrides(study, {"datasets.b.fine_tuning.epochs=9"}), expected);
  EXPECT_THAT(override_faults({"datasets.c.classes=9"}, study),
              ElementsAre("--set datasets.c.classes=9: datasets: there is no \"c\""));
}

TEST(Overrides, ChangeTheOneBlockOfAList) {
  SmallStudy study;
  study.axes.resize(1);
  study.axes[0].dataset = {"a"};
  const SmallStudy changed = with_overrides(study, {"axes.sigma_ms=[1]"});
  EXPECT_THAT(changed.axes[0].dataset, ElementsAre("a"));
  EXPECT_THAT(changed.axes[0].sigma_ms, ElementsAre(1));
  EXPECT_EQ(with_overrides({}, {"axes.sigma_ms=[1]"}).axes.size(), 1U);
  study.axes.resize(2);
  EXPECT_THAT(override_faults({"axes.sigma_ms=[1]"}, study),
              ElementsAre(HasSubstr("axes: is a list; name one element by its place, as axes.0.sigma_ms")));
}

TEST(Overrides, ReportFaultsWithTheirOwnText) {
  EXPECT_THAT(
      override_faults({"train.epochs=many", "train.epoch=5", "characterize=", "attacks.2.kind=none"}, two_attacks()),
      ElementsAre("--set train.epochs=many: train.epochs: expected an integer from 1 to 100000, got \"many\"",
                  "--set train.epoch=5: unknown key \"epoch\" in train; did you mean \"epochs\"?",
                  "--set characterize=: characterize: expected a boolean, got nothing; write true or false",
                  "--set attacks.2.kind=none: attacks: there is no element 2; the list ends at attacks.1"));
  EXPECT_THAT(override_faults({"attacks.0.kind=none", "train.milestones.0=5", "attacks.first.kind=none"}),
              ElementsAre(HasSubstr("there is no element 0; the list is empty"),
                          HasSubstr("such a list is set as a whole"), HasSubstr("name one element by its place")));
}

TEST(Overrides, AreAllRefusedAtOnceWhereTheyAreMalformed) {
  const std::string message = message_of([] {
    YamlDocument::from_overrides({"train.epochs", "=5", "train..epochs=5", "a=[1", "a={b: 1, b: 2}", "a=*x", "a=\x01"});
  });
  EXPECT_THAT(message, HasSubstr("--set train.epochs: expected a setting and its value, as train.epochs=5\n"));
  EXPECT_THAT(message, HasSubstr("--set =5: expected a setting"));
  EXPECT_THAT(message, HasSubstr("--set train..epochs=5: expected a setting"));
  EXPECT_THAT(message, HasSubstr("--set a=[1: "));
  EXPECT_THAT(message, HasSubstr("--set a=*x: "));
  EXPECT_THAT(message, HasSubstr("the byte 0x01 is not text"));
  std::string deep = "a";
  for (int i = 0; i < 100000; ++i) deep += ".a";
  EXPECT_THAT(message_of([&] { YamlDocument::from_overrides({deep + "=1"}); }), HasSubstr("nested deeper"));
}

TEST(Overrides, TellTheirOrigin) {
  const YamlDocument document = YamlDocument::from_overrides({"train.epochs=5", "study=a", "train.epochs=6"});
  EXPECT_EQ(document.origin("train.epochs"), "--set train.epochs=6");
  EXPECT_EQ(document.origin("study"), "--set study=a");
}

TEST(YamlPrinter, WritesWhatTheReaderReads) {
  for (const SmallStudy& study : {SmallStudy(), test::awkward_study(), two_attacks()}) {
    SmallStudy written = study;
    const std::string yaml = write_yaml([&](Fields& f) { describe(f, written); });
    EXPECT_EQ(read(yaml), study) << yaml;
  }
}

TEST(YamlPrinter, WritesBlockStyle) {
  SmallStudy study = two_attacks();
  study.study = "demo";
  study.attacks.pop_back();
  study.axes = {{.dataset = {"a", "b c"}, .network = {test::Network::kFcn}, .sigma_ms = {}}};
  EXPECT_EQ(write_yaml([&](Fields& f) { describe(f, study); }), R"(study: demo
characterize: false
train:
  epochs: 100
  learning_rate: 0.1
  momentum: 0.9
  augment: false
  optimizer: sgd
  clip: null
  milestones: [35, 60]
axes:
  - dataset: [a, "b c"]
    network: [fcn]
    sigma_ms: []
datasets: {}
attacks:
  - kind: score
    share: 0.25
)");
}

}  // namespace
}  // namespace exitaudit
