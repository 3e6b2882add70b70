#include "stages/tabulate/tabulate_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "stages/schema/curve.h"
#include "stages/schema/verdicts.h"
#include "stages/tabulate/tabulate_options.h"
#include "tests/support/fake_observations.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::tabulate {
namespace {

/// Observations of three models and verdicts on them, as a worker finds them.
class TabulateStage : public testing::Test {
 protected:
  TabulateStage() {
    for (const std::int64_t exits : {1, 2, 3}) {
      add_observations(exits);
      add_verdicts(exits);
    }
  }

  static TabulateSource source(const std::string& stage, const std::string& noun, std::int64_t exits) {
    TabulateSource made;
    made.input = stage + "/d/n/exits" + std::to_string(exits);
    made.noun = noun;
    made.dataset = "d";
    made.network = "n";
    made.exits = exits;
    return made;
  }

  void add_observations(std::int64_t exits) {
    TabulateSource made = source("record", "observations", exits);
    made.role = "target";
    add(made, [&](ArtifactWriter& out) { schema::write(out, test::fake_observations({.exits = exits})); });
  }

  void add_verdicts(std::int64_t exits) {
    TabulateSource made = source("attack", "verdicts", exits);
    made.attack = "score";
    schema::Verdicts verdicts;
    verdicts.measurements = {{"all", "auc", 0.5 + 0.1 * static_cast<double>(exits), 0.4, 0.9, 10}};
    add(made, [&](ArtifactWriter& out) { schema::write(out, verdicts); });
  }

  template <class Fill>
  void add(const TabulateSource& from, Fill fill) {
    const std::string file = (folder_ / (sha256_hex(from.input) + ".h5")).string();
    ArtifactWriter out(file, {.noun = from.noun,
                              .job = from.input,
                              .fingerprint = sha256_hex(from.input),
                              .stage = "test",
                              .config = "",
                              .inputs = {},
                              .environment = {}});
    fill(out);
    out.commit();
    settings_.sources.push_back(from);
    inputs_.push_back({from.input, from.input, file, sha256_hex(from.input)});
  }

  JobResult tabulate(const std::string& output) const {
    JobOrder order;
    order.job = "tabulate/all";
    order.stage = "tabulate";
    order.noun = "table";
    order.fingerprint = sha256_hex("table");
    order.config = make_slice(settings_).text();
    order.inputs = inputs_;
    order.output = file(output);
    return run_stage(order, tabulate_stage);
  }

  std::string file(const std::string& name) const { return (folder_ / (name + ".h5")).string(); }

  test::TempDir folder_;
  TabulateJob settings_;
  std::vector<OrderInput> inputs_;
};

TEST_F(TabulateStage, PutsEverySourceAndItsMeansIntoOneTable) {
  const JobResult result = tabulate("table");
  ASSERT_EQ(result.outcome, Outcome::kDone) << result.message;
  const auto rows = schema::read_table(ArtifactReader::open(file("table"), "table"));
  // non-member shares of 1 + 2 + 3 exits, three figures of attacks, mean and deviation of those on 2 and 3 exits
  // and two checks a model: of its recording and of the verdicts on it
  ASSERT_EQ(rows.size(), 6U + 3U + 2U + 6U);
  const auto mean = std::find_if(rows.begin(), rows.end(),
                                 [](const auto& row) { return row.measurement.slice == "mean over exits"; });
  ASSERT_NE(mean, rows.end());
  EXPECT_NEAR(mean->measurement.value, 0.75, 1e-12);
  EXPECT_EQ(mean->attack, "score");
  EXPECT_EQ(rows.back().exits, 3);
  EXPECT_EQ(rows.back().job, "record/d/n/exits3");
  EXPECT_EQ(rows.back().measurement.slice, "exit=2");
}

TEST_F(TabulateStage, GivesTheSameBytesTwice) {
  ASSERT_EQ(tabulate("first").outcome, Outcome::kDone);
  ASSERT_EQ(tabulate("second").outcome, Outcome::kDone);
  EXPECT_EQ(read_file(file("first")), read_file(file("second")));
}

TEST_F(TabulateStage, RefusesANounItCannotRead) {
  settings_.sources[0].noun = "distances";
  const JobResult result = tabulate("table");
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.message, testing::HasSubstr("record/d/n/exits1: this version of exitaudit cannot put"));
}

}  // namespace
}  // namespace exitaudit::tabulate
