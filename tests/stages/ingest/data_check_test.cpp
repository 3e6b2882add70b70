#include "stages/ingest/data_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "pipeline/base/hash.h"
#include "stages/ingest/content_hash.h"
#include "stages/ingest/manifest.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

std::vector<DatasetSource> written(const TempDir& dir, const std::string& yaml) {
  write_bytes(dir / "entry.yaml", yaml);
  return read_manifest(dir / "entry.yaml");
}

TEST(DataCheck, TellsFoundMissingWrongAndMade) {
  const TempDir dir;
  write_bytes(dir / "raw/good/bangkok", "1,0\n");
  write_bytes(dir / "raw/bad/bangkok", "1,1\n");
  write_bytes(dir / "raw/cut/bangkok", "1,\n");
  const std::string files =
      "{format: locations_csv, files: [{name: bangkok, bytes: 4, sha256: " + sha256_hex("1,0\n") + "}]}";
  const std::vector<DatasetSource> sources =
      written(dir, "datasets:\n  good: " + files + "\n  bad: " + files + "\n  cut: " + files + "\n  gone: " + files +
                       "\n  blobs: {format: synthetic_rows}\n");
  const std::vector<std::string> folders{(dir / "raw").string()};
  ASSERT_EQ(sources.size(), 5U);
  EXPECT_EQ(examine(sources[0], folders).finding, Finding::kFound);
  EXPECT_THAT(examine(sources[1], folders).sentence, HasSubstr("wrong checksum"));
  EXPECT_THAT(examine(sources[2], folders).sentence, HasSubstr("truncated: 3 of 4 bytes"));
  EXPECT_EQ(examine(sources[3], folders).finding, Finding::kMissing);
  EXPECT_EQ(examine(sources[4], folders).finding, Finding::kMade);

  bool all_well = true;
  const std::string text = check_datasets(sources, folders, all_well);
  EXPECT_FALSE(all_well);
  EXPECT_THAT(text,
              HasSubstr("good             found    " + (dir / "raw/good").string() + " (1 file, 1 checksums right)\n"));
  EXPECT_THAT(text, HasSubstr("gone             missing  dataset gone: not found"));
  check_datasets({sources[0], sources[4]}, folders, all_well);
  EXPECT_TRUE(all_well);
}

TEST(DataHash, PrintsAnEntryThatReadsBackAndPasses) {
  const TempDir dir;
  write_bytes(dir / "My photos/train/cat/1.png", png(4, 4, 1, 2, 3));
  write_bytes(dir / "My photos/train/dog/1.png", png(4, 4, 1, 2, 4));
  const std::vector<DatasetSource> sources = written(dir, hash_folder(dir / "My photos"));
  ASSERT_EQ(sources.size(), 1U);
  EXPECT_EQ(sources[0].name, "my_photos");
  EXPECT_EQ(sources[0].format, Format::kImageFolder);
  EXPECT_EQ(sources[0].classes, 2);
  EXPECT_EQ(sources[0].content_sha256, content_hash(dir / "My photos"));
  EXPECT_EQ(examine(sources[0], {}).finding, Finding::kFound);
}

TEST(DataHash, TellsTheLayoutFromTheNames) {
  const TempDir dir;
  write_bytes(dir / "locations/bangkok", "1,0\n");
  write_bytes(dir / "texas/100/feats", "1,0\n");
  write_bytes(dir / "texas/100/labels", "1\n");
  write_bytes(dir / "tiny/train/n01/images/a.JPEG", "x");
  write_bytes(dir / "tiny/val/val_annotations.txt", "x");
  EXPECT_EQ(written(dir, hash_folder(dir / "locations"))[0].format, Format::kLocations);
  EXPECT_EQ(written(dir, hash_folder(dir / "texas/"))[0].format, Format::kTexas);
  EXPECT_EQ(written(dir, hash_folder(dir / "texas/"))[0].name, "texas");
  EXPECT_EQ(written(dir, hash_folder(dir / "tiny"))[0].format, Format::kTinyImagenet);
  const RawFile file = written(dir, hash_folder(dir / "locations"))[0].files.at(0);
  EXPECT_EQ(file.bytes, 4);
  EXPECT_EQ(file.sha256, sha256_hex("1,0\n"));
}

TEST(DataHash, RefusesAFolderOfNoKnownLayout) {
  const TempDir dir;
  write_bytes(dir / "a.txt", "x");
  EXPECT_THAT(message_of([&] { hash_folder(dir.path()); }), HasSubstr("none of the layouts that can be read (idx, "));
  EXPECT_THAT(message_of([&] { hash_folder(dir / "gone"); }), HasSubstr("cannot be read: No such file or directory"));
}

}  // namespace
}  // namespace exitaudit::ingest::test
