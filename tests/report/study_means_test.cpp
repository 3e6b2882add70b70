// Means over seeds and over numbers of exits, as items ask for them.
#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "report/items/study_view.h"
#include "tests/report/study_maker.h"

namespace exitaudit::report {
namespace {

const Pair kPair{"shirts", "vgg16"};
constexpr double kStudent1 = 12.706204736174707;  // 97.5 % of Student's t with one degree of freedom: tan(0.475 pi)

/// One number of the models with 1 and 3 exits, of two seeds, each measured within ± .01.
StudyResults two_seeds(const std::string& metric, double first, double second) {
  StudyMaker study("shirts", "vgg16");
  std::int64_t seed = 0;
  for (const double value : {first, second}) {
    ++seed;
    for (const std::int64_t exits : {1, 3}) {
      study.add({"shirts",
                 "vgg16",
                 exits,
                 seed,
                 "target",
                 "",
                 "",
                 "",
                 "job",
                 {"all", metric, value, value - .01, value + .01, 400}});
    }
  }
  return study.done();
}

TEST(StudyMeans, OverSeedsAreWithinStudentsInterval) {
  const StudyResults results = two_seeds("mean_loss_members", 2, 2.1);
  const Value mean = StudyView(results).model(kPair, 1, {"mean_loss_members"});
  EXPECT_DOUBLE_EQ(mean.y, 2.05);
  EXPECT_NEAR(mean.low, 2.05 - kStudent1 * .05, 1e-9);  // .05: the sample deviation of two is .1/√2, of their mean .1/2
  EXPECT_NEAR(mean.high, 2.05 + kStudent1 * .05, 1e-9);
  EXPECT_FALSE(mean.is_mean()) << "it is of one number of exits";
}

TEST(StudyMeans, OverSeedsLeaveOpenWhatMeasuringEachLeavesOpen) {
  const StudyResults results = two_seeds("test_accuracy", .8, .8);
  const Value mean = StudyView(results).model(kPair, 1, {"test_accuracy"});
  EXPECT_NEAR(mean.low, .79, 1e-9);
  EXPECT_NEAR(mean.high, .81, 1e-9);
}

TEST(StudyMeans, StayWithinWhatCanBe) {
  for (const auto& [metric, low, high] : {std::tuple{"test_accuracy", 0., 1.},
                                          {"overfitting", -1., 1.},
                                          {"mean_loss_members", 0., .5 + kStudent1 * .2},
                                          {"js_divergence", .5 - kStudent1 * .2, .5 + kStudent1 * .2}}) {
    const StudyResults results = two_seeds(metric, .3, .7);
    const Value mean = StudyView(results).model(kPair, 1, {metric});
    EXPECT_NEAR(mean.low, low, 1e-9) << metric;
    EXPECT_NEAR(mean.high, high, 1e-9) << metric;
  }
}

TEST(StudyMeans, OfOneSeedAreItsOwnNumber) {
  StudyMaker study("shirts", "vgg16");
  study.model(1, "test_accuracy", .8, .03).model(3, "test_accuracy", .7, .02).model(4, "test_accuracy", .74, .02);
  const StudyResults results = study.done();
  const StudyView view(results);
  EXPECT_DOUBLE_EQ(view.model(kPair, 1, {"test_accuracy"}).low, .77);
  const Value mean = view.mean_model(kPair, "test_accuracy");
  EXPECT_DOUBLE_EQ(mean.y, .72) << "vanilla is not in it";
  EXPECT_NEAR(mean.deviation, .04 / std::sqrt(2), 1e-12);
  EXPECT_NEAR(mean.measured.low, .70, 1e-12);
  EXPECT_EQ(mean.over, (std::vector<std::int64_t>{3, 4}));
}

TEST(Value, IsWrittenWithAsManyDecimalsAsItsDeviation) {
  EXPECT_EQ(text(Value{.y = 1.134e6, .deviation = 4.34e4}, kGops), "0.00113 ± 0.00004 Gops");
  EXPECT_EQ(text(Value{.y = .04636, .low = .0401, .high = .1}, kMilliseconds), "0.0464 [0.0401, 0.1000] ms");
  EXPECT_EQ(text(Value{.y = 123.4, .low = 120, .high = 126.6}, kMilliseconds), "123 [120, 127] ms");
}

}  // namespace
}  // namespace exitaudit::report
