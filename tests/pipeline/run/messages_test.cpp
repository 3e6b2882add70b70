// The texts that conductors, workers and ranks exchange come out as they went in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/error.h"
#include "pipeline/run/job_order.h"
#include "pipeline/run/rank_message.h"
#include "pipeline/run/worker_loop.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using test::message_of;
using testing::HasSubstr;
using testing::Not;

JobOrder full_order() {
  return {.job = "train/a/seed1",
          .stage = "train",
          .stage_version = 3,
          .noun = "weights",
          .fingerprint = "f0",
          .config = "a = 1\nb = \"x\"",
          .inputs = {{"dataset", "ingest/a", "/x/dataset.h5", "f1"}, {"partition", "split/a", "/x/partition.h5", "f2"}},
          .output = "/x/weights.h5",
          .log = "/x/log",
          .lease = "/x/lease",
          .launch = "me",
          .checkpoints = "/x/checkpoints",
          .checkpoint_every = 0.5,
          .device = "cuda:1",
          .ranks = 3,
          .devices = {"cuda:1", "cuda:2"},
          .data_folders = {"/data", "/more"}};
}

JobResult full_result() {
  return {.job = "train/a/seed1",
          .outcome = Outcome::kCorruptInput,
          .message = "line one\nline two",
          .content = "c0",
          .bytes = 123456789012,
          .seconds = 1.25,
          .peak_memory_mb = 99.5,
          .notes = {{"load average", "0.10 0.20"}},
          .corrupt_inputs = {"/x/dataset.h5"}};
}

TEST(JobOrder, ComesBackFromItsLineWhole) {
  const JobOrder order = job_order_from_json(to_json(full_order()));
  EXPECT_EQ(to_json(order), to_json(full_order()));
  EXPECT_EQ(order.config, "a = 1\nb = \"x\"");
  ASSERT_EQ(order.inputs.size(), 2U);
  EXPECT_EQ(order.inputs[1].path, "/x/partition.h5");
  EXPECT_EQ(order.data_folders, (std::vector<std::string>{"/data", "/more"}));
  EXPECT_EQ(order.checkpoint_every, 0.5);
  EXPECT_EQ(order.ranks, 3);
  EXPECT_EQ(order.devices, (std::vector<std::string>{"cuda:1", "cuda:2"}));
}

TEST(JobOrder, IsOneLineWhateverItsTextsHold) {
  JobOrder order = full_order();
  order.config = "two\nlines and \xff no UTF-8";
  EXPECT_THAT(to_json(order), Not(HasSubstr("\n")));
  EXPECT_THAT(job_order_from_json(to_json(order)).config, HasSubstr("two\nlines"));
}

TEST(JobOrder, SaysThatItCannotBeUnderstood) {
  for (const char* line : {"", "{", "[]", "{\"job\":1}", "null"}) {
    EXPECT_THAT(message_of([&] { job_order_from_json(line); }), HasSubstr("order cannot be understood")) << line;
  }
}

TEST(JobResult, ComesBackFromItsLineWhole) {
  const JobResult result = job_result_from_json(to_json(full_result()));
  EXPECT_EQ(to_json(result), to_json(full_result()));
  EXPECT_EQ(result.outcome, Outcome::kCorruptInput);
  EXPECT_EQ(result.bytes, 123456789012U);
  EXPECT_EQ(result.corrupt_inputs, std::vector<std::string>{"/x/dataset.h5"});
  EXPECT_EQ(result.notes.at("load average"), "0.10 0.20");
}

TEST(JobResult, SaysThatItCannotBeUnderstood) {
  EXPECT_THAT(message_of([] { job_result_from_json("{\"job\": \"a\"}"); }), HasSubstr("result cannot be understood"));
}

TEST(JobProgress, ReadsAFractionThatIsNoNumberAsNothing) {
  const JobProgress progress = job_progress_from_json(to_json(JobProgress{"a", 0.0 / 0.0, "epoch 0/0"}));
  EXPECT_EQ(progress.fraction, 0);
  EXPECT_EQ(progress.what, "epoch 0/0");
}

TEST(RankMessage, OfEveryKindComesBackWhole) {
  const std::vector<RankMessage> messages{Hello{4, "node7", "cuda:2"},
                                          JobAdvanced{17, 0.25, "epoch 1/4"},
                                          JobEnded{18, full_result(), {"last", "lines"}},
                                          StopWish{17.5, true},
                                          Alive{},
                                          StartJob{19, "f0", "/x/lease", "me", {"cuda:1"}},
                                          StopJobs{},
                                          KillJobs{},
                                          Leave{75}};
  for (const RankMessage& message : messages) {
    const RankMessage back = rank_message_from_json(to_json(message));
    EXPECT_EQ(back.index(), message.index());
    EXPECT_EQ(to_json(back), to_json(message));
  }
}

TEST(RankMessage, SaysThatItCannotBeUnderstood) {
  EXPECT_THAT(message_of([] { rank_message_from_json("{\"is\": \"hello\"}"); }), HasSubstr("cannot be understood"));
  EXPECT_THAT(message_of([] { rank_message_from_json("{\"is\": \"sing\"}"); }), HasSubstr("\"sing\""));
}

}  // namespace
}  // namespace exitaudit
