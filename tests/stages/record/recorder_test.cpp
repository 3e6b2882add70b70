#include "stages/record/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "stages/networks/initialize.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::record {
namespace {

class RecorderTest : public testing::Test {
 protected:
  RecorderTest() : dataset_(test::tiny_rows(30, 16, 4)), samples_(dataset_, torch::kCPU) {
    network_ = networks::make_network({.family = networks::Family::kFcn18_1, .exits = 3, .width = 0.05},
                                      {dataset_.shape, dataset_.classes, {}, {}});
    networks::initialize(*network_, {"tiny", "target", 1});
    recorded_.index.resize(30);
    std::iota(recorded_.index.rbegin(), recorded_.index.rend(), 0);
    recorded_.member.assign(30, 0);
    const torch::NoGradGuard no_gradient;
    network_->named_parameters()["heads.0.linear1.weight"].mul_(20);  // so that exits differ in confidence
    network_->named_parameters()["heads.1.linear1.weight"].mul_(40);
  }
  schema::Observations record_with(double tau, std::int64_t batch) {
    return record(*network_, samples_, recorded_, tau, batch);
  }
  /// A tau at which some samples leave early and some late.
  double middle_tau() {
    std::vector<float> first;
    const schema::Observations all = record_with(1.1, 30);
    for (std::size_t i = 0; i < 30; ++i) first.push_back(all.confidence[3 * i]);
    std::nth_element(first.begin(), first.begin() + 15, first.end());
    return first[15];
  }
  schema::Dataset dataset_;
  SampleBank samples_;
  std::shared_ptr<networks::MultiExitNetwork> network_;
  schema::ChosenSamples recorded_;
};

TEST_F(RecorderTest, RecordsWhatBatchOneInferenceShows) {
  const double tau = middle_tau();
  const schema::Observations found = record_with(tau, 1);
  const torch::NoGradGuard no_gradient;
  std::set<std::int32_t> exits;
  for (std::size_t i = 0; i < 30; ++i) {
    const torch::Tensor x = samples_.inputs(torch::tensor({found.index[i]}, torch::kLong));
    const networks::EarlyAnswer answer = network_->forward_until_confident(x, tau);
    EXPECT_EQ(found.exit_taken[i], answer.exit);
    const torch::Tensor logits =
        torch::tensor(std::vector<float>(found.logits.begin() + 4 * i, found.logits.begin() + 4 * (i + 1)));
    EXPECT_TRUE(torch::equal(logits, answer.logits[0]));
    const auto at = 3 * i + static_cast<std::size_t>(answer.exit);
    EXPECT_EQ(found.prediction[at], answer.logits.argmax(1).item<std::int64_t>());
    EXPECT_NEAR(found.confidence[at], answer.logits.softmax(1).max().item<double>(), 1e-6);
    const torch::Tensor label = torch::tensor({static_cast<std::int64_t>(found.label[i])});
    EXPECT_NEAR(found.loss[at], torch::nn::functional::cross_entropy(answer.logits, label).item<double>(), 1e-5);
    exits.insert(found.exit_taken[i]);
  }
  EXPECT_GT(exits.size(), 1U);
}

TEST_F(RecorderTest, KeepsTheLastLayersInputOfTheExitTaken) {
  const schema::Observations found = record_with(0, 7);
  const auto weights = network_->named_parameters();
  const torch::Tensor feature = torch::tensor(found.feature).view({30, found.features});
  const torch::Tensor logits =
      torch::linear(feature, weights["heads.0.linear1.weight"], weights["heads.0.linear1.bias"]);
  EXPECT_TRUE(torch::allclose(logits, torch::tensor(found.logits).view({30, 4}), 1e-4, 1e-5));
}

TEST_F(RecorderTest, KeepsTheOrderWhateverTheBatch) {
  const schema::Observations one = record_with(0.4, 7);
  const schema::Observations two = record_with(0.4, 30);
  EXPECT_EQ(one.index, recorded_.index);
  EXPECT_EQ(one.label, two.label);
  EXPECT_EQ(one.label[0], dataset_.labels[29]);
  for (std::size_t i = 0; i < one.loss.size(); ++i) EXPECT_NEAR(one.loss[i], two.loss[i], 1e-4);
  EXPECT_NO_THROW(schema::check(one));
}

TEST_F(RecorderTest, PutsTheNetworkIntoEvaluationMode) {
  network_->train();
  const schema::Observations once = record_with(0.4, 30);
  EXPECT_FALSE(network_->is_training());
  EXPECT_EQ(once.logits, record_with(0.4, 30).logits);
  EXPECT_EQ(once.checked_twice, 30);
  EXPECT_EQ(record_with(0.4, 7).checked_twice, 7);  // the first batch
}

}  // namespace
}  // namespace exitaudit::record
