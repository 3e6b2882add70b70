#include "report/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "pipeline/base/error.h"
#include "report/items/item.h"
#include "tests/report/study_maker.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::report {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::vector<PublishedNumber>& shipped() {
  static const std::vector<PublishedNumber> numbers = read_published(EXITAUDIT_SOURCE_DIR "/data/published.yaml");
  return numbers;
}

const PublishedNumber& number_of(const std::string& item, const std::string& dataset, const std::string& network,
                                 std::int64_t exits, const std::string& metric = "attack_success") {
  const auto found = std::ranges::find_if(shipped(), [&](const PublishedNumber& n) {
    return n.item == item && n.dataset == dataset && n.network == network && n.exits == exits && n.metric == metric;
  });
  if (found == shipped().end()) throw BadInput("no such number");
  return *found;
}

TEST(Published, HoldsWhatThePaperStates) {
  EXPECT_EQ(shipped().size(), 4U + 4U + 4U + 2U + 24U);
  EXPECT_EQ(number_of("figure-2", "cifar10", "vgg16", 1, "ops_official").value, 6.283e8);
  EXPECT_EQ(number_of("figure-4", "cifar100", "vgg16", 0).value, .5914);
  EXPECT_EQ(number_of("introduction", "cifar10", "resnet56", 1).value, .7122);
  const PublishedNumber& loaded = number_of("table-2", "cifar10", "mobilenet", 0, "exit_accuracy");
  EXPECT_EQ(loaded.value, .7062);
  EXPECT_EQ(loaded.deviation, .4015);
  EXPECT_EQ(loaded.claim.direction, Direction::kBelow);
  EXPECT_THAT(number_of("figure-4", "locations", "fcn18_1", 0).remark, HasSubstr("X17"));
}

TEST(Published, NamesOnlyItemsOfTheReportAndSharesFromZeroToOne) {
  for (const PublishedNumber& number : shipped()) {
    if (number.item != "introduction") {
      EXPECT_NO_THROW(find_item(number.item)) << number.item;
    }
    if (!number.metric.starts_with("ops_")) {
      EXPECT_TRUE(0 < number.value && number.value <= 1) << number.value;
    }
  }
}

TEST(Published, IsReadStrictly) {
  test::TempDir folder;
  std::ofstream(folder / "x.yaml") << "numbers:\n  - {item: figure-2, valeu: 0.5}\n  - {item: x, exits: 9}\n";
  const std::string message = test::message_of([&] { read_published(folder / "x.yaml"); });
  EXPECT_THAT(message, HasSubstr("x.yaml:2:"));
  EXPECT_THAT(message, HasSubstr("did you mean \"value\""));
  EXPECT_THAT(message, HasSubstr("x.yaml:3:"));
}

const PublishedComparison& row_of(const std::vector<PublishedComparison>& rows, const std::string& metric,
                                  std::int64_t exits) {
  return *std::ranges::find_if(
      rows, [&](const auto& row) { return row.theirs.metric == metric && row.theirs.exits == exits; });
}

TEST(CompareWithPublished, SetsOursBesideTheirsForTheStudysSubjectsAlone) {
  const auto rows = compare_with_published(StudyView(agreeing_study().done()), shipped());
  // Of VGG-16 on CIFAR-10 the paper states four numbers, and two accuracies of stolen exits.
  EXPECT_THAT(rows, SizeIs(6));
  const PublishedComparison& vanilla = row_of(rows, "test_accuracy", 1);
  EXPECT_DOUBLE_EQ(vanilla.ours.y, .80);
  EXPECT_NEAR(vanilla.difference, -.0004, 1e-12);
  EXPECT_EQ(vanilla.in_interval, true);  // .8004 in .799 .. .801
  EXPECT_FALSE(vanilla.claim.has_value());
  const PublishedComparison& multi = row_of(rows, "test_accuracy", 0);
  EXPECT_FALSE(multi.in_interval.has_value());  // a mean over other models than the paper's five
  EXPECT_EQ(multi.claim, Decision::kHolds);
  EXPECT_EQ(row_of(rows, "ops_official", 0).claim, Decision::kHolds);
  EXPECT_FALSE(rows.back().ours.known());
}

TEST(CompareWithPublished, SaysWhereAClaimDoesNotHoldOrCannotBeTold) {
  StudyMaker study("cifar100", "vgg16");
  study.attack(1, "score", "none", .60, .01).model(1, "tau", 1, -1);
  study.attack(2, "score", "none", .70, .01).attack(4, "score", "none", .71, .01);
  auto rows = compare_with_published(StudyView(study.done()), shipped());
  EXPECT_EQ(row_of(rows, "attack_success", 0).claim, Decision::kDoesNotHold);
  StudyMaker wide("cifar100", "vgg16");
  wide.attack(1, "score", "none", .60, .15).attack(2, "score", "none", .58, .15).model(1, "tau", 1, -1);
  rows = compare_with_published(StudyView(wide.done()), shipped());
  const PublishedComparison& alone = row_of(rows, "attack_success", 0);
  EXPECT_EQ(alone.claim, Decision::kUndecided);
  EXPECT_EQ(alone.ours.exits, 2);
}

TEST(CompareWithPublished, ComparesNothingWithAnAttackThatThePaperDoesNotName) {
  StudyMaker study("cifar100", "wide_resnet32");
  study.model(1, "tau", 1, -1).attack(2, "score", "known", .7);
  for (const PublishedComparison& row : compare_with_published(StudyView(study.done()), shipped())) {
    if (row.theirs.metric == "attack_success") {
      EXPECT_FALSE(row.ours.known() || row.claim.has_value());
    }
  }
}

TEST(PublishedTable, ShowsTheirsOursAndTheClaim) {
  StudyResults results = agreeing_study().done();
  results.notes = {"Networks have 0.25 times the paper's width."};
  const TextTable table = published_table(results, compare_with_published(StudyView(results), shipped()));
  ASSERT_THAT(table.rows, SizeIs(6));
  using Row = std::vector<std::string>;
  EXPECT_EQ(table.rows[0], (Row{"figure-2", "cifar10", "vgg16", "1", "accuracy %", "80.04", "80.00 [79.90, 80.10]",
                                "-0.04", "yes", "", ""}));
  EXPECT_EQ(table.rows[3][9], "below vanilla");
  EXPECT_EQ(table.rows[3][10], "holds");
  EXPECT_EQ(table.rows[4][5], "99.98 ± 0.02");
  EXPECT_EQ(table.rows[4][6], "-");
  EXPECT_THAT(table.notes, Contains("Our setting: Networks have 0.25 times the paper's width."));
  EXPECT_TRUE(published_table({}, compare_with_published(StudyView(StudyResults{}), shipped())).rows.empty());
}

}  // namespace
}  // namespace exitaudit::report
