#include "report/pages/model_page.h"

#include <fmt/format.h>

#include <set>

#include "report/formats/plain_text.h"
#include "report/html/html_page.h"
#include "report/pages/model_data.h"

namespace exitaudit::report {
namespace {

template <class Row>
Subject model_of(const Row& row) {
  return {row.dataset, row.network, row.exits, row.seed, "", "", ""};
}

/// Rows without a network belong to datasets, roles other than the target's to shadows.
template <class Row>
bool belongs_to_target(const Row& row) {
  return !row.network.empty() && (row.role == "target" || row.role.empty()) && row.exits > 0 && row.seed >= 0;
}

std::set<Subject> targets(const StudyResults& results) {
  std::set<Subject> found;
  const auto add = [&](const auto& rows) {
    for (const auto& row : rows) {
      if (belongs_to_target(row)) found.insert(model_of(row));
    }
  };
  add(results.rows);
  add(results.curves);
  add(results.expected);
  return found;
}

std::string title_of(const Subject& model) {
  return fmt::format("{} {}, {} exit{}, seed {}", model.dataset, model.network, model.exits,
                     model.exits == 1 ? "" : "s", model.seed);
}

TextTable holes_table(const std::vector<ExpectedResult>& holes) {
  TextTable table{.title = "Results that are not there", .columns = {{"job"}, {"result"}, {"state"}, {"why"}}};
  for (const ExpectedResult& hole : holes) table.rows.push_back({hole.job, hole.noun, to_string(hole.state), hole.why});
  return table;
}

void append(const ModelSection& section, const std::map<std::string, std::string>& svg, HtmlPage& page) {
  page.heading(section.title);
  for (const std::string& sentence : section.sentences) page.paragraph(sentence);
  for (const TextTable& table : section.tables) page.table(table);
  for (const Chart& chart : section.charts) {
    const auto drawn = svg.find(chart.id);
    page.figure(chart, drawn == svg.end() ? "" : drawn->second, {.folder = "", .png = false});
  }
}

}  // namespace

std::vector<ModelPage> model_pages(const StudyResults& results) {
  std::vector<ModelPage> pages;
  std::set<std::string> names;
  for (const Subject& subject : targets(results)) {
    const std::string wanted =
        file_word(fmt::format("{}-{}-exits{}-seed{}", subject.dataset, subject.network, subject.exits, subject.seed));
    std::string name = wanted;
    for (int number = 2; !names.insert(name).second; ++number) name = fmt::format("{}-{}", wanted, number);
    ModelData model = model_data(results, subject);
    model.id = name;
    pages.push_back(
        {.subject = subject,
         .title = title_of(subject),
         .file = name + ".html",
         .sections = {exits_section(model), threshold_section(model), training_section(model),
                      overthinking_section(model), losses_section(model), clock_section(model), attacks_section(model)},
         .holes = model.holes});
  }
  return pages;
}

std::vector<Chart> charts_of(const std::vector<ModelPage>& pages) {
  std::vector<Chart> charts;
  for (const ModelPage& page : pages) {
    for (const ModelSection& section : page.sections) {
      charts.insert(charts.end(), section.charts.begin(), section.charts.end());
    }
  }
  return charts;
}

std::string model_page_html(const ModelPage& model, const std::string& study,
                            const std::map<std::string, std::string>& svg, const std::string& back) {
  HtmlPage page(model.title, "A target of the study " + study + ": all that was measured on it.");
  page.links({{"The study's report", back}});
  if (!model.holes.empty()) {
    page.heading("What is not there");
    page.table(holes_table(model.holes), 2);
  }
  for (const ModelSection& section : model.sections) append(section, svg, page);
  return page.finish();
}

}  // namespace exitaudit::report
