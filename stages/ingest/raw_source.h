#pragma once
// RawSource: a dataset's description together with the folder where its raw files were found; what every reader takes.
// Also the sentences that all readers share, and the check of sizes and checksums that goes before reading.

#include <filesystem>
#include <string>

#include "stages/ingest/ingest_options.h"
#include "stages/schema/dataset.h"

namespace exitaudit::ingest {

struct RawSource {
  DatasetSource source;
  std::filesystem::path folder;

  std::filesystem::path path(const RawFile& file) const { return folder / file.name; }
};

/// Holds existence, sizes and checksums against what `source` says, before anything is read. A file shorter than its
/// stated size passes without its checksum: only its reader can count the rows that it holds. Throws BadInput.
void verify(const RawSource& raw);

/// The fault of a file that ends too early. `rows` names what was counted: "records", "images", "rows".
[[noreturn]] void throw_truncated(const RawSource& raw, const RawFile& file, std::int64_t complete,
                                  const std::string& rows);

/// True where the file is shorter than the source says.
bool is_short(const RawSource& raw, const RawFile& file);

/// Throws BadInput "FILE, record 17: label 12; expected 0 to 9; …" where `label` (counted from `base`) is none.
void check_label(const std::string& place, std::int64_t label, std::int64_t base, std::int64_t classes);

/// A dataset with name, shape and kind filled in, and no samples.
schema::Dataset empty_dataset(const RawSource& raw, std::vector<std::int64_t> shape);

}  // namespace exitaudit::ingest
