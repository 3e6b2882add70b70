#pragma once
// SubjectColumns: the first columns of every table, which say what a row is about.

#include <string>
#include <vector>

#include "report/formats/text_table.h"
#include "report/tables/figures.h"

namespace exitaudit::report {

/// dataset, network, exits, and the seed where a study has several.
class SubjectColumns {
 public:
  explicit SubjectColumns(const FiguresBySubject& figures);
  std::vector<TextColumn> columns() const;
  std::vector<std::string> cells(const Subject& subject) const;

 private:
  bool several_seeds_ = false;
};

/// What a row of means holds.
std::string means_note();

}  // namespace exitaudit::report
