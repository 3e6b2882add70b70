#include "stages/predict_exits/exit_predictor.h"

#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/base/hash.h"
#include "pipeline/base/random.h"
#include "stages/predict_exits/predict_exits_options.h"
#include "stages/predict_exits/predict_exits_stage.h"
#include "stages/schema/stolen_exits.h"
#include "tests/support/fake_observations.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::predict_exits {
namespace {

// The thief's input has room for scores and for nothing else.
template <class View>
concept HoldsTruth = requires(View v) {
  v.exit;
}
|| requires(View v) {
  v.exit_taken;
}
|| requires(View v) {
  v.label;
}
|| requires(View v) {
  v.member;
}
|| requires(View v) {
  v.prediction;
}
|| requires(View v) {
  v.confidence;
}
|| requires(View v) {
  v.loss;
}
|| requires(View v) {
  v.feature;
};
static_assert(!HoldsTruth<AnswerView>);

constexpr ClassifierRecipe kShort{.epochs = 15, .batch_size = 16, .learning_rate = 0.05};

std::vector<std::int32_t> predict(const schema::Observations& shadow, const schema::Observations& target) {
  at::set_num_threads(1);
  return predict_exits({see_answers(shadow), shadow.exits, shadow.exit_taken}, see_answers(target), kShort, {"test"});
}

/// A model that leaves at exit 0 when it is confident, at the last one when it is not.
schema::Observations confident_first(std::int64_t seed) {
  schema::Observations o = test::fake_observations({.seed = seed, .members = 300, .non_members = 300, .exits = 3});
  const AnswerView view = see_answers(o);
  for (std::size_t i = 0; i < o.exit_taken.size(); ++i) {
    const float largest = view.scores[3 * i];
    o.exit_taken[i] = largest > 0.8F ? 0 : largest > 0.5F ? 1 : 2;
  }
  return o;
}

double share_right(const std::vector<std::int32_t>& found, const std::vector<std::int32_t>& truth) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) right += found[i] == truth[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(truth.size());
}

TEST(PredictExits, FindsExitsThatTheScoresShow) {
  const auto shadow = confident_first(1);
  const auto target = confident_first(2);
  const auto found = predict(shadow, target);
  EXPECT_GT(share_right(found, target.exit_taken), 0.85);
}

// Exits that are drawn whatever the scores leave the thief no better than the commonest one.
TEST(PredictExits, FindsNothingWhereTheScoresShowNothing) {
  const auto shadow = test::fake_observations({.seed = 1, .exits = 3});
  const auto target = test::fake_observations({.seed = 2, .exits = 3});
  const auto found = predict(shadow, target);
  EXPECT_NEAR(share_right(found, target.exit_taken), 1.0 / 3, 0.06);
}

TEST(ExitNetwork, HasTheLayersOfTheSpecification) {
  std::int64_t count = 0;
  for (const auto& p : ExitNetwork(6)->parameters()) count += p.numel();
  EXPECT_EQ(count, 3 * 64 + 64 + 64 * 32 + 32 + 32 * 6 + 6);
}

/// The stage as a worker runs it.
class PredictExitsStage : public testing::Test {
 protected:
  void write(const std::string& role, const schema::Observations& observations) const {
    std::filesystem::remove(file(role));
    ArtifactWriter out(file(role), {.noun = "observations",
                                    .job = "record/" + role,
                                    .fingerprint = sha256_hex(role),
                                    .stage = "test",
                                    .config = "",
                                    .inputs = {},
                                    .environment = {}});
    schema::write(out, observations);
    out.commit();
  }

  JobResult predict(const std::string& output) const {
    JobOrder order;
    order.job = "predict_exits/fake";
    order.stage = "predict_exits";
    order.noun = "stolen_exits";
    order.fingerprint = sha256_hex("stolen");
    PredictExitsJob settings;
    settings.dataset = "fake";
    settings.exits = 3;
    settings.training = kShort;
    order.config = make_slice(settings).text();
    for (const std::string role : {"shadow", "target"}) {
      order.inputs.push_back({role, "record/" + role, file(role), sha256_hex(role)});
    }
    order.output = file(output);
    return run_stage(order, predict_exits_stage);
  }

  schema::StolenExits read(const std::string& output) const {
    return schema::read_stolen_exits(ArtifactReader::open(file(output), "stolen_exits"));
  }
  std::string file(const std::string& name) const { return (folder_ / (name + ".h5")).string(); }

 private:
  test::TempDir folder_;
};

TEST_F(PredictExitsStage, LeavesBelievedExitsAndTheirAccuracy) {
  const auto target = confident_first(2);
  write("shadow", confident_first(1));
  write("target", target);
  const JobResult result = predict("stolen");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const schema::StolenExits found = read("stolen");
  EXPECT_EQ(found.index, target.index);
  EXPECT_EQ(found.estimated_exits, 3);
  EXPECT_DOUBLE_EQ(found.measurements[0].value, share_right(found.exit, target.exit_taken));
}

TEST_F(PredictExitsStage, BelievesTheSameWhateverTheTruthOfTheTarget) {
  auto target = confident_first(2);
  write("shadow", confident_first(1));
  write("target", target);
  ASSERT_EQ(predict("before").outcome, Outcome::kDone);
  const auto order = stream("permute", "truth").permutation(target.count());
  const schema::Observations truth = target;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto from = static_cast<std::size_t>(order[i]);
    target.exit_taken[i] = truth.exit_taken[from];
    target.label[i] = truth.label[from];
    target.member[i] = truth.member[from];
  }
  ASSERT_NE(target.exit_taken, truth.exit_taken);
  write("target", target);
  ASSERT_EQ(predict("after").outcome, Outcome::kDone);
  EXPECT_EQ(read("before").exit, read("after").exit);
  EXPECT_GT(read("before").measurements[0].value, read("after").measurements[0].value);
}

TEST_F(PredictExitsStage, NamesBothModelsAndTheirExitsWhereTheyDiffer) {
  write("shadow", test::fake_observations({.exits = 2}));
  write("target", test::fake_observations({.exits = 3}));
  const JobResult result = predict("stolen");
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, testing::HasSubstr("shadow record/shadow has 2 exits, target record/target has 3"));
}

}  // namespace
}  // namespace exitaudit::predict_exits
