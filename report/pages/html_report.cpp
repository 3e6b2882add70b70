#include "report/pages/html_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/run/progress.h"
#include "report/html/html_page.h"

namespace exitaudit::report {
namespace {

constexpr int kStateColumn = 1;  ///< of the tables of holes and of failures

Holds holds(Decision decision) {
  switch (decision) {
    case Decision::kHolds:
      return Holds::kYes;
    case Decision::kDoesNotHold:
      return Holds::kNo;
    case Decision::kUndecided:
      break;
  }
  return Holds::kUndecided;
}

class ReportPage {
 public:
  ReportPage(const StudyResults& results, const ReportContents& contents, const std::map<std::string, std::string>& svg,
             const std::vector<ModelPage>& pages)
      : results_(results), contents_(contents), svg_(svg), pages_(pages), page_("Study " + results.study, lead()) {}

  std::string write() {
    tell_verdict();
    tell_tables();
    tell_claims();
    tell_items();
    tell_models();
    tell_holes();
    tell_origin();
    return page_.finish();
  }

 private:
  std::string lead() const {
    std::string text = "What this study's multi-exit networks leak about their training data. Positive = member.";
    for (const std::string& note : results_.notes) text += " " + note;
    return text;
  }

  void tell_verdict() {
    page_.heading("Verdict");
    for (const std::string& sentence : contents_.verdict) page_.paragraph(sentence);
    const std::string holes = holes_sentence(results_);
    if (!holes.empty()) page_.paragraph(holes);
    page_.links({{"results.csv", "results.csv", ": every number with its interval and count"},
                 {"results.md", "results.md", ": the tables, for a repository"},
                 {"results.tex", "results.tex", ": the tables, for a paper"}});
  }

  void tell_tables() {
    page_.heading("Results");
    for (const TextTable& table : contents_.tables) tell_under_heading(table);
    if (contents_.tables.empty()) page_.paragraph("There is no result yet.");
  }

  void tell_claims() {
    page_.heading("What the paper claims, and what holds here");
    std::vector<ChecklistEntry> entries;
    for (const Gate& gate : contents_.gates) {
      entries.push_back({holds(gate.verdict), fmt::format("{}. {}", gate.number, gate.claim), gate.evidence});
    }
    page_.checklist(entries);
    if (!contents_.published.rows.empty()) tell_under_heading(contents_.published);
  }

  /// Its title is the heading, so that the contents list it.
  void tell_under_heading(TextTable table) {
    page_.heading(table.title, 3);
    table.title.clear();
    page_.table(table);
  }

  /// Those that show something first; what the others lack comes behind them, folded.
  void tell_items() {
    page_.heading("The paper's figures and tables");
    std::vector<const MadeItem*> empty;
    for (const MadeItem& made : contents_.items) {
      if (made.content.charts.empty() && made.content.tables.empty() && made.content.findings.empty()) {
        empty.push_back(&made);
      } else {
        tell(made);
      }
    }
    if (empty.empty()) return;
    page_.open_details(fmt::format("{} more that this study has no runs for, and what would give them", empty.size()));
    for (const MadeItem* made : empty) tell(*made);
    page_.close_details();
  }

  void tell(const MadeItem& made) {
    page_.heading(heading(*made.item), 3, std::string(made.item->id));
    for (const std::string& finding : made.content.findings) page_.paragraph(finding);
    for (const Chart& chart : made.content.charts) {
      const auto drawn = svg_.find(chart.id);
      page_.figure(chart, drawn == svg_.end() ? "" : drawn->second, {.folder = "figures"});
    }
    for (const TextTable& table : made.content.tables) page_.table(table);
    for (const Lack& lack : made.content.lacks) page_.lack(lack.what, lack.remedy);
  }

  /// "Figure 13: time against true exit, and its density"
  static std::string heading(const Item& item) {
    std::string name(item.id);
    name[0] = static_cast<char>(name[0] - 'a' + 'A');
    std::ranges::replace(name, '-', ' ');
    return fmt::format("{}: {}", name, item.shows);
  }

  void tell_models() {
    page_.heading("Models, one by one");
    TextTable table{.title = "", .columns = {{"model"}}};
    std::vector<std::string> addresses;
    for (const ModelPage& page : pages_) {
      table.rows.push_back({page.title});
      addresses.push_back("models/" + page.file);
    }
    page_.table(table, -1, addresses);
  }

  void tell_holes() {
    page_.heading("Failures and holes");
    TextTable failures{.title = "Jobs that failed", .columns = {{"job"}, {"outcome"}, {"message"}, {"log"}}};
    for (const FailedJob& job : results_.failures)
      failures.rows.push_back({job.job, job.outcome, job.message, job.log});
    if (!failures.rows.empty()) {
      failures.notes.push_back(
          fmt::format("`exitaudit retry {0}` clears them, `exitaudit run {0}` runs them again.", results_.command));
    }
    const TextTable holes = holes_table(results_);
    page_.table(failures, kStateColumn);
    page_.table(holes, kStateColumn);
    if (failures.rows.empty() && holes.rows.empty()) page_.paragraph("None: every result of the study is there.");
  }

  void tell_origin() {
    page_.heading("Provenance and cost");
    TextTable origin{.title = "", .columns = {{"what"}, {"value"}}};
    for (const auto& [name, value] : results_.provenance) origin.rows.push_back({name, value});
    page_.table(origin);
    page_.table(costs());
    page_.open_details("The study, with every default written out");
    page_.preformatted(results_.settings);
    page_.close_details();
  }

  TextTable costs() const {
    TextTable table{
        .title = "What it cost",
        .columns = {{"stage"}, {"jobs", true}, {"attempts", true}, {"time", true}, {"a job", true}, {"MB", true}}};
    double seconds = 0;
    double bytes = 0;
    for (const StageCost& cost : results_.costs) {
      seconds += cost.seconds;
      bytes += cost.bytes;
      const double each = cost.attempts > 0 ? cost.seconds / static_cast<double>(cost.attempts) : 0;
      table.rows.push_back({cost.stage, std::to_string(cost.jobs), std::to_string(cost.attempts),
                            format_duration(cost.seconds), format_duration(each),
                            fmt::format("{:.1f}", cost.bytes / 1e6)});
    }
    table.notes = {
        fmt::format("{} of jobs' time in all, on every device together; {:.1f} MB of artifacts. Attempts that "
                    "were lost or preempted are included.",
                    format_duration(seconds), bytes / 1e6)};
    return table;
  }

  const StudyResults& results_;
  const ReportContents& contents_;
  const std::map<std::string, std::string>& svg_;
  const std::vector<ModelPage>& pages_;
  HtmlPage page_;
};

}  // namespace

std::string html_report(const StudyResults& results, const ReportContents& contents,
                        const std::map<std::string, std::string>& svg, const std::vector<ModelPage>& pages) {
  return ReportPage(results, contents, svg, pages).write();
}

}  // namespace exitaudit::report
