#include "pipeline/slurm/chain.h"

#include <gmock/gmock.h>

#include <ctime>
#include <fstream>

#include "tests/pipeline/graph/toy_graph.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Work = std::array<LinkWork, 3>;

Work work(std::size_t compute, std::size_t timing, std::size_t behind) {
  Work all;
  all[0].jobs = compute;
  all[1].jobs = timing;
  all[2].jobs = behind;
  return all;
}

Site site(std::int64_t launches) {
  Site site;
  site.compute.launches = launches;
  return site;
}

/// `start`: as squeue tells it; empty = it waits.
LiveSubmission living(Link link, const std::string& id, std::size_t launches = 1, const std::string& start = "") {
  LiveSubmission each{{.link = link, .id = id, .token = "t" + id, .study = "now"}, {}};
  each.jobs.assign(
      launches,
      {.id = id, .state = start.empty() ? "PENDING" : "RUNNING", .reason = "", .start = start, .token = "t" + id});
  return each;
}

const StudyNow kNow{.study = "now"};

std::vector<std::pair<Link, std::int64_t>> links(const std::vector<MissingLink>& missing) {
  std::vector<std::pair<Link, std::int64_t>> all;
  for (const MissingLink& each : missing) all.emplace_back(each.link, each.launches);
  return all;
}

TEST(Chain, HasALinkForEachPartThatIsLeft) {
  EXPECT_THAT(links(missing_links(work(9, 4, 3), site(2), {}, kNow, 1001, true)),
              ElementsAre(std::pair(Link::kCompute, 2), std::pair(Link::kTiming, 1), std::pair(Link::kBehind, 2),
                          std::pair(Link::kReport, 1)));
  EXPECT_THAT(links(missing_links(work(0, 0, 3), site(2), {}, kNow, 1001, true)),
              ElementsAre(std::pair(Link::kBehind, 2), std::pair(Link::kReport, 1)));
}

TEST(Chain, StartsNoMoreLaunchesThanThereAreJobs) {
  EXPECT_THAT(links(missing_links(work(2, 0, 0), site(8), {}, kNow, 1001, true)),
              ElementsAre(std::pair(Link::kCompute, 2), std::pair(Link::kReport, 1)));
}

TEST(Chain, AddsOnlyWhatIsMissing) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1", 3), living(Link::kReport, "2")};
  EXPECT_THAT(missing_links(work(9, 0, 0), site(3), live, kNow, 1001, true), IsEmpty());
  EXPECT_THAT(links(missing_links(work(9, 0, 0), site(5), live, kNow, 1001, true)),
              ElementsAre(std::pair(Link::kCompute, 2)))
      << "the report that waits will wait for them, too";
}

TEST(Chain, ReportsAgainWhereTheReportIsBeingMade) {
  const std::vector<LiveSubmission> live{living(Link::kReport, "2", 1, "2026-11-26T12:00:00")};
  EXPECT_THAT(links(missing_links(work(9, 0, 0), site(1), live, kNow, 1001, true)),
              ElementsAre(std::pair(Link::kCompute, 1), std::pair(Link::kReport, 1)));
}

TEST(Chain, LetsWhatWaitsWaitForWhatIsAddedBeforeIt) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1"), living(Link::kTiming, "2"),
                                         living(Link::kBehind, "3", 1, "2026-11-26T12:00:00"),
                                         living(Link::kReport, "4")};
  const auto behind = waiting_behind(live, {{Link::kCompute, 1}});
  ASSERT_EQ(behind.size(), 2U);
  EXPECT_EQ(behind[0].record.id, "2");
  EXPECT_EQ(behind[1].record.id, "4");
}

/// 2026-11-26T12:00:00 in this machine's time zone.
double noon() {
  return *living(Link::kCompute, "1", 1, "2026-11-26T12:00:00").jobs[0].started();
}

StudyNow after_retry(double when) {
  return {.study = "now", .scripts = {}, .retried = {1, 0, 0}, .last_retry = when};
}

TEST(Chain, CountsNoLaunchThatBeganBeforeARetry) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1", 2, "2026-11-26T12:00:00"),
                                         living(Link::kTiming, "2")};
  EXPECT_EQ(of_use(live, after_retry(noon() - 1)).size(), 2U);
  const auto useful = of_use(live, after_retry(noon() + 1));
  ASSERT_EQ(useful.size(), 1U);
  EXPECT_EQ(useful[0].record.id, "2") << "what waits will read the mark";
}

// squeue tells whole seconds.
TEST(Chain, KnowsByItsSubmissionWhetherALaunchOfTheRetrysSecondCameAfterIt) {
  std::vector<LiveSubmission> live{living(Link::kCompute, "1", 2, "2026-11-26T12:00:00")};
  live[0].record.submitted = noon() + 0.2;
  EXPECT_THAT(of_use(live, after_retry(noon() + 0.7)), IsEmpty());
  live[0].record.submitted = noon() + 0.8;
  EXPECT_EQ(of_use(live, after_retry(noon() + 0.7)).size(), 1U);
}

TEST(Chain, AddsNoMoreThanTheRetriedJobsBesideLaunchesAtWork) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1", 4, "2026-11-26T12:00:00")};
  EXPECT_THAT(links(missing_links(work(99, 0, 0), site(4), live, after_retry(noon() + 9), 1001, true)),
              ElementsAre(std::pair(Link::kCompute, 1), std::pair(Link::kReport, 1)));
}

TEST(Chain, ReplacesWhatWaitsWithOtherResourcesThanARetryAsksFor) {
  std::vector<LiveSubmission> live{living(Link::kCompute, "1"), living(Link::kReport, "2"),
                                   living(Link::kCompute, "3", 1, "2026-11-26T12:00:00")};
  for (LiveSubmission& each : live) each.record.submitted = noon();
  StudyNow now = after_retry(noon() + 9);
  EXPECT_THAT(to_replace(live, now), IsEmpty()) << "the resources are the same";
  now.scripts[0] = "more memory";
  const auto outdated = to_replace(live, now);
  ASSERT_EQ(outdated.size(), 1U);
  EXPECT_EQ(outdated[0].record.id, "1") << "what is at work ends as it will";
  EXPECT_THAT(links(missing_links(work(99, 0, 0), site(1), {live[0]}, now, 1001, true)),
              ElementsAre(std::pair(Link::kCompute, 1), std::pair(Link::kReport, 1)));
  now.last_retry = noon() - 9;
  EXPECT_THAT(to_replace(live, now), IsEmpty()) << "submitted after the retry, on another site perhaps";
}

TEST(Chain, CountsNothingThatIsCancelled) {
  std::vector<LiveSubmission> live{living(Link::kCompute, "1")};
  live[0].record.cancelled = true;
  EXPECT_THAT(of_use(live, kNow), IsEmpty()) << "it may still be ending";
}

TEST(Chain, LetsNoTwoReportsWriteAtOnce) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1"), living(Link::kReport, "2")};
  EXPECT_THAT(links_before(Link::kReport, live, {}), ElementsAre("1", "2"));
  EXPECT_THAT(links_before(Link::kReport, live, {}, "t2"), ElementsAre("1"));
}

TEST(Chain, CountsNoLaunchOfOtherSettings) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1")};
  EXPECT_EQ(of_use(live, kNow).size(), 1U);
  EXPECT_THAT(of_use(live, {.study = "grown"}), IsEmpty());
}

TEST(QueuedJob, KnowsWhenItStarted) {
  QueuedJob job{.id = "1", .state = "RUNNING", .reason = "", .start = "2026-11-26T12:00:00", .token = ""};
  const std::time_t start = static_cast<std::time_t>(job.started().value());
  std::tm local{};
  ::localtime_r(&start, &local);
  EXPECT_EQ(local.tm_hour, 12);
  EXPECT_EQ(local.tm_year, 126);
  job.start = "2026-11-26T12:00:30";
  EXPECT_EQ(job.started().value(), static_cast<double>(start + 30));
  for (const char* text : {"N/A", "", "soon", "2026-11-26T12:00:00 or so"}) {
    job.start = text;
    EXPECT_FALSE(job.started()) << text;
  }
}

TEST(Chain, IsEmptyWhereAllIsDoneAndReported) {
  EXPECT_THAT(missing_links(work(0, 0, 0), site(3), {}, kNow, 1001, false), IsEmpty());
  EXPECT_THAT(links(missing_links(work(0, 0, 0), site(3), {}, kNow, 1001, true)),
              ElementsAre(std::pair(Link::kReport, 1)));
}

TEST(Chain, CutsAnArrayThatIsTooLong) {
  EXPECT_THAT(links(missing_links(work(99, 0, 0), site(25), {}, kNow, 10, true)),
              ElementsAre(std::pair(Link::kCompute, 10), std::pair(Link::kCompute, 10), std::pair(Link::kCompute, 5),
                          std::pair(Link::kReport, 1)));
}

TEST(Chain, WaitsForWhatComesBefore) {
  const std::vector<LiveSubmission> live{living(Link::kCompute, "1"), living(Link::kReport, "2")};
  const std::vector<SubmissionRecord> added{{.link = Link::kCompute, .id = "3", .token = ""},
                                            {.link = Link::kTiming, .id = "4", .token = ""}};
  EXPECT_THAT(links_before(Link::kCompute, live, added), IsEmpty());
  EXPECT_THAT(links_before(Link::kTiming, live, added), ElementsAre("1", "3"));
  EXPECT_THAT(links_before(Link::kReport, live, added), ElementsAre("1", "2", "3", "4"));
}

TEST(Chain, CountsTheWorkThatIsLeft) {
  std::vector<Job> jobs = test::toy_study();
  jobs[2].ranks = 4;
  jobs[3].pool = Pool::kTiming;
  const JobGraph graph(std::move(jobs));
  Snapshot snapshot;
  test::put(snapshot, graph, 0, "content");
  const Work left = work_left(graph, make_plan(graph, snapshot), {1, 2, 10, 5, 1});
  EXPECT_EQ(left[0].jobs, 2U);
  EXPECT_EQ(left[0].seconds, 42) << "four ranks are four workers";
  EXPECT_EQ(left[1].jobs, 1U);
  EXPECT_EQ(left[2].jobs, 1U);
}

TEST(Submissions, ComeBackAsTheyWereNoted) {
  const test::TempDir dir;
  const auto file = dir.path() / "submissions.jsonl";
  EXPECT_THAT(read_submissions(file), IsEmpty());
  add_submission(file, {.link = Link::kTiming, .id = "12", .token = "a", .launches = 3, .submitted = 1.7e9});
  std::ofstream(file, std::ios::app) << "{\"link\": \"compute\"\n{\"link\":\"moon\",\"id\":\"1\"}\n";
  add_submission(file, {.link = Link::kReport, .id = "13", .token = "b", .launches = 1, .submitted = 1.7e9});
  const auto records = read_submissions(file);
  ASSERT_EQ(records.size(), 2U) << "damaged lines are passed over";
  EXPECT_EQ(records[0].link, Link::kTiming);
  EXPECT_EQ(records[0].launches, 3);
  EXPECT_EQ(records[1].id, "13");
}

TEST(Submissions, AreNotedBeforeAndAfterSlurmAnswers) {
  const test::TempDir dir;
  const auto file = dir.path() / "submissions.jsonl";
  SubmissionRecord record{
      .link = Link::kCompute, .id = "", .token = "a", .study = "mark", .script = "s", .launches = 2};
  add_submission(file, record);
  record.id = "7";
  record.cancelled = true;
  add_submission(file, record);
  const auto records = read_submissions(file);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].id, "7");
  EXPECT_EQ(records[0].study, "mark");
  EXPECT_EQ(records[0].script, "s");
  EXPECT_TRUE(records[0].cancelled);
}

TEST(Submissions, AreNotSwallowedByATornLine) {
  const test::TempDir dir;
  const auto file = dir.path() / "submissions.jsonl";
  add_submission(file, {.link = Link::kCompute, .id = "1", .token = "a"});
  std::ofstream(file, std::ios::app) << "{\"link\":\"comp";
  add_submission(file, {.link = Link::kTiming, .id = "2", .token = "b"});
  EXPECT_EQ(read_submissions(file).size(), 2U);
}

TEST(Submissions, AreKnownByTheirTokenNotByTheirNumber) {
  const std::vector<SubmissionRecord> records{{.link = Link::kCompute, .id = "5", .token = "ours"},
                                              {.link = Link::kReport, .id = "6", .token = "over"}};
  const std::vector<QueuedJob> queue{{"5", "RUNNING", "", "", "another's"},
                                     {"9_0", "PENDING", "", "", "ours"},
                                     {"9_1", "COMPLETED", "", "", "ours"},
                                     {"6", "CANCELLED", "", "", "over"}};
  const auto live = live_submissions(records, queue);
  ASSERT_EQ(live.size(), 1U);
  ASSERT_EQ(live[0].jobs.size(), 1U);
  EXPECT_EQ(live[0].jobs[0].id, "9_0");
  EXPECT_EQ(live[0].record.id, "9") << "the number that Slurm tells now";
}

}  // namespace
}  // namespace exitaudit
