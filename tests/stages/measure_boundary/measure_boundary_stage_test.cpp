// The stage as a worker runs it: a fresh network, its recording and what is measured of it, on disk.

#include "stages/measure_boundary/measure_boundary_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "pipeline/ranks/preemption.h"
#include "stages/common/tensor_io.h"
#include "stages/measure_boundary/measure_boundary_options.h"
#include "stages/networks/early_exit.h"
#include "stages/networks/initialize.h"
#include "stages/networks/network.h"
#include "stages/schema/distances.h"
#include "stages/schema/observations.h"
#include "stages/schema/thresholds.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::measure_boundary {
namespace {

constexpr std::int64_t kSamples = 80;

class MeasureBoundaryStage : public testing::TestWithParam<networks::Family> {
 protected:
  MeasureBoundaryStage() {
    job_.role = "target";
    job_.network = {.family = GetParam(), .exits = 3, .width = 0.05};
    job_.measure_boundary = {
        .iterations = 2, .initial_probes = 8, .samples_per_exit = 3, .rows_per_exit = 3, .flips = 20};
    const bool images = networks::takes_images(GetParam());
    dataset_ = images ? test::tiny_images(kSamples, 4) : test::tiny_rows(kSamples, 24, 4);
    auto network = networks::make_network(job_.network, {dataset_.shape, 4, dataset_.mean, dataset_.deviation});
    networks::initialize(*network, {"tiny", "target", 1});
    // Fresh heads answer all alike; louder weights make the answers differ.
    {
      const torch::NoGradGuard no_gradient;
      for (auto& parameter : network->named_parameters()) {
        if (parameter.key().ends_with("weight") && parameter.value().dim() == 2) parameter.value().mul_(20);
      }
    }
    network->eval();
    write("dataset", [&](ArtifactWriter& out) { schema::write(out, dataset_); });
    write("partition", [](ArtifactWriter& out) { schema::write(out, test::tiny_partition(kSamples)); });
    schema::Weights weights;
    weights.exits = 3;
    weights.arrays = module_arrays(*network);
    write("weights", [&](ArtifactWriter& out) { schema::write(out, weights); });
    observe(*network);
    write("observations", [&](ArtifactWriter& out) { schema::write(out, observations_); });
    write("thresholds", [&](ArtifactWriter& out) { schema::write(out, thresholds()); });
  }
  ~MeasureBoundaryStage() override { forget_stop(); }

  /// All samples, at the median of the first exit's confidences.
  void observe(networks::MultiExitNetwork& network) {
    const torch::NoGradGuard no_gradient;
    torch::Tensor x = torch::tensor(dataset_.samples, torch::kFloat);
    if (dataset_.images) x = x / 255;
    std::vector<std::int64_t> sizes = dataset_.shape;
    sizes.insert(sizes.begin(), -1);
    const torch::Tensor logits = torch::stack(network.forward_all(x.view(sizes)), 1);
    const torch::Tensor confidence = logits.softmax(2).amax(2).contiguous();
    observations_.exits = 3;
    observations_.classes = 4;
    observations_.tau = confidence.select(1, 0).median().item<double>() + 1e-4;
    for (std::int64_t i = 0; i < kSamples; ++i) {
      const auto exit = networks::exit_taken({confidence.const_data_ptr<float>() + 3 * i, 3}, observations_.tau);
      observations_.index.push_back(i);
      observations_.member.push_back(i % 2 == 0 ? 1 : 0);
      observations_.label.push_back(dataset_.labels[static_cast<std::size_t>(i)]);
      observations_.exit_taken.push_back(static_cast<std::int32_t>(exit));
      answers_.push_back(logits[i][exit].argmax().item<std::int32_t>());
    }
    observations_.prediction = to_vector<std::int32_t>(logits.argmax(2));
    observations_.confidence = to_vector<float>(confidence);
    observations_.loss.assign(3 * kSamples, 0);
    observations_.logits.assign(4 * kSamples, 0);
  }

  schema::Thresholds thresholds() const {
    schema::Thresholds found;
    const schema::ThresholdPoint point{
        .tau = observations_.tau, .accuracy = 0, .ops_official = 0, .ops_corrected = 0, .exit_counts = {0, 0, 0}};
    found.grid = {point};
    found.tau = observations_.tau;
    found.exit_ops_official = found.exit_ops_corrected = {1, 2, 3};
    found.on_test = found.on_train = point;
    found.test_accuracy_per_exit = found.train_accuracy_per_exit = {0, 0, 0};
    return found;
  }

  std::string file(const std::string& name) const { return (dir_.path() / (name + ".h5")).string(); }

  template <class Fill>
  void write(const std::string& noun, Fill fill) {
    ArtifactWriter out(file(noun), {.noun = noun,
                                    .job = noun,
                                    .fingerprint = sha256_hex(noun),
                                    .stage = "test",
                                    .config = "",
                                    .inputs = {},
                                    .environment = {}});
    fill(out);
    out.commit();
  }

  JobResult run(const std::string& output) const {
    JobOrder order;
    order.job = "measure_boundary/tiny";
    order.stage = "measure_boundary";
    order.noun = "distances";
    order.fingerprint = sha256_hex("measure_boundary");
    order.config = make_slice(job_).text();
    for (const std::string noun : {"weights", "thresholds", "dataset", "partition", "observations"}) {
      order.inputs.push_back({noun, noun, file(noun), sha256_hex(noun)});
    }
    order.output = file(output);
    return run_stage(order, measure_boundary_stage);
  }

  test::TempDir dir_;
  schema::Dataset dataset_;
  schema::Observations observations_;
  std::vector<std::int32_t> answers_;
  MeasureBoundaryJob job_;
};

INSTANTIATE_TEST_SUITE_P(Families, MeasureBoundaryStage,
                         testing::Values(networks::Family::kVgg16, networks::Family::kFcn18_1),
                         [](const auto& family) { return std::string(networks::name(family.param)); });

TEST_P(MeasureBoundaryStage, LeavesDistancesOfAsManyMembersAsOthersOfEachExit) {
  const JobResult result = run("distances");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const schema::Distances found = schema::read_distances(ArtifactReader::open(file("distances"), "distances"));
  EXPECT_EQ(found.method, dataset_.images ? "hop_skip_jump" : "bit_flips");
  EXPECT_EQ(found.dimension, dataset_.sample_size());
  EXPECT_EQ(found.exits, 3);
  ASSERT_GE(found.count(), 6);
  std::int64_t members = 0;
  for (std::size_t i = 0; i < found.index.size(); ++i) {
    const auto sample = static_cast<std::size_t>(found.index[i]);
    members += found.member[i];
    EXPECT_EQ(found.member[i], observations_.member[sample]);
    EXPECT_EQ(found.label[i], observations_.label[sample]);
    EXPECT_EQ(found.exit_taken[i], observations_.exit_taken[sample]);
    EXPECT_EQ(found.prediction[i], answers_[sample]);  // the deployed answer, with early exits
  }
  EXPECT_EQ(2 * members, found.count());
  if (dataset_.images) return;
  EXPECT_EQ(found.queries, std::vector<std::int64_t>(found.index.size(), 5 * 20 + 1));
}

TEST_P(MeasureBoundaryStage, MeasuresTheNaturalPopulationWhereItIsAsked) {
  job_.measure_boundary.population = Population::kNatural;
  job_.measure_boundary.samples_per_exit = job_.measure_boundary.rows_per_exit = kSamples;  // so all of them
  job_.measure_boundary.iterations = 1;
  const JobResult result = run("natural");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  EXPECT_EQ(schema::read_distances(ArtifactReader::open(file("natural"), "distances")).index, observations_.index);
}

TEST_P(MeasureBoundaryStage, GivesTheSameBytesTwice) {
  ASSERT_EQ(run("first").outcome, Outcome::kDone);
  const JobResult second = run("second");
  EXPECT_EQ(second.outcome, Outcome::kDone) << second.message;
  EXPECT_EQ(read_file(file("first")), read_file(file("second")));
}

TEST_P(MeasureBoundaryStage, StopsOnRequest) {
  request_stop();
  const JobResult result = run("distances");
  EXPECT_EQ(result.outcome, Outcome::kPreempted);
  EXPECT_THAT(result.message, testing::HasSubstr("the search starts over"));
}

}  // namespace
}  // namespace exitaudit::measure_boundary
