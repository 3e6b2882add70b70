#include "stages/ingest/ingest_options.h"

namespace exitaudit::ingest {
namespace {

/// What the bytes of the dataset depend on.
void describe_content(Fields& f, DatasetSource& o) {
  choice(f, "format", o.format, kFormatNames, "layout of the raw files, or a synthetic generator");
  blocks(f, "files", o.files, "raw files in the format's order; none = the official names, unchecked");
  f.text("content_sha256", o.content_sha256, "digest of a folder of images, as `exitaudit data hash` prints it");
  f.boolean("allow_truncated", o.allow_truncated, "take the complete rows of cut-off files");
  f.integer("classes", o.classes, {0, 1000000}, "number of classes; 0 = as the data shows");
  f.reals("mean", o.mean, {0, 1}, "mean per channel of pixels in [0, 1]; none = measured on the training samples");
  f.reals("deviation", o.deviation, {0, 1, true}, "standard deviation per channel; none = measured");
  block(f, "synthetic", o.synthetic, "settings of the synthetic generators");
}

std::vector<RawFile> named(std::initializer_list<const char*> names) {
  std::vector<RawFile> files;
  for (const char* name : names) files.push_back({.name = name, .bytes = 0, .sha256 = ""});
  return files;
}

}  // namespace

std::string_view name_of(Format format) {
  return kFormatNames[static_cast<std::size_t>(format)];
}

bool holds_images(Format format) {
  switch (format) {
    case Format::kPurchases:
    case Format::kTexas:
    case Format::kLocations:
    case Format::kSyntheticRows:
      return false;
    default:
      return true;
  }
}

bool is_synthetic(Format format) {
  return format == Format::kSyntheticImages || format == Format::kSyntheticRows;
}

bool is_folder(Format format) {
  return format == Format::kImageFolder || format == Format::kTinyImagenet;
}

void describe(Fields& f, RawFile& o) {
  f.text("name", o.name, "path below the dataset's folder");
  f.integer("bytes", o.bytes, {0, std::int64_t{1} << 50}, "size; 0 = unknown");
  f.text("sha256", o.sha256, "SHA-256, 64 hexadecimal digits; \"\" = unknown");
}

void describe(Fields& f, SyntheticSettings& o) {
  f.integer("samples", o.samples, {1, 10000000}, "number of samples");
  f.integer("side", o.side, {4, 256}, "images: width and height in pixels");
  f.integer("features", o.features, {1, 100000}, "rows: number of bits");
  f.real("difficulty", o.difficulty, {0, 1}, "0: classes never overlap; 1: labels are pure chance");
  f.real("label_noise", o.label_noise, {0, 1}, "share of samples with a wrong label");
  f.integer("seed", o.seed, {0, 1000000000}, "seed of the generator, apart from the study's");
}

void describe(Fields& f, DatasetSource& o) {
  describe_content(f, o);
  f.text("folder", o.folder, "where the files lie below a data folder, or an absolute path; none = the name");
  f.text("package", o.package, "Debian package that installs it");
  f.text("licence", o.licence, "under which terms it may be used");
  f.text("url", o.url, "where it can be fetched");
  f.text("note", o.note, "what else there is to know");
}

void describe(Fields& f, IngestJob& o) {
  f.text("name", o.source.name, "name of the dataset");
  describe_content(f, o.source);
}

std::vector<RawFile> official_files(Format format) {
  switch (format) {
    case Format::kIdx:
      return named({"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
                    "t10k-labels-idx1-ubyte.gz"});
    case Format::kCifar10:
      return named({"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
                    "test_batch.bin"});
    case Format::kCifar100:
      return named({"train.bin", "test.bin"});
    case Format::kPurchases:
      return named({"dataset_purchase"});
    case Format::kTexas:
      return named({"100/feats", "100/labels"});
    case Format::kLocations:
      return named({"bangkok"});
    default:
      return {};
  }
}

std::vector<RawFile> files_of(const DatasetSource& source) {
  return source.files.empty() ? official_files(source.format) : source.files;
}

}  // namespace exitaudit::ingest
