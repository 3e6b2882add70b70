#pragma once
// TextTable: a table of finished cells, before it is known whether it becomes Markdown or a terminal's lines.

#include <string>
#include <vector>

namespace exitaudit::report {

struct TextColumn {
  std::string title;
  bool numeric = false;  ///< right-aligned
};

struct TextTable {
  std::string title;
  std::vector<TextColumn> columns = {};
  std::size_t grouped = 0;                          ///< the first columns that a terminal shows once, above their rows
  std::vector<std::vector<std::string>> rows = {};  ///< one cell a column
  bool detail = false;                  ///< of exits or the like: for files, too long for a terminal's report
  std::vector<std::string> notes = {};  ///< below the table, one sentence or two each
};

}  // namespace exitaudit::report
