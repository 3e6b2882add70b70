// The stage as a worker runs it, and that the target's truth does nothing but count.

#include "stages/steal_exits/steal_exits_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/base/hash.h"
#include "pipeline/base/random.h"
#include "stages/schema/latencies.h"
#include "stages/schema/stolen_exits.h"
#include "stages/steal_exits/steal_exits_options.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::steal_exits {
namespace {

using testing::HasSubstr;

/// A model of four exits at 1, 2, 3, 4 ms, ten repeats of 0.05 ms, of which one in twenty takes 10 ms more.
schema::Latencies model(const std::string& name, std::int64_t samples, double sigma_ms = 0) {
  RandomStream random = stream("a timed model", name);
  schema::Latencies made;
  made.device = "cpu";
  made.clock = "steady_clock";
  made.exits = 4;
  made.repeats = 10;
  for (std::int64_t i = 0; i < samples; ++i) {
    made.index.push_back(2 * i + 1);
    made.copy.push_back(0);
    made.exit_taken.push_back(static_cast<std::int32_t>(random.below(4)));
    const double delay = std::abs(sigma_ms * random.normal());
    for (int k = 0; k < 10; ++k) {
      const double slow = random.below(20) == 0 ? 10 : 0;
      made.latency_ms.push_back(1 + made.exit_taken.back() + 0.05 * random.normal() + slow + delay);
    }
  }
  return made;
}

class StealExitsStage : public testing::Test {
 protected:
  void put(const std::string& role, const schema::Latencies& latencies) {
    const std::string job = "measure_latency/" + role + std::to_string(files_++);
    const std::string file = (folder_ / (sha256_hex(job) + ".h5")).string();
    ArtifactWriter out(file, {.noun = "latencies",
                              .job = job,
                              .fingerprint = sha256_hex(job),
                              .stage = "test",
                              .config = "",
                              .inputs = {},
                              .environment = {}});
    schema::write(out, latencies);
    out.commit();
    std::erase_if(inputs_, [&](const OrderInput& input) { return input.name == role; });
    inputs_.push_back({role, job, file, sha256_hex(job)});
  }

  void put_all() {
    put("latencies", model("target", 2000));
    put("fit_latencies", model("queries", 1500));
    put("shadow_latencies", model("shadow", 1000));
  }

  JobResult run(const StealExitsJob& job) {
    JobOrder order;
    order.job = "steal_exits/toy";
    order.stage = "steal_exits";
    order.noun = "stolen_exits";
    order.fingerprint = sha256_hex("stolen" + std::to_string(files_++));
    order.config = make_slice(job).text();
    order.inputs = inputs_;
    output_ = (folder_ / (order.fingerprint + ".h5")).string();
    order.output = output_;
    return run_stage(order, steal_exits_stage);
  }

  schema::StolenExits steal(const StealExitsJob& job = {}) {
    const JobResult result = run(job);
    EXPECT_EQ(result.outcome, Outcome::kDone) << result.message;
    return schema::read_stolen_exits(ArtifactReader::open(output_, "stolen_exits"));
  }

  std::string failure(const StealExitsJob& job = {}) {
    const JobResult result = run(job);
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    return result.message;
  }

  test::TempDir folder_;
  int files_ = 0;
  std::vector<OrderInput> inputs_;
  std::string output_;
};

TEST_F(StealExitsStage, TellsExitsThroughDisturbances) {
  put_all();
  const schema::StolenExits found = steal();
  EXPECT_EQ(found.index, model("target", 2000).index);
  EXPECT_EQ(found.exits, 4);
  EXPECT_EQ(found.estimated_exits, 4);
  EXPECT_EQ(found.measurements.at(0).metric, "exit_accuracy");
  EXPECT_EQ(found.measurements.at(0).value, 1);
  EXPECT_EQ(found.valleys.size(), 3U);
  EXPECT_GE(found.grid.size(), 1024U);
  EXPECT_THAT(found.method, HasSubstr("4 clusters of 4 exits"));
}

TEST_F(StealExitsStage, LeavesTheTruthOfTheTargetAlone) {
  put_all();
  for (const Recipe recipe : {Recipe::kSound, Recipe::kPaper}) {
    for (const Thief thief : {Thief::kDensity, Thief::kLikelihood}) {
      for (const FitOn fit_on : {FitOn::kShadowQueries, FitOn::kEvaluated}) {
        StealExitsJob job;
        job.steal_exits.recipe = recipe;
        job.steal_exits.fit_on = fit_on;
        job.steal_exits.bandwidth = Bandwidth::kShadow;
        job.thief = thief;
        job.guard_sigma_ms = 0.1;
        put("latencies", model("target", 2000));
        put("fit_latencies", model("queries", 1500));
        const schema::StolenExits honest = steal(job);
        for (const char* role : {"latencies", "fit_latencies"}) {
          schema::Latencies lying = model(role == std::string("latencies") ? "target" : "queries",
                                          role == std::string("latencies") ? 2000 : 1500);
          std::vector<std::int32_t> truth;
          for (const std::int64_t i : stream("a lie").permutation(lying.count())) {
            truth.push_back(lying.exit_taken[static_cast<std::size_t>(i)]);
          }
          lying.exit_taken = truth;
          put(role, lying);
        }
        const schema::StolenExits deceived = steal(job);
        EXPECT_EQ(deceived.exit, honest.exit);
        EXPECT_EQ(deceived.index, honest.index);
        EXPECT_EQ(deceived.method, honest.method);
        EXPECT_EQ(deceived.estimated_exits, honest.estimated_exits);
        EXPECT_EQ(deceived.grid, honest.grid);
        EXPECT_EQ(deceived.density, honest.density);
        EXPECT_EQ(deceived.valleys, honest.valleys);
        EXPECT_NE(deceived.confusion, honest.confusion);
        EXPECT_LT(deceived.measurements.at(0).value, 0.4);
        EXPECT_GT(honest.measurements.at(0).value, 0.7);
      }
    }
  }
}

TEST_F(StealExitsStage, DrawsBordersWhereItIsTold) {
  put_all();
  schema::Latencies elsewhere = model("queries", 1500);
  for (double& time : elsewhere.latency_ms) time += 20;
  put("fit_latencies", elsewhere);
  EXPECT_GT(steal().valleys.at(0), 20);
  EXPECT_LT(steal({.steal_exits = {.fit_on = FitOn::kEvaluated}}).valleys.at(0), 3);
}

TEST_F(StealExitsStage, TellsExitsBehindAGuardByTheirEdges) {
  put_all();
  put("latencies", model("target", 2000, 1.0));
  StealExitsJob job;
  job.thief = Thief::kLikelihood;
  job.guard_sigma_ms = 1;
  const schema::StolenExits found = steal(job);
  EXPECT_GT(found.measurements.at(0).value, 0.6);
  EXPECT_EQ(found.estimated_exits, 4);
  EXPECT_TRUE(found.valleys.empty());
  EXPECT_THAT(found.method, HasSubstr("likelihood behind a guard of sigma 1 ms"));
}

TEST_F(StealExitsStage, DoesWithoutAnOwnModelUnlessASettingNeedsOne) {
  put("latencies", model("target", 2000));
  put("fit_latencies", model("queries", 1500));
  EXPECT_EQ(steal().measurements.at(0).value, 1);
  StealExitsJob likelihood;
  likelihood.thief = Thief::kLikelihood;
  EXPECT_THAT(failure(likelihood),
              HasSubstr("the likelihood thief needs the input shadow_latencies, which steal_exits/toy lacks"));
  EXPECT_THAT(failure({.steal_exits = {.bandwidth = Bandwidth::kShadow}}), HasSubstr("no latencies are given"));
}

TEST_F(StealExitsStage, NeedsQueriesWhereTheBordersAreDrawnOnThem) {
  put("latencies", model("target", 2000));
  EXPECT_THAT(failure(), HasSubstr("fit_on: shadow_queries needs the input fit_latencies"));
  EXPECT_EQ(steal({.steal_exits = {.fit_on = FitOn::kEvaluated}}).measurements.at(0).value, 1);
}

TEST_F(StealExitsStage, SaysWhichModelsDisagreeInExits) {
  put_all();
  schema::Latencies other = model("shadow", 1000);
  other.exits = 6;
  put("shadow_latencies", other);
  const std::string message = failure();
  EXPECT_THAT(message, HasSubstr("shadow_latencies measure_latency/shadow_latencies"));
  EXPECT_THAT(message, HasSubstr("has 6 exits, latencies measure_latency/latencies"));
  EXPECT_THAT(message, HasSubstr("have 4: exits are told apart with models of one number of exits"));
}

TEST_F(StealExitsStage, SaysThatThereIsNothingToDrawBordersOn) {
  put_all();
  put("fit_latencies", model("queries", 0));
  EXPECT_THAT(failure(), HasSubstr("there are no times of the target to draw borders on"));
}

}  // namespace
}  // namespace exitaudit::steal_exits
