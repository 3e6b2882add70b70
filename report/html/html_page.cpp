#include "report/html/html_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "pipeline/base/error.h"
#include "report/formats/plain_text.h"
#include "report/html/html_style.h"
#include "report/html/html_table.h"
#include "report/html/html_text.h"

namespace exitaudit::report {
namespace {

struct Sign {
  const char* style;
  const char* sign;
  const char* word;
};

/// Told apart by sign and word, too, not by colour alone.
Sign sign_of(Holds holds) {
  switch (holds) {
    case Holds::kYes:
      return {"good", "✓", "holds"};
    case Holds::kNo:
      return {"bad", "✗", "does not hold"};
    case Holds::kUndecided:
      break;
  }
  return {"open", "?", "undecided"};
}

/// "svg" at the width it was drawn for where that is more than a column's: it scrolls.
int drawn_width(std::string_view svg) {
  const std::size_t box = svg.find("viewBox=\"0 0 ");
  if (box == std::string_view::npos) return 0;
  return std::atoi(std::string(svg.substr(box + 13, 6)).c_str());
}

std::string file_link(const std::string& folder, const std::string& id, const char* ending, const char* text) {
  const std::string address = (folder.empty() ? "" : folder + "/") + id + ending;
  return fmt::format("<a href=\"{}\">{}</a>", html_escaped(address), text);
}

}  // namespace

std::string badge(const std::string& state) {
  static const std::map<std::string, const char*> styles{
      {"there", "good"},        {"failed", "bad"},    {"crashed", "bad"}, {"corrupt", "bad"}, {"lost", "bad"},
      {"out_of_memory", "bad"}, {"timed_out", "bad"}, {"stale", "warn"},  {"blocked", "warn"}};
  const auto found = styles.find(state);
  return fmt::format("<span class=\"badge {}\">{}</span>", found == styles.end() ? "open" : found->second,
                     html_escaped(replaced(state, "_", " ")));
}

HtmlPage::HtmlPage(std::string title, std::string lead) : title_(std::move(title)), lead_(std::move(lead)) {}

std::string HtmlPage::free_anchor(const std::string& wanted) const {
  const auto taken = [&](const std::string& anchor) {
    return std::ranges::any_of(headings_, [&](const Heading& heading) { return heading.anchor == anchor; });
  };
  std::string anchor = wanted;
  for (int number = 2; taken(anchor); ++number) anchor = fmt::format("{}-{}", wanted, number);
  return anchor;
}

void HtmlPage::heading(const std::string& text, int level, const std::string& anchor) {
  require(level == 2 || level == 3, "a heading has level 2 or 3");
  headings_.push_back({level, text, free_anchor(anchor_of(anchor.empty() ? text : anchor))});
  body_ += fmt::format(
      "<h{0} id=\"{1}\">{2}<a class=\"here\" href=\"#{1}\" aria-label=\"link to this section\">#</a></h{0}>\n", level,
      headings_.back().anchor, html_inline(text));
}

void HtmlPage::paragraph(const std::string& text) {
  body_ += "<p>" + html_inline(text) + "</p>\n";
}

void HtmlPage::list(const std::vector<std::string>& items) {
  if (items.empty()) return;
  body_ += "<ul>\n";
  for (const std::string& item : items) body_ += "<li>" + html_inline(item) + "</li>\n";
  body_ += "</ul>\n";
}

void HtmlPage::links(const std::vector<HtmlLink>& links) {
  if (links.empty()) return;
  body_ += "<ul>\n";
  for (const HtmlLink& link : links) {
    body_ += fmt::format("<li><a href=\"{}\">{}</a>{}</li>\n", html_escaped(link.address), html_inline(link.text),
                         html_inline(link.after));
  }
  body_ += "</ul>\n";
}

void HtmlPage::table(const TextTable& table, int badges, const std::vector<std::string>& addresses) {
  body_ += html_table(table, badges, addresses);
}

void HtmlPage::figure(const Chart& chart, std::string_view svg, const FigureFiles& files) {
  // gnuplot's ids begin with "gnuplot" and "gp": the prefixed ones differ from every anchor, which have no "_".
  const std::string drawing = inline_svg(svg, fmt::format("figure_{}_", ++figures_), chart.title);
  body_ += "<figure>\n";
  if (!drawing.empty()) {
    const int width = drawn_width(svg);
    body_ += fmt::format(
        "<div class=\"drawing\" tabindex=\"0\"><div style=\"min-width:min({}px,100vw + 12rem)\">{}</div></div>\n",
        width * 4 / 5, drawing);
  }
  const std::string title = drawing.empty() ? "<strong>" + html_inline(chart.title) + "</strong> (not drawn) " : "";
  body_ += "<figcaption>" + title + html_inline(chart.caption) + " <span class=\"files\">";
  body_ += file_link(files.folder, chart.id, ".csv", "numbers (CSV)") + " · " +
           file_link(files.folder, chart.id, ".gp", "gnuplot script");
  if (!drawing.empty()) body_ += " · " + file_link(files.folder, chart.id, ".svg", "SVG");
  if (!drawing.empty() && files.png) body_ += " · " + file_link(files.folder, chart.id, ".png", "PNG");
  body_ += "</span></figcaption>\n</figure>\n";
}

void HtmlPage::checklist(const std::vector<ChecklistEntry>& entries) {
  if (entries.empty()) return;
  body_ += "<ul class=\"checklist\">\n";
  for (const ChecklistEntry& entry : entries) {
    const Sign sign = sign_of(entry.holds);
    body_ += fmt::format("<li class=\"{}\"><span class=\"sign\"><span aria-hidden=\"true\">{}</span> {}</span><div>{}",
                         sign.style, sign.sign, sign.word, html_inline(entry.claim));
    if (!entry.finding.empty()) body_ += "<div class=\"finding\">" + html_inline(entry.finding) + "</div>";
    body_ += "</div></li>\n";
  }
  body_ += "</ul>\n";
}

void HtmlPage::lack(const std::string& what, const std::string& remedy) {
  body_ += "<div class=\"lack\"><p><span class=\"badge open\">not there</span> " + html_inline(what) + "</p>\n";
  if (!remedy.empty()) body_ += "<pre>" + html_escaped(remedy) + "</pre>\n";
  body_ += "</div>\n";
}

void HtmlPage::preformatted(const std::string& text) {
  body_ += "<pre tabindex=\"0\">" + html_escaped(text) + "</pre>\n";
}

void HtmlPage::open_details(const std::string& summary) {
  ++open_details_;
  body_ += "<details><summary>" + html_inline(summary) + "</summary>\n";
}

void HtmlPage::close_details() {
  require(open_details_ > 0, "details that are closed were opened");
  --open_details_;
  body_ += "</details>\n";
}

std::string HtmlPage::contents() const {
  if (headings_.size() < 2) return "";
  std::string text = "<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ol>\n";
  int level = 2;
  bool open = false;
  for (const Heading& heading : headings_) {
    // A deeper heading opens a list inside the item above it; the very first has none above it.
    if (heading.level == 3 && level == 2 && open) {
      text += "\n<ol>\n";
      level = 3;
    } else {
      if (open) text += "</li>\n";
      if (heading.level == 2 && level == 3) {
        text += "</ol></li>\n";
        level = 2;
      }
    }
    text += fmt::format("<li><a href=\"#{}\">{}</a>", heading.anchor, html_inline(heading.text));
    open = true;
  }
  text += level == 3 ? "</li>\n</ol></li>\n" : "</li>\n";
  return text + "</ol>\n</nav>\n";
}

std::string HtmlPage::finish() const {
  require(open_details_ == 0, "all details of a page are closed");
  const std::string lead = lead_.empty() ? "" : "<p class=\"lead\">" + html_inline(lead_) + "</p>\n";
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n"
      "{}<main>\n<header><h1>{}</h1>\n{}</header>\n{}</main>\n</body>\n</html>\n",
      html_escaped(one_line(title_)), html_style(), contents(), html_inline(title_), lead, body_);
}

}  // namespace exitaudit::report
