#include "stages/add_noise/add_noise_stage.h"

#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "stages/add_noise/add_noise_options.h"
#include "stages/add_noise/network_noise.h"
#include "stages/schema/latencies.h"
#include "tests/support/fake_latencies.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::add_noise {
namespace {

constexpr AddNoiseJob kSettings{.seed = 7, .sigma_ms = 0.5, .queries = 12, .mean_ms = 2};

class AddNoiseStage : public testing::Test {
 protected:
  AddNoiseStage() {
    ArtifactWriter out(file("latencies"), {.noun = "latencies",
                                           .job = "latencies",
                                           .fingerprint = sha256_hex("latencies"),
                                           .stage = "test",
                                           .config = "",
                                           .inputs = {},
                                           .environment = {}});
    schema::write(out, test::fake_latencies(40, 3, 5));
    out.commit();
  }

  JobResult run(const std::string& output, const std::string& from) const {
    JobOrder order;
    order.job = "add_noise/toy";
    order.stage = "add_noise";
    order.noun = "latencies";
    order.fingerprint = sha256_hex("noisy");
    order.config = make_slice(kSettings).text();
    order.inputs = {{"latencies", from, file("latencies"), sha256_hex("latencies")}};
    order.output = file(output);
    return run_stage(order, add_noise_stage);
  }

  std::string file(const std::string& name) const { return (folder_ / (name + ".h5")).string(); }
  std::vector<double> times(const std::string& name) const {
    return schema::read_latencies(ArtifactReader::open(file(name), "latencies")).latency_ms;
  }

  test::TempDir folder_;
};

TEST_F(AddNoiseStage, LeavesWhatTheAlgorithmMakes) {
  const JobResult result = run("out", "measure_latency/target");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  EXPECT_EQ(times("out"), noisy_latencies(test::fake_latencies(40, 3, 5), {.mean_ms = 2, .sigma_ms = 0.5}, 12,
                                          "measure_latency/target/seed7")
                              .latency_ms);
}

TEST_F(AddNoiseStage, GivesTheSameBytesTwice) {
  ASSERT_EQ(run("first", "measure_latency/target").outcome, Outcome::kDone);
  ASSERT_EQ(run("second", "measure_latency/target").outcome, Outcome::kDone);
  EXPECT_EQ(read_file(file("first")), read_file(file("second")));
}

TEST_F(AddNoiseStage, DisturbsTheLatenciesOfTwoJobsIndependently) {
  ASSERT_EQ(run("target", "measure_latency/target").outcome, Outcome::kDone);
  ASSERT_EQ(run("shadow", "measure_latency/shadow0").outcome, Outcome::kDone);
  const std::vector<double> target = times("target");
  const std::vector<double> shadow = times("shadow");
  for (std::size_t i = 0; i < target.size(); ++i) EXPECT_NE(target[i], shadow[i]);
}

}  // namespace
}  // namespace exitaudit::add_noise
