#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/readers.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

class LocationsFile {
 public:
  explicit LocationsFile(const std::string& text, std::int64_t classes = 30)
      : raw_(raw_source(dir_.path(), Format::kLocations, classes)) {
    write_bytes(path(), text);
  }
  std::filesystem::path path() const { return dir_ / "bangkok"; }
  RawSource& raw() { return raw_; }
  schema::Dataset read() const { return read_source(raw_); }
  std::string fault() const {
    return message_of([&] { read(); });
  }

 private:
  TempDir dir_;
  RawSource raw_;
};

TEST(Tabular, ReadsQuotedLabelsAndBits) {
  const schema::Dataset dataset = LocationsFile("\"13\",0,1,1\n\"1\",1,0,0\n").read();
  EXPECT_FALSE(dataset.images);
  EXPECT_EQ(dataset.shape, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{12, 0}));
  EXPECT_EQ(dataset.samples, (std::vector<std::uint8_t>{0, 1, 1, 1, 0, 0}));
  EXPECT_EQ(dataset.classes, 30);
  EXPECT_EQ(dataset.train_count, 2);
  EXPECT_TRUE(dataset.mean.empty());
}

TEST(Tabular, ReadsPlainLabelsWindowsLineEndsAndALastLineWithoutEnd) {
  const schema::Dataset dataset = LocationsFile("2,0,1\r\n7,1,1", 0).read();
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{1, 6}));
  EXPECT_EQ(dataset.samples, (std::vector<std::uint8_t>{0, 1, 1, 1}));
  EXPECT_EQ(dataset.classes, 7);
}

TEST(Tabular, NamesARowWithTheWrongNumberOfFields) {
  const LocationsFile file("1,0,1\n2,0\n3,1,1\n");
  EXPECT_EQ(file.fault(),
            file.path().string() + ", row 2: 2 fields; expected 3 as in the first row; correct or remove the row");
  EXPECT_THAT(LocationsFile("1,0,1\n\n3,1,1\n").fault(), HasSubstr("row 2: 1 fields; expected 3"));
  EXPECT_THAT(LocationsFile("1,0,1\n2,0,1,1\n").fault(), HasSubstr("row 2: 4 fields; expected 3"));
  EXPECT_THAT(LocationsFile("1\n").fault(), HasSubstr("row 1: 1 fields"));
}

TEST(Tabular, NamesALabelOutOfRange) {
  EXPECT_THAT(LocationsFile("1,0,1\n\"31\",0,1\n").fault(), HasSubstr("bangkok, row 2: label 31; expected 1 to 30"));
  EXPECT_THAT(LocationsFile("0,0,1\n").fault(), HasSubstr("row 1: label 0; expected 1 to 30"));
  EXPECT_THAT(LocationsFile("x,0,1\n").fault(), HasSubstr("row 1: label \"x\"; expected a number from 1"));
  EXPECT_THAT(LocationsFile("99999999999999999999,0\n").fault(), HasSubstr("expected a number from 1"));
}

TEST(Tabular, NamesAValueOtherThanZeroOrOne) {
  EXPECT_THAT(LocationsFile("1,0,1\n1,0,2\n").fault(), HasSubstr("row 2: value \"2\" in field 3; expected 0 or 1"));
  EXPECT_THAT(LocationsFile("1,0,10\n").fault(), HasSubstr("value \"10\" in field 3"));
  EXPECT_THAT(LocationsFile("1,,1\n").fault(), HasSubstr("value \"\" in field 2"));
  EXPECT_THAT(LocationsFile("1,0,\n2,0,1\n").fault(), HasSubstr("row 1: value \"\" in field 3"));
}

TEST(Tabular, CountsTheCompleteRowsOfATruncatedFile) {
  LocationsFile file("1,0,1,1\n2,0,1,0\n3,0,");
  EXPECT_THAT(file.fault(), HasSubstr(file.path().string() +
                                      ": truncated after 20 bytes: it holds 2 complete rows; fetch it again, or take "
                                      "these rows with `allow_truncated: true` for dataset tiny"));
  file.raw().source.allow_truncated = true;
  EXPECT_EQ(file.read().count(), 2);
}

TEST(Tabular, SeesATruncationBetweenRowsByTheStatedSize) {
  LocationsFile file("1,0,1\n2,0,1\n");
  file.raw().source.files = {{.name = "bangkok", .bytes = 18, .sha256 = ""}};
  EXPECT_THAT(file.fault(), HasSubstr("truncated after 12 of 18 bytes: it holds 2 complete rows"));
}

TEST(Tabular, RefusesALineWithoutEnd) {
  EXPECT_THAT(LocationsFile(std::string(std::size_t{2} << 20U, '0')).fault(),
              HasSubstr("row 1: longer than 1048576 characters; expected lines of text"));
}

TEST(Tabular, RefusesAnEmptyFile) {
  EXPECT_THAT(LocationsFile("").fault(), HasSubstr("dataset tiny has no samples"));
}

TEST(Tabular, ReadsLinesAcrossTheReadersOwnPieces) {
  std::string row;
  for (int i = 0; i < 6169; ++i) row += i % 3 == 0 ? ",1" : ",0";
  std::string text;
  for (int i = 0; i < 60; ++i) text += std::to_string(1 + i % 7) + row + "\n";  // 740 kB, pieces are 256 KiB
  const schema::Dataset dataset = LocationsFile(text).read();
  ASSERT_EQ(dataset.count(), 60);
  for (std::size_t i = 0; i < dataset.samples.size(); ++i) {
    ASSERT_EQ(dataset.samples[i], i % 6169 % 3 == 0 ? 1 : 0) << i;
  }
}

class TexasFiles : public testing::Test {
 protected:
  void write(const std::string& features, const std::string& labels) {
    write_bytes(dir_ / "100/feats", features);
    write_bytes(dir_ / "100/labels", labels);
  }
  TempDir dir_;
  RawSource raw_ = raw_source(dir_.path(), Format::kTexas, 100);
};

TEST_F(TexasFiles, AreJoinedRowByRow) {
  write("0,1\n1,1\n", "100\n1\n");
  const schema::Dataset dataset = read_source(raw_);
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{99, 0}));
  EXPECT_EQ(dataset.samples, (std::vector<std::uint8_t>{0, 1, 1, 1}));
}

TEST_F(TexasFiles, MustHoldEquallyManyRows) {
  write("0,1\n1,1\n", "100\n");
  EXPECT_THAT(message_of([&] { read_source(raw_); }), HasSubstr("100/feats holds 2 rows but"));
  raw_.source.allow_truncated = true;
  EXPECT_EQ(read_source(raw_).count(), 1);
}

TEST_F(TexasFiles, DropALabelThatMayBeCut) {
  write("0,1\n1,1\n", "5\n10");
  raw_.source.files = official_files(Format::kTexas);
  raw_.source.files[1].bytes = 6;
  EXPECT_THAT(message_of([&] { read_source(raw_); }),
              HasSubstr("100/labels: truncated after 4 of 6 bytes: it holds 1"));
  raw_.source.allow_truncated = true;
  EXPECT_EQ(read_source(raw_).labels, (std::vector<std::int32_t>{4}));
}

}  // namespace
}  // namespace exitaudit::ingest::test
