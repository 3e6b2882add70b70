#include "stages/ingest/raw_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/base/hash.h"
#include "stages/ingest/content_hash.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

class Verify : public testing::Test {
 protected:
  Verify() {
    write_bytes(dir_ / "bangkok", "1,0\n");
    raw_.source.files = {{.name = "bangkok", .bytes = 4, .sha256 = sha256_hex("1,0\n")}};
  }
  std::string fault() const {
    return message_of([&] { verify(raw_); });
  }
  TempDir dir_;
  RawSource raw_ = raw_source(dir_.path(), Format::kLocations);
};

TEST_F(Verify, PassesTheRightFile) {
  EXPECT_EQ(fault(), "");
}

TEST_F(Verify, ShowsExpectedAndFoundChecksum) {
  write_bytes(dir_ / "bangkok", "1,1\n");
  EXPECT_EQ(fault(), (dir_ / "bangkok").string() + ": wrong checksum: expected " + sha256_hex("1,0\n") + ", got " +
                         sha256_hex("1,1\n") + "; the file is damaged or another one, fetch it again");
}

TEST_F(Verify, ShowsExpectedAndFoundSizeOfALongerFile) {
  write_bytes(dir_ / "bangkok", "1,0\n1,1\n");
  EXPECT_THAT(fault(), HasSubstr("bangkok: 8 bytes; expected 4; this is another file"));
}

TEST_F(Verify, LeavesAShortFileToItsReader) {
  write_bytes(dir_ / "bangkok", "1,");
  EXPECT_EQ(fault(), "");
  EXPECT_TRUE(is_short(raw_, raw_.source.files[0]));
}

TEST_F(Verify, NamesAMissingFileAndAMisnamedOne) {
  std::filesystem::rename(dir_ / "bangkok", dir_ / "Bangkok.csv");
  EXPECT_THAT(fault(), HasSubstr((dir_ / "bangkok").string() + ": missing; dataset tiny (locations_csv) needs it"));
  std::filesystem::rename(dir_ / "Bangkok.csv", dir_ / "bangkok_");
  EXPECT_THAT(fault(), HasSubstr("there is \"bangkok_\", which may be misnamed"));
  std::filesystem::remove(dir_ / "bangkok_");
  EXPECT_THAT(fault(), HasSubstr("nothing beside it could be the same"));
}

TEST_F(Verify, DoesNotTakeAnotherListedFileForAMisnamedOne) {
  raw_.source.files = {{.name = "data_batch_1.bin", .bytes = 0, .sha256 = ""},
                       {.name = "data_batch_2.bin", .bytes = 0, .sha256 = ""}};
  write_bytes(dir_ / "data_batch_1.bin", "x");
  EXPECT_THAT(fault(), HasSubstr("data_batch_2.bin: missing"));
  EXPECT_THAT(fault(), testing::Not(HasSubstr("misnamed")));
}

TEST_F(Verify, RefusesAPathOutOfTheFolderAndAMalformedChecksum) {
  raw_.source.files[0].name = "../bangkok";
  EXPECT_THAT(fault(), HasSubstr("file name \"../bangkok\"; expected a path inside the dataset's folder"));
  raw_.source.files[0].name = "/etc/passwd";
  EXPECT_THAT(fault(), HasSubstr("expected a path inside"));
  raw_.source.files[0] = {.name = "bangkok", .bytes = 0, .sha256 = "ABC"};
  EXPECT_THAT(fault(), HasSubstr("the checksum of bangkok is \"ABC\"; expected 64 lower-case hexadecimal digits"));
}

TEST(ContentHash, CoversNamesAndBytesOfAWholeFolder) {
  const TempDir dir;
  write_bytes(dir / "b/2.png", "two");
  write_bytes(dir / "a/1.png", "one");
  write_bytes(dir / ".hidden", "not this");
  EXPECT_EQ(files_below(dir.path()), (std::vector<std::string>{"a/1.png", "b/2.png"}));
  const std::string one = sha256_hex("one");
  const std::string two = sha256_hex("two");
  const std::string before = content_hash(dir.path());
  EXPECT_EQ(before, sha256_hex("7:a/1.png64:" + one + "7:b/2.png64:" + two));
  std::filesystem::rename(dir / "b/2.png", dir / "b/3.png");
  EXPECT_NE(content_hash(dir.path()), before);
}

TEST(ContentHash, IsCheckedForFoldersOfImages) {
  const TempDir dir;
  write_bytes(dir / "a/1.png", "one");
  RawSource raw = raw_source(dir.path(), Format::kImageFolder);
  raw.source.content_sha256 = content_hash(dir.path());
  EXPECT_EQ(message_of([&] { verify(raw); }), "");
  write_bytes(dir / "a/2.png", "more");
  EXPECT_THAT(message_of([&] { verify(raw); }),
              HasSubstr(dir.path().string() + ": wrong checksum of the folder: expected " + raw.source.content_sha256));
}

}  // namespace
}  // namespace exitaudit::ingest::test
