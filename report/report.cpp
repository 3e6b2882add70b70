#include "report/report.h"

#include <fmt/format.h>

#include "pipeline/base/files.h"
#include "report/charts/draw.h"
#include "report/formats/csv.h"
#include "report/formats/latex.h"
#include "report/formats/markdown.h"
#include "report/formats/terminal.h"
#include "report/pages/html_report.h"
#include "report/pages/model_page.h"

namespace exitaudit::report {
namespace {

namespace fs = std::filesystem;

/// What reports put into a folder of theirs; what else a user keeps there stays.
void clear(const fs::path& folder) {
  if (!fs::is_directory(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string kind = entry.path().extension().string();
    if (kind == ".svg" || kind == ".png" || kind == ".csv" || kind == ".gp" || kind == ".html") fs::remove(entry);
  }
}

std::vector<Chart> charts_of(const ReportContents& contents) {
  std::vector<Chart> charts;
  for (const MadeItem& made : contents.items) {
    charts.insert(charts.end(), made.content.charts.begin(), made.content.charts.end());
  }
  return charts;
}

/// The same tables as Markdown has.
std::vector<TextTable> paper_tables(const ReportContents& contents) {
  std::vector<TextTable> tables = contents.tables;
  tables.push_back(contents.published);
  tables.push_back(gates_table(contents.gates));
  return tables;
}

std::string paragraph(const std::string& text) {
  return text.empty() ? "" : "\n" + text + "\n";
}

}  // namespace

std::string markdown_report(const StudyResults& results, const ReportContents& contents) {
  std::string text = "# Study " + results.study + "\n";
  if (!results.notes.empty()) text += "\n";
  for (const std::string& note : results.notes) text += "- " + note + "\n";
  for (const std::string& sentence : contents.verdict) text += paragraph(sentence);
  text += paragraph(holes_sentence(results));
  for (const TextTable& table : paper_tables(contents)) {
    if (!table.rows.empty()) text += "\n" + to_markdown(table);
  }
  return text + "\nEvery number, with its interval and count, is in `results.csv`; figures are in `index.html`.\n";
}

std::string terminal_report(const StudyResults& results, const ReportContents& contents) {
  std::string text = "Study " + results.study + "\n";
  for (const std::string& note : results.notes) text += note + "\n";
  for (const TextTable& table : contents.tables) {
    if (!table.detail) text += "\n" + to_terminal(table);
  }
  for (const std::string& sentence : contents.verdict) text += "\n" + wrapped(sentence);
  const std::string holes = holes_sentence(results);
  if (!holes.empty()) text += "\n" + wrapped(holes);
  return text;
}

std::vector<std::string> write_report(const fs::path& folder, const StudyResults& results,
                                      const ReportContents& contents) {
  replace_file(folder / "results.csv", to_csv(results.study, results.rows));
  replace_file(folder / "results.md", markdown_report(results, contents));
  replace_file(folder / "results.tex", latex_report(results.study, paper_tables(contents)));
  clear(folder / "figures");
  clear(folder / "models");
  const Drawing figures = draw(folder / "figures", charts_of(contents));
  const std::vector<ModelPage> pages = model_pages(results);
  const Drawing models = draw(folder / "models", charts_of(pages), Terminals::kSvg);
  for (const ModelPage& page : pages) {
    replace_file(folder / "models" / page.file, model_page_html(page, results.study, models.svg));
  }
  replace_file(folder / "index.html", html_report(results, contents, figures.svg, pages));
  const std::string& fault = figures.fault.empty() ? models.fault : figures.fault;
  return fault.empty() ? std::vector<std::string>{} : std::vector<std::string>{fault};
}

std::string write_items(const fs::path& folder, const StudyResults& results, const std::vector<std::string>& ids) {
  const StudyView view(results);
  std::string text;
  for (const std::string& id : ids) {
    const Item& item = find_item(id);
    const ItemContent content = item.make(view);
    const Drawing drawing = draw(folder / "figures", content.charts);
    text += fmt::format("{}: {}\n", item.id, item.shows);
    for (const TextTable& table : content.tables) text += "\n" + to_terminal(table);
    for (const std::string& finding : content.findings) text += "\n" + wrapped(finding);
    for (const Lack& lack : content.lacks) text += "\n" + wrapped("lacks " + lack.what + ":") + lack.remedy + "\n";
    for (const auto& [chart, svg] : drawing.svg) {
      text += fmt::format("\n{} (.png, .csv, .gp)", (folder / "figures" / (chart + ".svg")).string());
    }
    text += (drawing.svg.empty() ? "" : "\n") + (drawing.fault.empty() ? "" : "\n" + drawing.fault + "\n");
  }
  return text;
}

}  // namespace exitaudit::report
