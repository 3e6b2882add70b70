// ingest and split as a worker runs them: settings in, artifact out.

#include "stages/split/split_stage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/artifact/store.h"
#include "pipeline/config/config_slice.h"
#include "stages/ingest/ingest_options.h"
#include "stages/ingest/ingest_stage.h"
#include "stages/schema/dataset.h"
#include "stages/schema/partition.h"
#include "stages/split/partition.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

JobOrder order(const std::filesystem::path& output, const std::string& stage, const std::string& noun,
               const ConfigSlice& config) {
  JobOrder made;
  made.job = stage + "/bits";
  made.stage = stage;
  made.noun = noun;
  made.fingerprint = std::string(64, 'a');
  made.config = config.text();
  made.output = output.string();
  return made;
}

ingest::IngestJob bits() {
  ingest::IngestJob job;
  job.source.name = "bits";
  job.source.format = ingest::Format::kSyntheticRows;
  job.source.classes = 3;
  job.source.synthetic.samples = 120;
  job.source.synthetic.features = 9;
  return job;
}

TEST(Stages, MakeADatasetAndCutIt) {
  const test::TempDir dir;
  const JobOrder ingest_order = order(dir / "dataset.h5", "ingest", "dataset", make_slice(bits()));
  const JobResult made = run_stage(ingest_order, ingest::ingest_stage);
  ASSERT_EQ(made.outcome, Outcome::kDone) << made.message;
  const schema::Dataset dataset = schema::read_dataset(ArtifactReader::open(dir / "dataset.h5", "dataset"));
  EXPECT_EQ(dataset.count(), 120);
  EXPECT_EQ(dataset.samples.size(), 1080U);

  const split::SplitJob split_job{.dataset = "bits", .seed = 4, .split = {.samples_per_part = 20}};
  JobOrder split_order = order(dir / "partition.h5", "split", "partition", make_slice(split_job));
  split_order.inputs = {{.name = "dataset",
                         .job = ingest_order.job,
                         .path = ingest_order.output,
                         .fingerprint = ingest_order.fingerprint}};
  const JobResult cut = run_stage(split_order, split::split_stage);
  ASSERT_EQ(cut.outcome, Outcome::kDone) << cut.message;
  const schema::Partition partition = schema::read_partition(ArtifactReader::open(dir / "partition.h5", "partition"));
  EXPECT_EQ(partition.shadow.non_members, split::make_partition(120, 120, split_job).shadow.non_members);
}

TEST(Stages, FailWithOneSentenceAndNoFileWhereRawDataIsMissing) {
  const test::TempDir dir;
  ingest::IngestJob job;
  job.source.name = "nowhere_to_be_found";
  job.source.format = ingest::Format::kLocations;
  const JobResult failed =
      run_stage(order(dir / "dataset.h5", "ingest", "dataset", make_slice(job)), ingest::ingest_stage);
  EXPECT_EQ(failed.outcome, Outcome::kFailed);
  EXPECT_THAT(failed.message, testing::HasSubstr("dataset nowhere_to_be_found: not found"));
  EXPECT_TRUE(std::filesystem::is_empty(dir.path()));
}

}  // namespace
}  // namespace exitaudit
