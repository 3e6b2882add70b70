#include "report/contents.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/tables/attack_table.h"
#include "report/tables/checks_table.h"
#include "report/tables/clock_tables.h"
#include "report/tables/leak_tables.h"
#include "report/tables/model_tables.h"
#include "report/verdict.h"

namespace exitaudit::report {
namespace {

constexpr std::size_t kNamedHoles = 60;

std::vector<TextTable> tables_of(const StudyResults& results) {
  std::vector<TextTable> tables{models_table(results), attack_table(results),  stolen_exits_table(results),
                                times_table(results),  guard_table(results),   leak_table(results),
                                exits_table(results),  answers_table(results), checks_table(results.rows)};
  std::erase_if(tables, [](const TextTable& table) { return table.rows.empty(); });
  return tables;
}

}  // namespace

ReportContents make_contents(const StudyResults& results, const std::vector<PublishedNumber>& published) {
  const StudyView view(results);
  ReportContents contents{.verdict = verdict_sentences(view),
                          .tables = tables_of(results),
                          .gates = judge_gates(view),
                          .published = published_table(results, compare_with_published(view, published)),
                          .items = {}};
  for (const Item& item : item_list()) contents.items.push_back({&item, item.make(view)});
  return contents;
}

std::string holes_sentence(const StudyResults& results) {
  StateCounts counts;
  std::int64_t holes = 0;
  for (const ExpectedResult& result : results.expected) {
    if (result.state == ResultState::kThere) continue;
    ++counts[result.state];
    ++holes;
  }
  if (holes == 0) return "";
  return fmt::format("{} of the study's {} results are not there: {}. Nothing below includes them.", holes,
                     results.expected.size(), list_counts(counts));
}

TextTable holes_table(const StudyResults& results) {
  TextTable table{.title = "Results that are not there", .columns = {{"job"}, {"state"}, {"why"}}};
  std::size_t more = 0;
  for (const ExpectedResult& result : results.expected) {
    if (result.state == ResultState::kThere) continue;
    if (table.rows.size() == kNamedHoles) {
      ++more;
    } else {
      table.rows.push_back({result.job, to_string(result.state), result.why});
    }
  }
  if (more > 0) table.notes.push_back(fmt::format("And {} more: `exitaudit status` names all.", more));
  return table;
}

}  // namespace exitaudit::report
