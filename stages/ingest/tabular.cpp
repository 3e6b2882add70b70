// CSV files of bits: Purchases, Texas, Locations (specification 1.2). Read line by line.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <limits>

#include "pipeline/base/error.h"
#include "stages/ingest/byte_stream.h"
#include "stages/ingest/readers.h"

namespace exitaudit::ingest {
namespace {

/// One file being read row by row, with all that its messages need.
class RowReader {
 public:
  RowReader(const RawSource& raw, const RawFile& file) : raw_(raw), file_(file), stream_(raw.path(file)) {}

  /// The next row; false at the end of the file.
  bool next() { return stream_.line(line_); }
  const std::string& line() const { return line_; }
  std::string place() const { return fmt::format("{}, row {}", raw_.path(file_).string(), stream_.lines()); }

  /// The row ends with the file and not with a line end, so that something may be missing.
  bool may_be_cut() const { return stream_.unterminated() || stream_.cut_off(); }

  bool is_known_short() const { return stream_.cut_off() || is_short(raw_, file_); }

  /// Called after the last row with the number of complete ones.
  void finish(std::int64_t complete, bool last_was_cut) const {
    const bool truncated = last_was_cut || is_known_short();
    if (truncated && !raw_.source.allow_truncated) throw_truncated(raw_, file_, complete, "rows");
  }

 private:
  const RawSource& raw_;
  RawFile file_;
  ByteStream stream_;
  std::string line_;
};

/// Bits of "0,1,…" from `text`. Throws BadInput on any other value; `column` counts fields of the file from 1.
void append_bits(std::string_view text, const RowReader& reader, std::int64_t column, std::vector<std::uint8_t>& bits) {
  for (std::size_t at = 0;; at += 2, ++column) {
    const bool bit = at < text.size() && (text[at] == '0' || text[at] == '1');
    const bool ends = at + 1 >= text.size() || text[at + 1] == ',';
    if (!bit || !ends) {
      const std::size_t comma = std::min(text.find(',', at), text.size());
      const std::string_view value = text.substr(std::min(at, text.size()), comma - std::min(at, text.size()));
      throw BadInput(fmt::format("{}: value \"{}\" in field {}; expected 0 or 1; correct the row", reader.place(),
                                 value.substr(0, 40), column));
    }
    bits.push_back(text[at] == '1' ? 1 : 0);
    if (at + 1 >= text.size()) return;
  }
}

/// A label, in double quotes or not, 1-based. Throws BadInput.
std::int32_t parse_label(std::string_view text, const RowReader& reader, std::int64_t classes) {
  const std::string_view written = text;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  std::int64_t label = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), label);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) {
    throw BadInput(fmt::format("{}: label \"{}\"; expected a number from 1; correct the row", reader.place(),
                               written.substr(0, 40)));
  }
  check_label(reader.place(), label, 1, classes > 0 ? classes : 1000000);
  return static_cast<std::int32_t>(label - 1);
}

void check_fields(const RowReader& reader, std::int64_t found, std::int64_t expected) {
  if (found == expected) return;
  throw BadInput(fmt::format("{}: {} fields; expected {} as in the first row; correct or remove the row",
                             reader.place(), found, expected));
}

std::int64_t fields_of(std::string_view line) {
  return 1 + std::count(line.begin(), line.end(), ',');
}

/// Room for the rows that a file of this size can hold, so that growing never doubles the memory.
void reserve(const RawSource& raw, const RawFile& file, std::size_t row_characters, schema::Dataset& dataset) {
  const std::uintmax_t rows = std::filesystem::file_size(raw.path(file)) / (row_characters + 1) + 1;
  dataset.labels.reserve(rows);
  dataset.samples.reserve(rows * static_cast<std::size_t>(dataset.shape[0]));
}

/// Rows of [label,] bits; labels are -1 where the file has none.
void read_rows(const RawSource& raw, const RawFile& file, bool labelled, schema::Dataset& dataset) {
  RowReader reader(raw, file);
  const std::int64_t first_bit = labelled ? 1 : 0;
  bool cut = false;
  while (!cut && reader.next()) {
    const std::string_view line = reader.line();
    const std::int64_t fields = fields_of(line);
    if (dataset.shape.empty()) {
      if (fields <= first_bit) check_fields(reader, fields, first_bit + 1);
      dataset.shape = {fields - first_bit};
      reserve(raw, file, line.size(), dataset);
    }
    cut = reader.may_be_cut() && (fields < dataset.shape[0] + first_bit || line.ends_with(','));
    if (cut) break;
    check_fields(reader, fields, dataset.shape[0] + first_bit);
    const std::size_t start = labelled ? line.find(',') + 1 : 0;
    dataset.labels.push_back(labelled ? parse_label(line.substr(0, start - 1), reader, raw.source.classes) : -1);
    append_bits(line.substr(start), reader, first_bit + 1, dataset.samples);
  }
  reader.finish(dataset.count(), cut);
}

std::vector<std::int32_t> read_labels(const RawSource& raw, const RawFile& file) {
  RowReader reader(raw, file);
  std::vector<std::int32_t> labels;
  bool cut = false;
  while (!cut && reader.next()) {
    // "10" at the end of a file that is too short may be the beginning of "100".
    cut = reader.may_be_cut() && reader.is_known_short();
    if (!cut) labels.push_back(parse_label(reader.line(), reader, raw.source.classes));
  }
  reader.finish(static_cast<std::int64_t>(labels.size()), cut);
  return labels;
}

void join(const RawSource& raw, const std::vector<RawFile>& files, std::vector<std::int32_t> labels,
          schema::Dataset& dataset) {
  if (labels.size() != dataset.labels.size() && !raw.source.allow_truncated) {
    throw BadInput(
        fmt::format("{} holds {} rows but {} holds {} labels; the files do not belong together, fetch both again",
                    raw.path(files[0]).string(), dataset.labels.size(), raw.path(files[1]).string(), labels.size()));
  }
  labels.resize(std::min(labels.size(), dataset.labels.size()));
  dataset.labels = std::move(labels);
  dataset.samples.resize(dataset.labels.size() * static_cast<std::size_t>(dataset.shape[0]));
}

}  // namespace

schema::Dataset read_tabular(const RawSource& raw) {
  const std::vector<RawFile> files = files_of(raw.source);
  const std::size_t expected = raw.source.format == Format::kTexas ? 2 : 1;
  if (files.size() != expected) {
    throw BadInput(fmt::format("dataset {}: {} files are listed; {} expects {}", raw.source.name, files.size(),
                               name_of(raw.source.format), expected == 2 ? "features and labels" : "one"));
  }
  schema::Dataset dataset = empty_dataset(raw, {});
  read_rows(raw, files[0], expected == 1, dataset);
  if (expected == 2) join(raw, files, read_labels(raw, files[1]), dataset);
  dataset.train_count = dataset.count();
  return dataset;
}

}  // namespace exitaudit::ingest
