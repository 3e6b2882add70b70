// A user's file of weights: what is taken, and the sentence for everything that is not. Python writes such files in
// tests/end_to_end/imported_model.sh, float16 among them.

#include "stages/import_weights/weights_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>

#include "pipeline/artifact/h5_output.h"
#include "pipeline/base/hash.h"
#include "stages/import_weights/import_weights_options.h"
#include "stages/import_weights/import_weights_stage.h"
#include "stages/networks/expected_arrays.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::import_weights {
namespace {

using testing::HasSubstr;

/// An array of a user's file; doubles unless `single`.
struct UserArray {
  std::vector<std::int64_t> shape;
  std::vector<double> values;
  bool single = false;
};

class WeightsFileTest : public testing::Test {
 protected:
  static networks::NetworkPlan plan() {
    return networks::make_plan({.family = networks::Family::kFcn18_1, .exits = 2, .width = 0.01},
                               {.input = {24}, .classes = 4, .mean = {}, .deviation = {}});
  }
  static networks::NetworkPlan image_plan() {
    return networks::make_plan(
        {.family = networks::Family::kVgg16, .exits = 2, .width = 0.01},
        {.input = {3, 32, 32}, .classes = 4, .mean = {0.5, 0.5, 0.5}, .deviation = {0.2, 0.2, 0.2}});
  }

  /// Fills the user's arrays with 0.5, 1.5, … as a plan expects them.
  void fill(const networks::NetworkPlan& plan) {
    for (const networks::ExpectedArray& array : networks::expected_arrays(plan)) {
      std::int64_t count = 1;
      for (const std::int64_t length : array.shape) count *= length;
      UserArray made{.shape = array.shape, .values = {}};
      for (std::int64_t i = 0; i < count; ++i) made.values.push_back(static_cast<double>(i) + 0.5);
      arrays_[array.name] = made;
    }
  }

  std::string path() const { return folder_ / "mine.h5"; }

  void write_file() const {
    H5Output out(path(), path(), 0);
    for (const auto& [name, array] : arrays_) {
      const std::vector<float> floats(array.values.begin(), array.values.end());
      if (array.single) {
        out.write(name, {H5Element::kFloat, array.shape}, floats.data());
      } else {
        out.write(name, {H5Element::kDouble, array.shape}, array.values.data());
      }
    }
    out.close();
  }

  std::string fault(const networks::NetworkPlan& of) const {
    write_file();
    return test::message_of([&] { read_weights_file(path(), of); });
  }
  std::string fault() const { return fault(plan()); }

  test::TempDir folder_;
  std::map<std::string, UserArray> arrays_;
};

TEST_F(WeightsFileTest, TakesFloatsAndDoublesInThePlansOrder) {
  fill(plan());
  arrays_["blocks.2.norm.bias"].single = true;
  arrays_["blocks.0.norm.num_batches_tracked"] = {{1}, {7}};  // PyTorch's state_dict() has it, nothing reads it
  write_file();
  const schema::Weights weights = read_weights_file(path(), plan());
  const auto expected = networks::expected_arrays(plan());
  ASSERT_EQ(weights.arrays.size(), expected.size());
  EXPECT_EQ(weights.exits, 2);
  EXPECT_TRUE(weights.history.loss.empty());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(weights.arrays[i].name, expected[i].name);
    EXPECT_EQ(weights.arrays[i].shape, expected[i].shape);
    const std::vector<double>& written = arrays_[expected[i].name].values;
    EXPECT_EQ(weights.arrays[i].values, std::vector<float>(written.begin(), written.end())) << expected[i].name;
  }
}

TEST_F(WeightsFileTest, NamesAMissingArrayAndTheNearestInTheFile) {
  fill(plan());
  arrays_["blocks.3.linear.wieght"] = arrays_.extract("blocks.3.linear.weight").mapped();
  EXPECT_EQ(fault(), path() +
                         ": array \"blocks.3.linear.weight\" of shape [10, 10] is missing; the file has "
                         "\"blocks.3.linear.wieght\"");
}

TEST_F(WeightsFileTest, NamesAnArrayThatHasNoPlace) {
  fill(plan());
  arrays_["heads.1.linear0.bias"] = {{5}, {1, 2, 3, 4, 5}};
  EXPECT_THAT(fault(), AllOf(HasSubstr("mine.h5: array \"heads.1.linear0.bias\" has no place in the study's network"),
                             HasSubstr("did you mean \"heads.0.linear0.bias\"")));
}

TEST_F(WeightsFileTest, SaysWhichShapeWasExpected) {
  fill(plan());
  arrays_["end.linear2.weight"].shape = {5, 4};  // transposed: as many values
  EXPECT_THAT(fault(), HasSubstr("array \"end.linear2.weight\" has shape [5, 4], expected [4, 5]"));
}

TEST_F(WeightsFileTest, RefusesWhatIsNoFiniteFloat32) {
  for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity(), 1e300}) {
    arrays_.clear();
    fill(plan());
    arrays_["blocks.1.norm.weight"].values[3] = bad;
    EXPECT_THAT(fault(), HasSubstr("array \"blocks.1.norm.weight\" holds")) << bad;
    EXPECT_THAT(fault(), HasSubstr("at place 3; every value must be a finite float32")) << bad;
  }
}

TEST_F(WeightsFileTest, RefusesNegativeVariancesAndDeviationsOfZero) {
  fill(image_plan());
  EXPECT_EQ(fault(image_plan()), "");
  arrays_["blocks.1.norm.running_var"].values[0] = -0.25;
  EXPECT_THAT(fault(image_plan()), HasSubstr("array \"blocks.1.norm.running_var\" holds -0.25; a variance is not neg"));
  arrays_["normalize.deviation"].values[1] = 0;
  EXPECT_THAT(fault(image_plan()), HasSubstr("array \"normalize.deviation\" holds 0; a deviation is above 0"));
}

TEST_F(WeightsFileTest, RefusesIntegers) {
  fill(plan());
  arrays_.erase("end.linear0.bias");
  H5Output out(path(), path(), 0);
  for (const auto& [name, array] : arrays_) out.write(name, {H5Element::kDouble, array.shape}, array.values.data());
  const std::vector<std::int32_t> integers(10, 1);
  out.write("end.linear0.bias", {H5Element::kInt32, {10}}, integers.data());
  out.close();
  EXPECT_THAT(test::message_of([&] { read_weights_file(path(), plan()); }),
              HasSubstr("array \"end.linear0.bias\" must hold float16, float32 or float64 numbers"));
}

TEST_F(WeightsFileTest, RefusesWhatIsNoHdf5AsBadInput) {
  std::ofstream(path()) << "PK this is a .pth file";
  try {
    read_weights_file(path(), plan());
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadInput);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("mine.h5 cannot be read"), HasSubstr("must be an HDF5 file")));
  }
}

/// The stage as a worker runs it, on rows of 24 bits.
class ImportStage : public WeightsFileTest {
 protected:
  JobOrder order_for(const std::string& sha256) {
    JobOrder order;
    order.job = "import_weights/tiny";
    order.stage = "import_weights";
    order.noun = "weights";
    order.fingerprint = std::string(64, 'b');
    order.config =
        make_slice(ImportWeightsJob{.network = {.family = networks::Family::kFcn18_1, .exits = 2, .width = 0.01},
                                    .sha256 = sha256})
            .text();
    order.inputs = {{"dataset", "ingest/tiny", (folder_ / "dataset.h5").string(), std::string(64, 'a')}};
    order.output = (folder_ / "weights.h5").string();
    ImportRow row;
    row.sha256 = sha256;
    row.path = path();
    order.data_folders = file_hints({row});
    return order;
  }

  void write_dataset() {
    ArtifactWriter out(folder_ / "dataset.h5", {.noun = "dataset",
                                                .job = "ingest/tiny",
                                                .fingerprint = std::string(64, 'a'),
                                                .stage = "ingest",
                                                .config = {},
                                                .inputs = {},
                                                .environment = {}});
    schema::write(out, test::tiny_rows(20, 24, 4));
    out.commit();
  }
};

TEST_F(ImportStage, LeavesWeightsWithAnEmptyHistory) {
  write_dataset();
  fill(plan());
  write_file();
  const JobResult result = run_stage(order_for(sha256_file(path())), import_weights_stage);
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const schema::Weights weights = schema::read_weights(ArtifactReader::open(folder_ / "weights.h5", "weights"));
  EXPECT_EQ(weights.arrays.size(), networks::expected_arrays(plan()).size());
  EXPECT_TRUE(weights.history.evaluated.empty());
}

TEST_F(ImportStage, NoticesThatTheFileChangedMeanwhile) {
  write_dataset();
  fill(plan());
  write_file();
  const JobOrder order = order_for(sha256_file(path()));
  arrays_["end.linear2.bias"].values[0] = 9;
  write_file();
  const JobResult result = run_stage(order, import_weights_stage);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, HasSubstr("mine.h5: changed since the study was read; run the study again"));
}

}  // namespace
}  // namespace exitaudit::import_weights
