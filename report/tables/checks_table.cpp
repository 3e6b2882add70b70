#include "report/tables/checks_table.h"

#include <fmt/format.h>

#include <string>

namespace exitaudit::report {
namespace {

struct Check {
  const char* metric;
  const char* says;
  bool counts_n;  ///< looked at `n` times rather than once a row
};

constexpr Check kChecks[] = {
    {"check_partition_disjoint", "the four parts and the calibration samples of a dataset are disjoint", false},
    {"check_same_recipe", "a shadow is trained as its target is, but for its data", false},
    {"check_models", "every model of the study is recorded", true},
    {"check_evaluation_mode", "a model answers the same samples with the same bits (evaluation mode)", false},
    {"check_members_as_split", "members and non-members are those of the split", false},
    {"check_joined_by_index", "verdicts are joined to the truth by sample index", true},
    {"null_within", "against permuted members, an attack succeeds as chance does", false},
};
constexpr std::size_t kNamedFailures = 3;

std::string subject_of(const schema::TableRow& row) {
  if (!row.job.empty()) return row.job;
  return fmt::format("{}/{}/exits{}", row.dataset, row.network, row.exits);
}

struct Result {
  std::int64_t looks = 0;
  std::vector<std::string> failed;
};

Result look(const std::vector<schema::TableRow>& rows, const Check& check) {
  Result result;
  for (const schema::TableRow& row : rows) {
    const schema::Measurement& m = row.measurement;
    if (m.metric != check.metric || (m.slice != "check" && m.slice != "null")) continue;
    result.looks += check.counts_n ? m.n : 1;
    if (m.value != 1) result.failed.push_back(subject_of(row));
  }
  return result;
}

std::string failure_note(const Check& check, const std::vector<std::string>& failed) {
  std::string names;
  for (std::size_t i = 0; i < failed.size() && i < kNamedFailures; ++i) names += (i > 0 ? ", " : "") + failed[i];
  if (failed.size() > kNamedFailures) names += fmt::format(" and {} more", failed.size() - kNamedFailures);
  return fmt::format("FAILED, do not trust what depends on it: {} ({}).", check.says, names);
}

}  // namespace

TextTable checks_table(const std::vector<schema::TableRow>& rows) {
  TextTable table{.title = "Checks", .columns = {{"check"}, {"result"}, {"looks", true}}};
  for (const Check& check : kChecks) {
    const Result result = look(rows, check);
    if (result.looks == 0 && result.failed.empty()) continue;
    table.rows.push_back({check.says, result.failed.empty() ? "passed" : "FAILED", std::to_string(result.looks)});
    if (!result.failed.empty()) table.notes.push_back(failure_note(check, result.failed));
  }
  return table;
}

}  // namespace exitaudit::report
