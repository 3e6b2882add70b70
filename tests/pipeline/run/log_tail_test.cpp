#include "pipeline/run/log_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> tail_of(const std::string& text, std::uint64_t from = 0) {
  const test::TempDir dir;
  std::ofstream(dir / "log", std::ios::binary) << text;
  return log_tail(dir / "log", from);
}

TEST(LogTail, IsEmptyWhereThereIsNoLog) {
  EXPECT_THAT(log_tail("/no/such/log"), IsEmpty());
}

TEST(LogTail, GivesWholeShortLogs) {
  EXPECT_THAT(tail_of("one\ntwo\nthree"), ElementsAre("one", "two", "three"));
}

TEST(LogTail, GivesTheLastLinesOnly) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + "\n";
  const auto tail = tail_of(text);
  ASSERT_EQ(tail.size(), kTailLines);
  EXPECT_EQ(tail.front(), "80");
  EXPECT_EQ(tail.back(), "99");
}

TEST(LogTail, LeavesOutEarlierAttempts) {
  EXPECT_THAT(tail_of("old\nnew\n", 4), ElementsAre("new"));
}

TEST(LogTail, OfAnEndlessLineIsShort) {
  const auto tail = tail_of(std::string(10'000'000, 'x'));
  ASSERT_EQ(tail.size(), 1U);
  EXPECT_EQ(tail[0].size(), 400U);
}

TEST(LogTail, IsSafeToPrint) {
  EXPECT_EQ(printable("a\x1b[2Jb\tc\x07"), "a?[2Jb c?");
  EXPECT_EQ(printable("caf\xc3\xa9"), "café");
  EXPECT_EQ(printable("bad \xff byte"), "bad \xef\xbf\xbd byte");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "?31m");
}

TEST(LogTail, KeepsTheLastDrawingOfARedrawnLine) {
  EXPECT_EQ(printable("10 %\r50 %\r100 %\r"), "100 %");
}

}  // namespace
}  // namespace exitaudit
