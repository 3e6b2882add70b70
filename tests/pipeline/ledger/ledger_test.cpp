#include "pipeline/ledger/ledger.h"

#include <gtest/gtest.h>

#include <ctime>
#include <fstream>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using test::TempDir;
using enum Outcome;

const auto kAllDead = [](const std::string&) { return false; };
const auto kAllAlive = [](const std::string&) { return true; };

Attempt make_attempt(const std::string& fingerprint, double started = 100, Outcome outcome = kDone) {
  Attempt a;
  a.job = "train/" + fingerprint;
  a.fingerprint = fingerprint;
  a.stage = "train";
  a.launch = "L1";
  a.started = started;
  a.seconds = 5;
  a.ended = true;
  a.outcome = outcome;
  return a;
}

LaunchRecord make_launch(const std::string& name = "L1") {
  return {.launch = name, .host = "h", .version = "0.1", .command = "run", .ranks = 2, .slots = 3, .started = 99};
}

void append_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::app | std::ios::binary) << text;
}

/// The history of fingerprint "f" after these outcomes, one every 10 s from 100 on.
JobHistory history_of(const std::vector<Outcome>& outcomes) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  double started = 100;
  for (Outcome outcome : outcomes) {
    writer.start(make_attempt("f", started));
    writer.end(make_attempt("f", started, outcome));
    started += 10;
  }
  return read_ledger(folder.path(), kAllDead).jobs["f"];
}

TEST(Outcome, HasANameForEachValue) {
  for (Outcome o : {kDone, kFailed, kCrashed, kLost, kPreempted, kTimeout, kCorruptInput, kTakenOver, kOutOfMemory}) {
    EXPECT_EQ(outcome_from_string(to_string(o)), o);
  }
  EXPECT_EQ(to_string(kTakenOver), "taken_over");
  EXPECT_THROW(outcome_from_string("exploded"), Error);
}

TEST(Ledger, GivesBackWhatWasWritten) {
  const TempDir folder;
  Attempt a = make_attempt("f");
  a.number = 2;
  a.rank = 3;
  a.host = "node7";
  a.device = "cuda:1";
  a.slurm_job = "12.1";
  a.message = "signal 6, \"quoted\"\nsecond line";
  a.content = "c0";
  a.bytes = 12345678901;
  a.peak_memory_mb = 1.5;
  a.log = "logs/f.log";
  a.tail = {"one", "zwei ü"};
  a.notes = {{"load average", "0.1"}};
  {
    LedgerWriter writer(folder / "ledger", make_launch());
    writer.start(a);
    writer.end(a);
  }
  const LedgerSummary summary = read_ledger(folder / "ledger", kAllDead);
  ASSERT_EQ(summary.launches.size(), 1U);
  EXPECT_EQ(summary.launches[0].command, "run");
  EXPECT_EQ(summary.launches[0].slots, 3);
  ASSERT_EQ(summary.jobs.at("f").attempts.size(), 1U);
  const Attempt& b = summary.jobs.at("f").attempts[0];
  EXPECT_EQ(std::tie(b.job, b.stage, b.launch, b.number, b.rank, b.host, b.device, b.slurm_job),
            std::tie(a.job, a.stage, a.launch, a.number, a.rank, a.host, a.device, a.slurm_job));
  EXPECT_EQ(std::tie(b.started, b.seconds, b.ended, b.outcome, b.message, b.content, b.bytes, b.peak_memory_mb),
            std::tie(a.started, a.seconds, a.ended, a.outcome, a.message, a.content, a.bytes, a.peak_memory_mb));
  EXPECT_EQ(std::tie(b.log, b.tail, b.notes), std::tie(a.log, a.tail, a.notes));
  EXPECT_EQ(summary.damaged_lines, 0U);
}

TEST(Ledger, IsEmptyWhereThereIsNoFolder) {
  const TempDir folder;
  EXPECT_TRUE(read_ledger(folder / "none", kAllDead).jobs.empty());
}

TEST(Ledger, TakesMessagesThatAreNotUtf8) {
  const TempDir folder;
  Attempt a = make_attempt("f", 100, kFailed);
  a.tail = {"\xff\xfe bytes"};
  LedgerWriter(folder.path(), make_launch()).end(a);
  EXPECT_EQ(read_ledger(folder.path(), kAllDead).jobs.at("f").attempts.at(0).tail.at(0), "\uFFFD\uFFFD bytes");
}

TEST(Ledger, FoldsTheFilesOfAllLaunchesOldestAttemptFirst) {
  const TempDir folder;
  Attempt later = make_attempt("f", 300);
  later.launch = "A";
  LedgerWriter(folder.path(), make_launch("A")).end(later);
  LedgerWriter(folder.path(), make_launch("B")).end(make_attempt("f", 200, kFailed));
  const LedgerSummary summary = read_ledger(folder.path(), kAllDead);
  EXPECT_EQ(summary.launches.size(), 2U);
  const JobHistory& history = summary.jobs.at("f");
  ASSERT_EQ(history.attempts.size(), 2U);
  EXPECT_EQ(history.attempts[0].outcome, kFailed);
  EXPECT_FALSE(history.failed_since_retry);
  EXPECT_EQ(history.last_word, 305);
}

struct Course {
  std::vector<Outcome> outcomes;
  bool failed;
  int lost;
};

TEST(Ledger, JudgesAJobByItsOutcomes) {
  const std::vector<Course> courses{
      {{kDone}, false, 0},
      {{kFailed}, true, 0},
      {{kCrashed}, true, 0},
      {{kTimeout}, true, 0},
      {{kOutOfMemory}, true, 0},
      {{kPreempted, kPreempted, kPreempted, kPreempted}, false, 0},
      {{kCorruptInput}, false, 0},
      {{kTakenOver}, false, 0},
      {{kLost, kLost}, false, 2},
      {{kLost, kLost, kLost}, true, 3},
      {{kLost, kPreempted, kLost, kTakenOver, kLost}, true, 3},
      {{kLost, kLost, kDone, kLost}, false, 1},
      {{kFailed, kDone}, false, 0},
      {{kFailed, kTakenOver}, true, 0},
  };
  for (const Course& course : courses) {
    const JobHistory history = history_of(course.outcomes);
    std::string names;
    for (Outcome outcome : course.outcomes) names += std::string(to_string(outcome)) + " ";
    EXPECT_EQ(history.failed_since_retry, course.failed) << names;
    EXPECT_EQ(history.lost_since_retry, course.lost) << names;
  }
}

TEST(Ledger, ClearsAFailureWithRetryUntilTheNextOne) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  writer.end(make_attempt("f", 100, kFailed));
  writer.end(make_attempt("g", 100, kFailed));
  writer.retry("train/f", "f");
  LedgerSummary summary = read_ledger(folder.path(), kAllDead);
  EXPECT_FALSE(summary.jobs.at("f").failed_since_retry);
  EXPECT_TRUE(summary.jobs.at("g").failed_since_retry);
  writer.end(make_attempt("f", summary.jobs.at("f").last_word + 1, kFailed));
  EXPECT_TRUE(read_ledger(folder.path(), kAllDead).jobs.at("f").failed_since_retry);
}

TEST(Ledger, ClearsAFailureOfAHostWhoseClockRunsAhead) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  writer.end(make_attempt("f", 9e9, kFailed));
  writer.retry("train/f", "f");
  const JobHistory history = read_ledger(folder.path(), kAllDead).jobs.at("f");
  EXPECT_TRUE(history.failed_since_retry);
  writer.retry("train/f", "f", history.last_word);
  EXPECT_FALSE(read_ledger(folder.path(), kAllDead).jobs.at("f").failed_since_retry);
}

TEST(Ledger, TakesAnAttemptOfADeadLaunchForLostAndOfALivingOneForRunning) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  writer.start(make_attempt("f"));
  const JobHistory lost = read_ledger(folder.path(), kAllDead).jobs.at("f");
  EXPECT_TRUE(lost.attempts.at(0).ended);
  EXPECT_EQ(lost.attempts.at(0).outcome, kLost);
  EXPECT_EQ(lost.lost_since_retry, 1);
  const JobHistory running = read_ledger(folder.path(), kAllAlive).jobs.at("f");
  EXPECT_FALSE(running.attempts.at(0).ended);
  EXPECT_EQ(running.lost_since_retry, 0);
}

TEST(Ledger, TakesAnAttemptForLostThatItsLivingLaunchBeganAnew) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  writer.start(make_attempt("f", 100));
  writer.start(make_attempt("f", 200));
  const JobHistory history = read_ledger(folder.path(), kAllAlive).jobs.at("f");
  EXPECT_EQ(history.lost_since_retry, 1);
  EXPECT_FALSE(history.attempts.at(1).ended);
}

TEST(Ledger, AsksOnceWhetherALaunchLives) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  for (const char* job : {"f", "g", "h"}) writer.start(make_attempt(job));
  int asked = 0;
  read_ledger(folder.path(), [&](const std::string& launch) {
    ++asked;
    return launch == "L1";
  });
  EXPECT_EQ(asked, 1);
}

TEST(Ledger, SkipsATornLastLineSilentlyAndCountsOtherDamage) {
  const TempDir folder;
  const auto file = folder / "L1.jsonl";
  { LedgerWriter(folder.path(), make_launch()).end(make_attempt("f")); }
  const std::string good = read_file(file);
  append_text(file, good.substr(good.find('\n') + 1, 80));
  EXPECT_EQ(read_ledger(folder.path(), kAllDead).damaged_lines, 0U);
  append_text(file, "\nnot json\n[1]\n{\"event\":\"end\",\"job\":7}\n{\"event\":\"later\"}\n\x01\xff\n");
  append_text(folder / "notes.txt", "foreign\n");
  std::filesystem::create_directory(folder / "folder.jsonl");
  const LedgerSummary summary = read_ledger(folder.path(), kAllDead);
  EXPECT_EQ(summary.damaged_lines, 6U);
  EXPECT_EQ(summary.jobs.at("f").attempts.size(), 1U);
}

TEST(Ledger, TakesACutAnywhereInItsFile) {
  const TempDir folder;
  const auto file = folder / "L1.jsonl";
  {
    LedgerWriter writer(folder.path(), make_launch());
    writer.start(make_attempt("f"));
    writer.end(make_attempt("f"));
  }
  const std::string whole = read_file(file);
  for (std::size_t cut = 0; cut < whole.size(); cut += 7) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, cut);
    EXPECT_EQ(read_ledger(folder.path(), kAllDead).damaged_lines, 0U) << cut;
  }
}

TEST(Ledger, KnowsTheMediansOfDoneAttemptsByStage) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  const auto add = [&](const std::string& stage, double seconds, std::uint64_t bytes, Outcome outcome) {
    Attempt a = make_attempt(stage + std::to_string(seconds), 100, outcome);
    a.stage = stage;
    a.seconds = seconds;
    a.bytes = bytes;
    writer.end(a);
  };
  add("train", 9, 90, kDone);
  add("train", 1, 10, kDone);
  add("train", 2, 20, kDone);
  add("train", 1000, 0, kFailed);
  add("split", 4, 1, kDone);
  add("split", 2, 2, kDone);
  const LedgerSummary summary = read_ledger(folder.path(), kAllDead);
  EXPECT_EQ(summary.median_seconds, (std::map<std::string, double>{{"train", 2}, {"split", 3}}));
  EXPECT_EQ(summary.median_bytes, (std::map<std::string, double>{{"train", 20}, {"split", 1.5}}));
}

TEST(Ledger, SaysWhereItCannotWrite) {
  const TempDir folder;
  append_text(folder / "file", "");
  const std::string message = test::message_of([&] { LedgerWriter(folder / "file", make_launch()); });
  EXPECT_NE(message.find("cannot write the ledger " + (folder / "file").string()), std::string::npos) << message;
}

TEST(Ledger, ReadsThreeThousandJobsInAMoment) {
  const TempDir folder;
  LedgerWriter writer(folder.path(), make_launch());
  for (int i = 0; i < 3000; ++i) {
    Attempt a = make_attempt(std::string(60, 'f') + std::to_string(i));
    a.log = "logs/" + a.fingerprint;
    a.content = a.fingerprint;
    writer.start(a);
    writer.end(a);
  }
  const std::clock_t start = std::clock();  // processor time: other work on the machine does not count
  const LedgerSummary summary = read_ledger(folder.path(), kAllDead);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  EXPECT_EQ(summary.jobs.size(), 3000U);
  EXPECT_LT(seconds, 2.0);  // below 0.1 as users build it; room for debug builds with sanitizers
}

}  // namespace
}  // namespace exitaudit
