#include "stages/statistics/roc.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/base/random.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::statistics {
namespace {

struct Sample {
  std::vector<double> scores;
  std::vector<std::uint8_t> members;
};

/// Scores on a coarse grid, so that many are equal.
Sample draw(std::int64_t seed, std::size_t size, std::uint64_t levels) {
  RandomStream random = stream("roc test", seed);
  Sample sample;
  for (std::size_t i = 0; i < size; ++i) {
    sample.members.push_back(static_cast<std::uint8_t>(random.below(2)));
    sample.scores.push_back(static_cast<double>(random.below(levels) + sample.members.back()) / 7);
  }
  return sample;
}

double pairwise_auc(const Sample& sample) {
  double right = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < sample.scores.size(); ++i) {
    for (std::size_t j = 0; j < sample.scores.size(); ++j) {
      if (sample.members[i] == 0 || sample.members[j] != 0) continue;
      ++pairs;
      right += sample.scores[i] > sample.scores[j] ? 1 : sample.scores[i] == sample.scores[j] ? 0.5 : 0;
    }
  }
  return right / pairs;
}

/// The best true-positive count over every threshold that there is, one by one.
std::int64_t best_true_positives(const Sample& sample, double fpr) {
  std::vector<double> thresholds = sample.scores;
  thresholds.push_back(std::numeric_limits<double>::infinity());
  std::int64_t best = 0;
  for (const double threshold : thresholds) {
    std::int64_t hits = 0, alarms = 0, non_members = 0;
    for (std::size_t i = 0; i < sample.scores.size(); ++i) {
      non_members += sample.members[i] == 0 ? 1 : 0;
      if (sample.scores[i] >= threshold) ++(sample.members[i] != 0 ? hits : alarms);
    }
    if (static_cast<double>(alarms) <= fpr * static_cast<double>(non_members)) best = std::max(best, hits);
  }
  return best;
}

TEST(Roc, AucIsTheShareOfPairsInOrder) {
  for (std::int64_t seed = 0; seed < 20; ++seed) {
    for (const std::uint64_t levels : {1U, 3U, 1000U}) {
      const Sample sample = draw(seed, 60, levels);
      EXPECT_NEAR(auc(make_roc(sample.scores, sample.members)), pairwise_auc(sample), 1e-12);
    }
  }
}

TEST(Roc, TruePositivesAtAnFprAreTheBestOverAllThresholds) {
  for (std::int64_t seed = 0; seed < 20; ++seed) {
    for (const double fpr : {0.05, 0.1, 0.3, 1.0}) {
      const Sample sample = draw(seed, 80, 9);
      const auto step = step_at_fpr(make_roc(sample.scores, sample.members), fpr);
      ASSERT_TRUE(step.has_value());
      EXPECT_EQ(step->true_positives, best_true_positives(sample, fpr)) << "seed " << seed << ", fpr " << fpr;
    }
  }
}

TEST(Roc, EqualScoresAreOneStep) {
  const std::vector<double> scores{1, 1, 1, 0};
  const std::vector<std::uint8_t> members{1, 0, 1, 0};
  const Roc roc = make_roc(scores, members);
  ASSERT_EQ(roc.steps.size(), 3U);
  EXPECT_EQ(roc.steps[1].true_positives, 2);
  EXPECT_EQ(roc.steps[1].false_positives, 1);
}

TEST(Roc, CannotTellAnFprBelowOneNonMember) {
  std::vector<double> scores(101, 0.5);
  std::vector<std::uint8_t> members(101, 0);
  members[0] = 1;
  EXPECT_TRUE(step_at_fpr(make_roc(scores, members), 0.01).has_value());
  scores.pop_back();
  members.pop_back();
  EXPECT_FALSE(step_at_fpr(make_roc(scores, members), 0.01).has_value());
  EXPECT_FALSE(step_at_fpr(make_roc({}, {}), 0.01).has_value());
}

TEST(Roc, CountsOneInAThousandAsOne) {
  const std::vector<double> scores(1001, 0.5);
  std::vector<std::uint8_t> members(1001, 0);
  members[0] = 1;
  EXPECT_TRUE(step_at_fpr(make_roc(scores, members), 0.001).has_value());
}

TEST(Roc, HasNoAreaWithoutNonMembers) {
  const std::vector<double> scores{1, 2};
  const std::vector<std::uint8_t> members{1, 1};
  EXPECT_TRUE(std::isnan(auc(make_roc(scores, members))));
}

TEST(Roc, RefusesAScoreThatIsNotANumber) {
  const std::vector<double> scores{1, std::nan("")};
  const std::vector<std::uint8_t> members{1, 0};
  EXPECT_NE(test::message_of([&] { make_roc(scores, members); }).find("membership score 1 of 2"), std::string::npos);
}

}  // namespace
}  // namespace exitaudit::statistics
