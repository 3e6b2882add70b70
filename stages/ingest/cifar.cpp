// Binary CIFAR: records of label byte(s) and 3,072 pixels in channel, row, column order (specification 1.2).

#include <fmt/format.h>

#include "pipeline/base/error.h"
#include "stages/ingest/byte_stream.h"
#include "stages/ingest/readers.h"

namespace exitaudit::ingest {
namespace {

constexpr std::int64_t kPixels = 3 * 32 * 32;

/// Number of label bytes before the pixels; the last of them is the label.
std::int64_t label_bytes(const RawSource& raw) {
  return raw.source.format == Format::kCifar100 ? 2 : 1;
}

void append_record(const RawSource& raw, const std::string& path, std::int64_t index,
                   const std::vector<std::uint8_t>& record, schema::Dataset& dataset) {
  const std::uint8_t label = record[static_cast<std::size_t>(label_bytes(raw) - 1)];
  check_label(fmt::format("{}, record {}", path, index), label, 0, dataset.classes);
  dataset.labels.push_back(label);
  dataset.samples.insert(dataset.samples.end(), record.begin() + label_bytes(raw), record.end());
}

void append_file(const RawSource& raw, const RawFile& file, schema::Dataset& dataset) {
  const std::string path = raw.path(file).string();
  ByteStream stream(path);
  std::vector<std::uint8_t> record(static_cast<std::size_t>(label_bytes(raw) + kPixels));
  std::int64_t complete = 0;
  std::size_t got = 0;
  while ((got = stream.read(record)) == record.size()) append_record(raw, path, complete++, record, dataset);
  const bool truncated = got > 0 || stream.cut_off() || is_short(raw, file);
  if (truncated && !raw.source.allow_truncated) throw_truncated(raw, file, complete, "records");
}

}  // namespace

schema::Dataset read_cifar(const RawSource& raw) {
  const std::vector<RawFile> files = files_of(raw.source);
  schema::Dataset dataset = empty_dataset(raw, {3, 32, 32});
  if (dataset.classes == 0) dataset.classes = raw.source.format == Format::kCifar100 ? 100 : 10;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const bool test = files.size() > 1 && i + 1 == files.size();
    append_file(raw, files[i], dataset);
    if (!test) dataset.train_count = dataset.count();
  }
  return dataset;
}

}  // namespace exitaudit::ingest
