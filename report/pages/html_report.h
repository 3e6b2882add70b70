#pragma once
// The report as one HTML page that is whole by itself, read from top to bottom: what was audited, the verdict, tables,
// the paper's claims, its figures, checks, failures, provenance and cost.

#include <map>
#include <string>
#include <vector>

#include "report/contents.h"
#include "report/pages/model_page.h"
#include "report/study_results.h"

namespace exitaudit::report {

/// `svg`: the items' drawn charts by id, whose files lie in figures/; `pages` lie in models/.
std::string html_report(const StudyResults& results, const ReportContents& contents,
                        const std::map<std::string, std::string>& svg, const std::vector<ModelPage>& pages);

}  // namespace exitaudit::report
