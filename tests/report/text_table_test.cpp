#include <gtest/gtest.h>

#include "report/formats/markdown.h"
#include "report/formats/terminal.h"
#include "report/formats/text_width.h"

namespace exitaudit::report {
namespace {

TextTable small() {
  return {.title = "T",
          .columns = {{"data"}, {"name"}, {"value", true}},
          .grouped = 1,
          .rows = {{"d1", "a", "1.0 ± 2"}, {"d1", "bc", "10"}, {"d2", "a", "-"}},
          .notes = {"One note of a few words."}};
}

TEST(TextWidth, CountsCharactersNotBytes) {
  EXPECT_EQ(text_width("±·†"), 3U);
  EXPECT_EQ(padded("±", 3, true), "  ±");
}

TEST(Markdown, AlignsItsColumns) {
  EXPECT_EQ(to_markdown(small()),
            "## T\n"
            "\n"
            "| data | name |   value |\n"
            "|------|------|--------:|\n"
            "| d1   | a    | 1.0 ± 2 |\n"
            "| d1   | bc   |      10 |\n"
            "| d2   | a    |       - |\n"
            "\n"
            "- One note of a few words.\n");
}

TEST(Markdown, EscapesWhatWouldEndACell) {
  TextTable table = small();
  table.rows = {{"a|b", "c\nd", "1"}};
  EXPECT_NE(to_markdown(table).find("| a\\|b | c d "), std::string::npos) << to_markdown(table);
}

TEST(Terminal, ShowsGroupsOnceAndAligns) {
  EXPECT_EQ(to_terminal(small(), 20),
            "T\n"
            "  name    value\n"
            "  ─────────────\n"
            "d1\n"
            "  a     1.0 ± 2\n"
            "  bc         10\n"
            "d2\n"
            "  a           -\n"
            "\n"
            "  - One note of a\n"
            "    few words.\n");
}

TEST(Terminal, MovesColumnsTogetherWhereTheyAreTooWide) {
  EXPECT_NE(to_terminal(small(), 14).find("\n bc        10\n"), std::string::npos) << to_terminal(small(), 14);
}

}  // namespace
}  // namespace exitaudit::report
