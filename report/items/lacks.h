#pragma once
// What an item lacks, and the end of every item: nothing empty is shown.

#include <functional>
#include <string>
#include <vector>

#include "report/items/item.h"

namespace exitaudit::report {

/// Results that an item rests on.
struct Need {
  std::string what;                                   ///< plural: "label-only attacks"
  std::function<bool(const ExpectedResult&)> wanted;  ///< which of the study's results these are
  std::string lines;                                  ///< of YAML, for a study that asks for none
};

/// A sentence where results of the study are holes, or where the study asks for none and none was `found` in the table.
void add_lack(ItemContent& content, const StudyResults& results, const Need& need, bool found);

/// A model's results with this noun; of the targets.
std::function<bool(const ExpectedResult&)> of_models(const std::string& noun);
/// Verdicts of this kind of attack whose exit source starts with `source`, taught by the target's twin.
std::function<bool(const ExpectedResult&)> of_attacks(const std::string& attack, const std::string& source);

/// Without charts that have no point and tables that have no row; where nothing at all is left, `content` says that.
ItemContent finished(ItemContent content, const StudyResults& results);

/// The study as commands name it.
std::string command_of(const StudyResults& results);

/// Of more than eight sentences on one matter only how many they are is told.
void add_findings(ItemContent& content, const std::vector<std::string>& sentences);

}  // namespace exitaudit::report
