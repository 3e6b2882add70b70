// The stage as a worker runs it, and what becomes of the secret.

#include "stages/guard_time/guard_time_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "stages/guard_time/guard_time_options.h"
#include "stages/guard_time/secret.h"
#include "stages/schema/dataset.h"
#include "stages/schema/latencies.h"
#include "tests/support/fake_latencies.h"
#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"
#include "tests/support/toy_study.h"

namespace exitaudit::guard_time {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kText = "nobody-may-ever-read-this";

class GuardTimeStage : public testing::Test {
 protected:
  GuardTimeStage() {
    write("latencies", [](ArtifactWriter& out) { schema::write(out, test::fake_latencies(60, 3, 2)); });
    write("dataset", [](ArtifactWriter& out) { schema::write(out, test::tiny_rows(60, 24, 4)); });
  }

  template <class Fill>
  void write(const std::string& noun, Fill fill) {
    write_as(noun, noun, fill);
  }
  template <class Fill>
  void write_as(const std::string& name, const std::string& noun, Fill fill) {
    ArtifactWriter out(file(name), {.noun = noun,
                                    .job = name,
                                    .fingerprint = sha256_hex(name),
                                    .stage = "test",
                                    .config = "",
                                    .inputs = {},
                                    .environment = {}});
    fill(out);
    out.commit();
    inputs_.push_back({name, name, file(name), sha256_hex(name)});
  }

  JobResult run(const std::string& output, const GuardTimeJob& settings) const {
    JobOrder order;
    order.job = "guard_time/toy";
    order.stage = "guard_time";
    order.noun = "latencies";
    order.fingerprint = sha256_hex("guarded");
    order.config = make_slice(settings).text();
    order.inputs = inputs_;
    order.output = file(output);
    return run_stage(order, guard_time_stage);
  }

  std::string file(const std::string& name) const { return (folder_ / (name + ".h5")).string(); }
  schema::Latencies read(const std::string& name) const {
    return schema::read_latencies(ArtifactReader::open(file(name), "latencies"));
  }

  test::TempDir folder_;
  std::vector<OrderInput> inputs_;
  test::ScopedVariable text_{kSecretVariable, kText};
  test::ScopedVariable path_{kSecretFileVariable, ""};
};

TEST_F(GuardTimeStage, LeavesLatenciesThatHideTheClock) {
  const JobResult result = run("out", {.sigma_ms = 5});
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const schema::Latencies after = read("out");
  EXPECT_EQ(after.disturbance, "time_guard");
  EXPECT_EQ(after.count(), 60);
  EXPECT_EQ(after.repeats, 2);
  EXPECT_EQ(after.measurements.size(), 5U);
}

TEST_F(GuardTimeStage, GivesTheSameBytesTwiceAndOthersWithAnotherSecret) {
  ASSERT_EQ(run("first", {.sigma_ms = 5}).outcome, Outcome::kDone);
  ASSERT_EQ(run("second", {.sigma_ms = 5}).outcome, Outcome::kDone);
  EXPECT_EQ(read_file(file("first")), read_file(file("second")));
  const test::ScopedVariable other(kSecretVariable, "another secret altogether");
  ASSERT_EQ(run("third", {.sigma_ms = 5}).outcome, Outcome::kDone);
  EXPECT_NE(read("first").latency_ms, read("third").latency_ms);
}

TEST_F(GuardTimeStage, LearnsFromTheCalibrationWhereThereIsOne) {
  schema::Latencies slow = test::fake_latencies(60, 3, 2);
  for (double& time : slow.latency_ms) time += 100;
  write_as("calibration", "latencies", [&](ArtifactWriter& out) { schema::write(out, slow); });
  const JobResult result = run("out", {.sigma_ms = 5, .release = Release::kDeadline});
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  for (const double time : read("out").latency_ms) EXPECT_GT(time, 100);
}

TEST_F(GuardTimeStage, RefusesACalibrationOfAnotherNumberOfExits) {
  write_as("calibration", "latencies", [](ArtifactWriter& out) { schema::write(out, test::fake_latencies(60, 2, 2)); });
  EXPECT_THAT(run("out", {.sigma_ms = 5}).message, HasSubstr("calibrated on 2 exits, to guard 3"));
}

/// Neither the artifact, nor the log, nor a result holds a piece of it; nor do they where the job fails.
TEST_F(GuardTimeStage, LetsTheSecretOutNowhere) {
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  const JobResult done = run("out", {.sigma_ms = 5});
  const JobResult failed = run("failed", {.sigma_ms = 5, .near_duplicates = 25});
  const std::string said = testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout();
  ASSERT_EQ(done.outcome, Outcome::kDone) << done.message;
  ASSERT_EQ(failed.outcome, Outcome::kFailed);
  for (const std::string& where : {read_file(file("out")), to_json(done), to_json(failed), said}) {
    for (const char* piece : {"nobody-may", "ever-read-this"}) EXPECT_THAT(where, Not(HasSubstr(piece)));
  }
}

TEST_F(GuardTimeStage, SaysWhatToDoWithoutASecretOrWithTooShortAOne) {
  const test::ScopedVariable none(kSecretVariable, "");
  const JobResult missing = run("out", {.sigma_ms = 5});
  EXPECT_EQ(missing.outcome, Outcome::kFailed);
  EXPECT_THAT(missing.message, HasSubstr("head -c 32 /dev/urandom > guard.secret; chmod 600"));
  const test::ScopedVariable brief(kSecretVariable, "hunter2");
  const JobResult too_short = run("out", {.sigma_ms = 5});
  EXPECT_THAT(too_short.message, HasSubstr("too short: it has 7 bytes"));
  EXPECT_THAT(too_short.message, Not(HasSubstr("hunter2")));
  EXPECT_FALSE(std::filesystem::exists(file("out")));
}

TEST_F(GuardTimeStage, WarnsInItsLogOfASecretThatOthersMayRead) {
  const test::ScopedVariable none(kSecretVariable, "");
  const std::string path = (folder_ / "open.secret").string();
  replace_file(path, kText);
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  const test::ScopedVariable from(kSecretFileVariable, path);
  testing::internal::CaptureStderr();
  const JobResult result = run("out", {.sigma_ms = 5});
  const std::string log = testing::internal::GetCapturedStderr();
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  EXPECT_THAT(log, HasSubstr("can be read by others"));
  EXPECT_THAT(log, Not(HasSubstr(kText)));
}

}  // namespace
}  // namespace exitaudit::guard_time
