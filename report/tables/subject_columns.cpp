#include "report/tables/subject_columns.h"

#include <set>

namespace exitaudit::report {

SubjectColumns::SubjectColumns(const FiguresBySubject& figures) {
  std::set<std::int64_t> seeds;
  for (const auto& entry : figures) seeds.insert(entry.first.seed);
  several_seeds_ = seeds.size() > 1;
}

std::vector<TextColumn> SubjectColumns::columns() const {
  std::vector<TextColumn> columns{{"dataset"}, {"network"}, {"exits", true}};
  if (several_seeds_) columns.push_back({"seed", true});
  return columns;
}

std::vector<std::string> SubjectColumns::cells(const Subject& subject) const {
  std::vector<std::string> cells{subject.dataset, subject.network,
                                 subject.exits == 0 ? "mean" : std::to_string(subject.exits)};
  if (several_seeds_) cells.push_back(subject.seed == -1 ? "mean" : std::to_string(subject.seed));
  return cells;
}

std::string means_note() {
  return "mean: over this study's models with 2 to 6 exits, or over its seeds, ± sample deviation; n: how many.";
}

}  // namespace exitaudit::report
