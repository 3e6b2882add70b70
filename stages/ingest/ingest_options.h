#pragma once
// DatasetSource: where a dataset's raw files come from and what they hold; one entry of data/manifest.yaml or of a
// study's `datasets`. IngestJob is the part of it that determines the result, and so the stage's fingerprint: where the
// files lie, who licensed them and where to fetch them is not in it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::ingest {

enum class Format {
  kIdx,
  kCifar10,
  kCifar100,
  kImageFolder,
  kTinyImagenet,
  kPurchases,
  kTexas,
  kLocations,
  kSyntheticImages,
  kSyntheticRows
};
inline constexpr std::array<std::string_view, 10> kFormatNames{
    "idx",           "cifar10_binary", "cifar100_binary", "image_folder",     "tiny_imagenet",
    "purchases_csv", "texas_csv",      "locations_csv",   "synthetic_images", "synthetic_rows"};

std::string_view name_of(Format format);
bool holds_images(Format format);  ///< else rows of 0/1 features
bool is_synthetic(Format format);  ///< made, not read: needs no raw files
bool is_folder(Format format);     ///< one file per image: checked by content_sha256, not by `files`

/// One raw file below the dataset's folder.
struct RawFile {
  std::string name;        ///< relative to the folder
  std::int64_t bytes = 0;  ///< 0 = unknown
  std::string sha256;      ///< "" = unknown
};
void describe(Fields& f, RawFile& o);

/// A made dataset with class structure; see synthetic.h for what `difficulty` means.
struct SyntheticSettings {
  std::int64_t samples = 4000;
  std::int64_t side = 32;       ///< images: pixels
  std::int64_t features = 200;  ///< rows: bits
  double difficulty = 0.5;      ///< 0: classes never overlap; 1: they are pure chance
  double label_noise = 0;       ///< share of samples with a wrong label
  std::int64_t seed = 1;
};
void describe(Fields& f, SyntheticSettings& o);

struct DatasetSource {
  std::string name;
  Format format = Format::kImageFolder;
  std::string folder;            ///< below a data folder, or absolute; "" = the dataset's name
  std::vector<RawFile> files;    ///< in the order of official_files(); empty = the official names, unchecked
  std::string content_sha256;    ///< of a whole folder, see content_hash() in data_check.h; "" = unchecked
  bool allow_truncated = false;  ///< take the complete rows of cut-off files
  std::int64_t classes = 0;      ///< 0 = as the data shows
  std::vector<double> mean;      ///< [3], of pixels in [0, 1]; empty = measured on the training samples
  std::vector<double> deviation;
  SyntheticSettings synthetic;
  std::string package;  ///< Debian package that installs it
  std::string licence;
  std::string url;
  std::string note;
};
void describe(Fields& f, DatasetSource& o);

/// The files of the format's official release: IDX as images, labels, test images, test labels; CIFAR with the test
/// file last; Texas as features, labels. Empty for folders of images and synthetic data.
std::vector<RawFile> official_files(Format format);

/// `source.files`, or the official ones where none are listed.
std::vector<RawFile> files_of(const DatasetSource& source);

/// The ingest stage's settings.
struct IngestJob {
  DatasetSource source;
};
void describe(Fields& f, IngestJob& o);

}  // namespace exitaudit::ingest
