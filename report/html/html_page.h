#pragma once
// HtmlPage: one page that is whole by itself: style and figures inside, nothing from a network, no scripts. It is read
// from top to bottom; calls append in that order. All text is escaped; `words` between backquotes become code.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/charts/chart.h"
#include "report/formats/text_table.h"
#include "report/study_results.h"

namespace exitaudit::report {

enum class Holds { kYes, kNo, kUndecided };

/// A line of a checklist: what is claimed, and what was found.
struct ChecklistEntry {
  Holds holds = Holds::kUndecided;
  std::string claim;
  std::string finding = {};
};

struct HtmlLink {
  std::string text;
  std::string address;     ///< relative to the page
  std::string after = {};  ///< text behind it
};

/// Where a figure's files are, seen from the page.
struct FigureFiles {
  std::string folder;  ///< "figures"; "" beside the page
  bool png = true;     ///< whether there is one
};

class HtmlPage {
 public:
  /// `lead`: a sentence or two below the title.
  explicit HtmlPage(std::string title, std::string lead = "");

  /// Level 2 or 3, both in the table of contents. The anchor is made from the text where none is given; one that is
  /// taken gets a number.
  void heading(const std::string& text, int level = 2, const std::string& anchor = "");
  void paragraph(const std::string& text);
  void list(const std::vector<std::string>& items);
  void links(const std::vector<HtmlLink>& links);
  /// With its title as a caption; nothing where it has no rows. `badges`: a column whose cells are the names of
  /// ResultStates or failures' outcomes and are shown as badges; -1 for none. `addresses`: of what the first column
  /// that is not grouped links to, one a row, "" for none.
  void table(const TextTable& table, int badges = -1, const std::vector<std::string>& addresses = {});
  /// The caption and links to CSV, script, SVG and PNG; without `svg` it says that the figure is not drawn.
  void figure(const Chart& chart, std::string_view svg, const FigureFiles& files = {});
  void checklist(const std::vector<ChecklistEntry>& entries);
  /// What is not there, and the commands or lines that would bring it.
  void lack(const std::string& what, const std::string& remedy);
  void preformatted(const std::string& text);
  void open_details(const std::string& summary);
  void close_details();

  /// The page. Throws Error(kFailure) where details are left open.
  std::string finish() const;

 private:
  struct Heading {
    int level;
    std::string text;
    std::string anchor;
  };
  std::string free_anchor(const std::string& wanted) const;
  std::string contents() const;

  std::string title_;
  std::string lead_;
  std::string body_;
  std::vector<Heading> headings_;
  int open_details_ = 0;
  int figures_ = 0;
};

/// "missing", "failed", … in its colour, as HTML.
std::string badge(const std::string& state);

}  // namespace exitaudit::report
