#include "report/report.h"

#include "pipeline/base/files.h"
#include "report/attack_table.h"
#include "report/checks_table.h"
#include "report/clock_tables.h"
#include "report/csv.h"
#include "report/leak_tables.h"
#include "report/markdown.h"
#include "report/model_tables.h"
#include "report/terminal.h"

namespace exitaudit::report {

std::string markdown_report(const ReportInput& input) {
  std::string text = "# Study " + input.study + "\n";
  if (!input.notes.empty()) text += "\n";
  for (const std::string& note : input.notes) text += "- " + note + "\n";
  for (const TextTable& table : {models_table(input.rows), attack_table(input.rows), stolen_exits_table(input.rows),
                                 times_table(input.rows), guard_table(input.rows), leak_table(input.rows),
                                 exits_table(input.rows), answers_table(input.rows), checks_table(input.rows)}) {
    if (!table.rows.empty()) text += "\n" + to_markdown(table);
  }
  return text + "\nEvery figure, with its interval and count, is in `results.csv`.\n";
}

std::string terminal_report(const ReportInput& input) {
  std::string text = "Study " + input.study + "\n";
  for (const std::string& note : input.notes) text += note + "\n";
  for (const TextTable& table :
       {models_table(input.rows), attack_table(input.rows), stolen_exits_table(input.rows), times_table(input.rows),
        guard_table(input.rows), leak_table(input.rows), checks_table(input.rows)}) {
    if (!table.rows.empty()) text += "\n" + to_terminal(table);
  }
  return text;
}

void write_report(const std::filesystem::path& folder, const ReportInput& input) {
  replace_file(folder / "results.csv", to_csv(input.study, input.rows));
  replace_file(folder / "results.md", markdown_report(input));
}

}  // namespace exitaudit::report
