#pragma once
// Model pages: one page for each target of a study, with all that was measured on it.

#include <map>
#include <string>
#include <vector>

#include "report/charts/chart.h"
#include "report/formats/text_table.h"
#include "report/study_results.h"
#include "report/tables/figures.h"

namespace exitaudit::report {

/// Sentences, then tables, then charts.
struct ModelSection {
  std::string title;
  std::vector<std::string> sentences = {};  ///< what is seen, or why nothing is
  std::vector<TextTable> tables = {};
  std::vector<Chart> charts = {};
};

struct ModelPage {
  Subject subject;
  std::string title;  ///< "cifar10 vgg16, 3 exits, seed 1"
  std::string file;   ///< "cifar10-vgg16-exits3-seed1.html"; no two pages have one
  std::vector<ModelSection> sections;
  std::vector<ExpectedResult> holes;  ///< results of this model that are not there
};

/// In the order of tables. Targets that have rows or curves or that the study expects; their charts' ids begin with the
/// file's name without its ending.
std::vector<ModelPage> model_pages(const StudyResults& results);

/// For `draw`, as SVG only.
std::vector<Chart> charts_of(const std::vector<ModelPage>& pages);

/// The page; `svg` as `draw` leaves it, the charts' files lying beside the page. `back`: the study's report, seen from
/// here.
std::string model_page_html(const ModelPage& page, const std::string& study,
                            const std::map<std::string, std::string>& svg, const std::string& back = "../index.html");

}  // namespace exitaudit::report
