#pragma once
// Item: one figure or table of the paper (specification section 9), made from a study's results.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/charts/chart.h"
#include "report/formats/text_table.h"
#include "report/items/study_view.h"

namespace exitaudit::report {

/// What an item lacks and what to do about it: jobs of the study that have not left their result, or runs that the
/// study does not ask for.
struct Lack {
  std::string what;    ///< "3 of 12 label-only attacks: 2 failed, 1 missing", "no network with 6 exits"
  std::string remedy;  ///< a command, or the lines to add to the study and then the command
};

struct ItemContent {
  std::vector<TextTable> tables;
  std::vector<Chart> charts;
  std::vector<std::string> findings;  ///< what is seen, as found; a sentence each
  std::vector<Lack> lacks;
};

struct Item {
  std::string_view id;     ///< "figure-13", "table-1", "equation-1", "algorithm-1"
  std::string_view shows;  ///< "time against true exit, and its density"
  ItemContent (*make)(const StudyView& view);
};

/// In the paper's order.
std::span<const Item> item_list();

/// Throws BadInput with a suggestion where there is no such item.
const Item& find_item(std::string_view id);

}  // namespace exitaudit::report
