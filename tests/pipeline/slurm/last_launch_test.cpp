#include "pipeline/slurm/last_launch.h"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LastLaunchTest : public testing::Test {
 protected:
  /// `age`: how many seconds ago it was written.
  void write(const std::string& name, const std::string& text, int age = 0) {
    std::ofstream(folder_ / name) << text;
    std::filesystem::last_write_time(folder_ / name,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::seconds(age));
  }
  std::optional<LastLaunch> find() const { return last_launch(records_, folder_.path()); }

  test::TempDir folder_;
  std::vector<SubmissionRecord> records_{{.link = Link::kCompute, .id = "12", .launches = 3},
                                         {.link = Link::kTiming, .id = "13"},
                                         {.link = Link::kReport, .id = "14"}};
};

TEST_F(LastLaunchTest, IsTheNewestThatRunsJobs) {
  write("compute-12_0.log", "older\n");
  write("timing-13.log", "no such module\n");
  write("report-14.log", "the report\n");
  const auto last = find();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->record.id, "13");
  EXPECT_EQ(last->log, folder_ / "timing-13.log");
  EXPECT_THAT(last->tail, ElementsAre("no such module"));
}

TEST_F(LastLaunchTest, PassesOverWhatNeverStarted) {
  write("compute-12_0.log", "cause\n");
  EXPECT_EQ(find()->record.id, "12");
}

TEST_F(LastLaunchTest, TakesOfAnArrayTheLogWrittenToLast) {
  write("compute-12_0.log", "zero\n", 60);
  write("compute-12_1.log", "one\n", 20);
  write("compute-12_2.log", "two\n", 40);
  write("compute-123.log", "another job's\n");
  write("compute-12_x.log", "nobody's\n");
  const auto last = find();
  EXPECT_EQ(last->log, folder_ / "compute-12_1.log");
  EXPECT_EQ(last->logs, 3U);
  EXPECT_THAT(last->tail, ElementsAre("one"));
}

TEST_F(LastLaunchTest, ShowsFewLinesSafeToPrint) {
  write("timing-13.log", "1\n2\n3\n4\n5\n6\n\x1b[31m7\n");
  EXPECT_THAT(find()->tail, ElementsAre("3", "4", "5", "6", "?[31m7"));
}

TEST_F(LastLaunchTest, SaysWhereThereIsNoLog) {
  const auto last = find();
  EXPECT_EQ(last->record.id, "13");
  EXPECT_TRUE(last->log.empty());
  EXPECT_THAT(last->tail, IsEmpty());
  EXPECT_TRUE(last_launch(records_, folder_ / "nowhere"));
  EXPECT_FALSE(last_launch({}, folder_.path()));
  EXPECT_FALSE(last_launch({{.link = Link::kReport, .id = "14"}}, folder_.path()));
}

}  // namespace
}  // namespace exitaudit
