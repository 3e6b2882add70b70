#include "report/html/html_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html/html_page.h"
#include "report/html/html_text.h"

namespace exitaudit::report {
namespace {

constexpr std::size_t kShort = 24;  ///< bytes of a text that stays on one line

bool same_group(const TextTable& table, std::size_t a, std::size_t b) {
  return std::equal(table.rows[a].begin(), table.rows[a].begin() + static_cast<std::ptrdiff_t>(table.grouped),
                    table.rows[b].begin());
}

std::size_t count_groups(const TextTable& table) {
  std::size_t count = table.rows.empty() ? 0 : 1;
  for (std::size_t i = 1; i < table.rows.size(); ++i) count += same_group(table, i - 1, i) ? 0 : 1;
  return count;
}

/// One table on its way into HTML.
class TableWriter {
 public:
  TableWriter(const TextTable& table, int badges, const std::vector<std::string>& addresses)
      : table_(table), badges_(badges), addresses_(addresses) {
    const bool worth_it = table.grouped > 0 && 2 * count_groups(table) <= table.rows.size() + 1;
    first_ = worth_it ? table.grouped : 0;
    linked_ = std::min(table.grouped, table.columns.empty() ? 0 : table.columns.size() - 1);
  }

  std::string all() const {
    std::string text = "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"" + html_escaped(table_.title) +
                       "\"><table>\n";
    if (!table_.title.empty()) text += "<caption>" + html_inline(table_.title) + "</caption>\n";
    text += head();
    for (std::size_t i = 0; i < table_.rows.size(); ++i) {
      if (i == 0 || (first_ > 0 && !same_group(table_, i - 1, i))) text += (i > 0 ? "</tbody>\n" : "") + group(i);
      text += row(i);
    }
    return text + "</tbody>\n</table></div>\n";
  }

 private:
  static std::string kind(const TextColumn& column) { return column.numeric ? " class=\"number\"" : ""; }

  std::string head() const {
    std::string text = "<thead><tr>";
    for (std::size_t i = first_; i < table_.columns.size(); ++i) {
      text += fmt::format("<th scope=\"col\"{}>{}</th>", kind(table_.columns[i]), html_inline(table_.columns[i].title));
    }
    return text + "</tr></thead>\n";
  }

  std::string group(std::size_t at) const {
    if (first_ == 0) return "<tbody>\n";
    std::string name;
    for (std::size_t i = 0; i < first_; ++i) name += (i > 0 ? " · " : "") + html_inline(table_.rows[at][i]);
    return fmt::format("<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                       table_.columns.size() - first_, name);
  }

  std::string cell(std::size_t at, std::size_t column) const {
    const std::string& content = table_.rows[at][column];
    if (static_cast<int>(column) == badges_) return badge(content);
    const bool linked = column == linked_ && at < addresses_.size() && !addresses_[at].empty();
    if (!linked) return html_inline(content);
    return fmt::format("<a href=\"{}\">{}</a>", html_escaped(addresses_[at]), html_inline(content));
  }

  std::string row(std::size_t at) const {
    std::string text = "<tr>";
    for (std::size_t i = first_; i < table_.rows[at].size(); ++i) {
      const bool is_short = !table_.columns[i].numeric && table_.rows[at][i].size() <= kShort;
      text += fmt::format("<td{}>{}</td>", is_short ? " class=\"short\"" : kind(table_.columns[i]), cell(at, i));
    }
    return text + "</tr>\n";
  }

  const TextTable& table_;
  int badges_;
  const std::vector<std::string>& addresses_;
  std::size_t first_ = 0;   ///< column that rows begin with
  std::size_t linked_ = 0;  ///< column that holds the links
};

}  // namespace

std::string html_table(const TextTable& table, int badges, const std::vector<std::string>& addresses) {
  if (table.rows.empty()) return "";
  std::string text = TableWriter(table, badges, addresses).all();
  if (table.notes.empty()) return text;
  text += "<div class=\"notes\">\n";
  for (const std::string& note : table.notes) text += "<p>" + html_inline(note) + "</p>\n";
  return text + "</div>\n";
}

}  // namespace exitaudit::report
