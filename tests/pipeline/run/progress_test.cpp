#include "pipeline/run/progress.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

TEST(FormatDuration, UsesTheTwoUnitsThatMatter) {
  EXPECT_EQ(format_duration(0.04), "0.0s");
  EXPECT_EQ(format_duration(8.26), "8.3s");
  EXPECT_EQ(format_duration(59.4), "59s");
  EXPECT_EQ(format_duration(59.6), "1m00s");
  EXPECT_EQ(format_duration(130), "2m10s");
  EXPECT_EQ(format_duration(3 * 3600 + 5 * 60), "3h05m");
  EXPECT_EQ(format_duration(2 * 86400 + 4 * 3600), "2d04h");
}

TEST(FormatDuration, DoesNotPretendToKnow) {
  EXPECT_EQ(format_duration(-1), "?");
  EXPECT_EQ(format_duration(std::nan("")), "?");
  EXPECT_EQ(format_duration(INFINITY), "?");
}

TEST(FormatStatus, ShowsCountJobNewsAndTime) {
  EXPECT_EQ(format_status({37, 412, 130}, "train/fashion_mnist/vgg16/exits3/target", "epoch 12/80"),
            "[ 37/412] train fashion_mnist/vgg16/exits3/target  epoch 12/80  ETA 2m10s");
}

TEST(FormatStatus, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(format_status({0, 9, -1}, "split/a", ""), "[0/9] split a");
}

TEST(FormatEnd, NamesTheFirstLineOfTheMessageOnly) {
  EXPECT_EQ(format_end({9, 9, 0}, "train/a", Outcome::kCrashed, 12, "killed by signal 6 (SIGABRT)\nmore"),
            "[9/9] crashed train a in 12s: killed by signal 6 (SIGABRT)");
}

TEST(Fit, CutsBetweenCharacters) {
  EXPECT_EQ(fit("abcdef", 6), "abcdef");
  EXPECT_EQ(fit("abcdef", 4), "abc…");
  EXPECT_EQ(fit("ééééé", 3), "éé…");
}

TEST(Progress, PrintsOneLineAnEventWhereThereIsNoTerminal) {
  const test::TempDir dir;
  std::FILE* out = std::fopen((dir / "out").c_str(), "w");
  {
    Progress progress(out);
    progress.started({0, 2, 20}, "train/a");
    progress.advanced({0, 2, 15}, "train/a", "epoch 1/2");
    progress.ended({1, 2, 10}, "train/a", Outcome::kDone, 10, "");
  }
  std::fclose(out);
  std::ostringstream text;
  text << std::ifstream(dir / "out").rdbuf();
  EXPECT_EQ(text.str(), "[0/2] start train a  ETA 20s\n[1/2] done train a in 10s  ETA 10s\n");
}

}  // namespace
}  // namespace exitaudit
