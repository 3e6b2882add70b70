// Recordings as CSV: a header, then one row a sample; commas, no quotes but around a field, LF or CRLF.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <string_view>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/suggest.h"
#include "pipeline/config/text_form.h"
#include "stages/import_observations/recording.h"

namespace exitaudit::import_observations {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

/// A CSV text, row by row.
class Rows {
 public:
  Rows(std::string name, std::string_view text) : name_(std::move(name)), rest_(text) {
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    const std::string_view line = next_line();
    if (internal::find_non_text(line) != std::string_view::npos) {
      throw BadInput(name_ + ": is neither text nor HDF5; expected a CSV file with a header, or an HDF5 file");
    }
    split(line, header_);
  }

  const std::string& name() const { return name_; }
  const std::vector<std::string_view>& header() const { return header_; }
  std::int64_t row() const { return row_; }

  /// The next row's fields; empty lines at the end are none. False at the end of the file.
  bool next(std::vector<std::string_view>& fields) {
    std::string_view line;
    do {
      if (rest_.empty()) return false;
      line = next_line();
    } while (line.empty() && rest_.find_first_not_of("\r\n") == std::string_view::npos);
    split(line, fields);
    if (fields.size() == header_.size()) return true;
    throw BadInput(fmt::format("{}: row {} has {} fields; the header has {}; correct or remove the row", name_, row_,
                               fields.size(), header_.size()));
  }

  double number(std::string_view field, std::size_t column) const {
    double value = 0;
    const std::string_view text = trimmed(field);
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (!text.empty() && fault == std::errc() && end == text.data() + text.size()) return value;
    throw BadInput(fmt::format("{}: row {}: {} is {}; expected a number", name_, row_, header_[column],
                               text.empty() ? "empty" : internal::quoted_briefly(text)));
  }

 private:
  std::string_view next_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++row_;
    return line;
  }

  static void split(std::string_view line, std::vector<std::string_view>& fields) {
    fields.clear();
    for (std::size_t from = 0;;) {
      const std::size_t comma = line.find(',', from);
      fields.push_back(trimmed(line.substr(from, comma - from)));
      if (comma == std::string_view::npos) return;
      from = comma + 1;
    }
  }

  std::string name_;
  std::string_view rest_;
  std::vector<std::string_view> header_;
  std::int64_t row_ = 0;  ///< of the last line read, from 1
};

/// Where each value of a row goes.
using Sinks = std::vector<std::vector<double>*>;

/// "score_12" of "score_" is 12; -1 for other names.
std::int64_t number_of(std::string_view column, std::string_view prefix) {
  if (!column.starts_with(prefix)) return -1;
  const std::string_view digits = column.substr(prefix.size());
  std::int64_t number = -1;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return fault == std::errc() && end == digits.data() + digits.size() ? number : -1;
}

/// Holds the header against what a recording has, and finds each column's place.
class Header {
 public:
  Header(const Rows& rows, Recording& recording) : rows_(rows), recording_(recording) {}

  Sinks sinks() {
    Sinks sinks;
    for (const std::string_view column : rows_.header()) sinks.push_back(sink(column));
    if (scores_ > 0 && logits_ > 0) fail("has columns score_… and logit_…; give one of them");
    if (scores_ + logits_ == 0) fail("has no column score_0 (or logit_0); the scores are missing");
    for (const char* needed : {"label", "member"}) {
      if (!has(needed)) fail(fmt::format("has no column {}; {}", needed, known()));
    }
    recording_.are_logits = logits_ > 0;
    recording_.classes = scores_ + logits_;
    recording_.repeats = latencies_;
    return sinks;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw BadInput(rows_.name() + ": " + what); }

  bool has(std::string_view name) const {
    return std::find(rows_.header().begin(), rows_.header().end(), name) != rows_.header().end();
  }

  static std::string known() {
    return "columns are score_0, score_1, … (or logit_0, …), label, member, and where known exit, index, latency_ms_0, "
           "…";
  }

  std::vector<double>* sink(std::string_view column) {
    if (std::count(rows_.header().begin(), rows_.header().end(), column) > 1) {
      fail(fmt::format("has two columns {}", internal::quoted_briefly(column)));
    }
    if (column == "label") return &recording_.label;
    if (column == "member") return &recording_.member;
    if (column == "exit") return &recording_.exit;
    if (column == "index") return &recording_.index;
    if (is_next(column, "score_", scores_) || is_next(column, "logit_", logits_)) return &recording_.scores;
    if (is_next(column, "latency_ms_", latencies_)) return &recording_.latency_ms;
    const std::vector<std::string> names{"label", "member", "exit", "index", "score_0", "logit_0", "latency_ms_0"};
    fail(fmt::format("has an unknown column {}{}; {}", internal::quoted_briefly(column), did_you_mean(column, names),
                     known()));
  }

  /// A numbered column; they must come in order.
  bool is_next(std::string_view column, std::string_view prefix, std::int64_t& count) const {
    const std::int64_t number = number_of(column, prefix);
    if (number < 0) return false;
    if (number != count) fail(fmt::format("has the column {} where {}{} is expected", column, prefix, count));
    ++count;
    return true;
  }

  const Rows& rows_;
  Recording& recording_;
  std::int64_t scores_ = 0;
  std::int64_t logits_ = 0;
  std::int64_t latencies_ = 0;
};

}  // namespace

Recording read_csv_recording(const std::filesystem::path& path) {
  const std::string text = read_file(path, kMostBytes);
  Rows rows(path.string(), text);
  Recording recording;
  recording.file = path.string();
  recording.first_row = 2;
  const Sinks sinks = Header(rows, recording).sinks();
  std::vector<std::string_view> fields;
  std::int64_t values = 0;
  while (rows.next(fields)) {
    values += static_cast<std::int64_t>(fields.size());
    if (values > kMostValues) throw BadInput(fmt::format("{}: holds more than {} values", rows.name(), kMostValues));
    for (std::size_t i = 0; i < fields.size(); ++i) sinks[i]->push_back(rows.number(fields[i], i));
  }
  return recording;
}

Columns columns_of_csv(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  if (!std::getline(file, line)) throw BadInput(path.string() + ": cannot be read");
  const Rows rows(path.string(), line);
  const auto has = [&](std::string_view name) {
    return std::find(rows.header().begin(), rows.header().end(), name) != rows.header().end();
  };
  return {.exit = has("exit"), .latency_ms = has("latency_ms_0")};
}

std::int64_t exits_of_csv(const std::filesystem::path& path) {
  const std::string text = read_file(path, kMostBytes);
  Rows rows(path.string(), text);
  Recording recording;
  recording.file = path.string();
  recording.first_row = 2;
  const auto found = std::find(rows.header().begin(), rows.header().end(), "exit");
  if (found == rows.header().end()) return 1;
  const auto column = static_cast<std::size_t>(found - rows.header().begin());
  std::vector<std::string_view> fields;
  while (rows.next(fields)) recording.exit.push_back(rows.number(fields[column], column));
  return exits_of(recording);
}

}  // namespace exitaudit::import_observations
