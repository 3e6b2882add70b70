#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "stages/ingest/readers.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

/// Two 28x28 training images and one test image; pixel j of image i has value (i + j) mod 256.
class IdxFolder {
 public:
  IdxFolder() {
    write("train-images-idx3-ubyte.gz", gzipped(idx_images(2, 28, 28, pixels(0) + pixels(1))));
    write("train-labels-idx1-ubyte.gz", gzipped(idx_labels({'\3', '\0'})));
    write("t10k-images-idx3-ubyte.gz", gzipped(idx_images(1, 28, 28, pixels(7))));
    write("t10k-labels-idx1-ubyte.gz", gzipped(idx_labels("\x09")));
  }
  static std::string pixels(int image) {
    std::string text;
    for (int j = 0; j < 784; ++j) text += static_cast<char>((image + j) % 256);
    return text;
  }
  void write(const std::string& name, const std::string& bytes) const { write_bytes(dir_ / name, bytes); }
  RawSource source() const { return raw_source(dir_.path(), Format::kIdx, 10); }
  std::string fault() const {
    return message_of([&] { read_source(source()); });
  }
  std::string path(const std::string& name) const { return (dir_ / name).string(); }

 private:
  TempDir dir_;
};

TEST(Idx, PadsTo32AndRepeatsOverThreeChannels) {
  const IdxFolder folder;
  const schema::Dataset dataset = read_source(folder.source());
  EXPECT_EQ(dataset.shape, (std::vector<std::int64_t>{3, 32, 32}));
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{3, 0, 9}));
  EXPECT_EQ(dataset.train_count, 2);
  const auto pixel = [&](int image, int channel, int row, int column) {
    return dataset.samples[static_cast<std::size_t>(((image * 3 + channel) * 32 + row) * 32 + column)];
  };
  for (int channel = 0; channel < 3; ++channel) {
    EXPECT_EQ(pixel(1, channel, 1, 16), 0);
    EXPECT_EQ(pixel(1, channel, 16, 30), 0);
    EXPECT_EQ(pixel(1, channel, 2, 2), 1);
    EXPECT_EQ(pixel(2, channel, 29, 29), (7 + 783) % 256);
    EXPECT_EQ(pixel(0, channel, 10, 20), (8 * 28 + 18) % 256);
  }
}

TEST(Idx, MeasuresMeanAndDeviationOfTheTrainingImagesWhereNoneAreStated) {
  const IdxFolder folder;
  const schema::Dataset dataset = read_source(folder.source());
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < 1024; ++i) {
    for (const std::size_t image : {0U, 1U}) {
      const double value = dataset.samples[image * 3072 + i] / 255.0;
      sum += value;
      squares += value * value;
    }
  }
  ASSERT_EQ(dataset.mean.size(), 3U);
  EXPECT_NEAR(dataset.mean[1], sum / 2048, 1e-12);
  EXPECT_NEAR(dataset.deviation[2], std::sqrt(squares / 2048 - sum / 2048 * sum / 2048), 1e-12);
}

TEST(Idx, TakesStatedMeanAndDeviation) {
  const IdxFolder folder;
  RawSource raw = folder.source();
  raw.source.mean = {.1, .2, .3};
  raw.source.deviation = {.4, .5, .6};
  EXPECT_EQ(read_source(raw).mean, raw.source.mean);
  raw.source.deviation = {.4};
  EXPECT_THAT(message_of([&] { read_source(raw); }), HasSubstr("3 values of `mean` and 1 of `deviation`; expected 3"));
}

TEST(Idx, ReadsFilesThatAreNotCompressed) {
  const IdxFolder folder;
  folder.write("train-labels-idx1-ubyte.gz", idx_labels({'\3', '\0'}));
  EXPECT_EQ(read_source(folder.source()).count(), 3);
}

TEST(Idx, NamesAWrongMagicNumber) {
  const IdxFolder folder;
  folder.write("train-images-idx3-ubyte.gz", gzipped(idx_labels({'\3', '\0'})));
  EXPECT_THAT(folder.fault(), HasSubstr(folder.path("train-images-idx3-ubyte.gz") +
                                        ": magic number 0x00000801; expected 0x00000803, an IDX file of images"));
}

TEST(Idx, CountsTheCompleteImagesOfATruncatedFile) {
  const IdxFolder folder;
  const std::string whole = idx_images(2, 28, 28, IdxFolder::pixels(0) + IdxFolder::pixels(1));
  folder.write("train-images-idx3-ubyte.gz", whole.substr(0, 16 + 784 + 500));
  EXPECT_THAT(folder.fault(), HasSubstr(folder.path("train-images-idx3-ubyte.gz") +
                                        ": truncated after 1300 bytes: it holds 1 complete images; fetch it again, or "
                                        "take these images with `allow_truncated: true` for dataset tiny"));
}

TEST(Idx, SeesACutGzipStream) {
  const IdxFolder folder;
  const std::string whole = gzipped(idx_images(2, 28, 28, IdxFolder::pixels(0) + IdxFolder::pixels(1)));
  folder.write("train-images-idx3-ubyte.gz", whole.substr(0, whole.size() - 9));
  EXPECT_THAT(folder.fault(), HasSubstr("truncated after"));
  folder.write("train-images-idx3-ubyte.gz", whole.substr(0, whole.size() - 3));  // only the gzip checksum is cut
  EXPECT_THAT(folder.fault(), HasSubstr("it holds 2 complete images"));
}

TEST(Idx, TakesTheCompleteImagesOfATruncatedFileIfAllowed) {
  const IdxFolder folder;
  const std::string whole = idx_images(2, 28, 28, IdxFolder::pixels(0) + IdxFolder::pixels(1));
  folder.write("train-images-idx3-ubyte.gz", whole.substr(0, 16 + 784 + 500));
  RawSource raw = folder.source();
  raw.source.allow_truncated = true;
  const schema::Dataset dataset = read_source(raw);
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{3, 9}));
  EXPECT_EQ(dataset.train_count, 1);
}

TEST(Idx, NamesDamagedGzipData) {
  const IdxFolder folder;
  std::string bytes = gzipped(idx_images(2, 28, 28, IdxFolder::pixels(0) + IdxFolder::pixels(1)));
  bytes[bytes.size() - 6] = static_cast<char>(~bytes[bytes.size() - 6]);  // in the checksum
  folder.write("train-images-idx3-ubyte.gz", bytes);
  EXPECT_THAT(folder.fault(), HasSubstr(folder.path("train-images-idx3-ubyte.gz") + ": damaged after"));
}

TEST(Idx, NamesAnImageCountThatIsNotTheLabelCount) {
  const IdxFolder folder;
  folder.write("train-labels-idx1-ubyte.gz", gzipped(idx_labels("\3")));
  EXPECT_THAT(folder.fault(), HasSubstr("holds 2 images but"));
  EXPECT_THAT(folder.fault(), HasSubstr("train-labels-idx1-ubyte.gz holds 1 labels"));
}

TEST(Idx, RefusesAbsurdDimensionsWithoutAllocating) {
  const IdxFolder folder;
  folder.write("train-images-idx3-ubyte.gz", idx_images(0xffffffffU, 28, 28, IdxFolder::pixels(0)));
  EXPECT_THAT(folder.fault(),
              HasSubstr("its header states 3367254359280 bytes of content, more than a file of 800 bytes"));
  folder.write("train-images-idx3-ubyte.gz", idx_images(1, 0x7fffffffU, 28, IdxFolder::pixels(0)));
  EXPECT_THAT(folder.fault(), HasSubstr("images of 2147483647x28; expected 1 to 64 pixels a side"));
  folder.write("train-images-idx3-ubyte.gz", idx_images(1, 0, 28, ""));
  EXPECT_THAT(folder.fault(), HasSubstr("images of 0x28"));
}

TEST(Idx, NamesContentBehindTheLastRecord) {
  const IdxFolder folder;
  folder.write("train-labels-idx1-ubyte.gz", idx_labels({'\3', '\0'}) + "x");
  EXPECT_THAT(folder.fault(), HasSubstr("goes on after the 2 records of its header"));
}

TEST(Idx, NamesALabelOutOfRange) {
  const IdxFolder folder;
  folder.write("t10k-labels-idx1-ubyte.gz", gzipped(idx_labels("\x0a")));
  EXPECT_THAT(folder.fault(), HasSubstr("t10k-labels-idx1-ubyte.gz, record 0: label 10; expected 0 to 9"));
}

TEST(Idx, NamesTestImagesOfAnotherSize) {
  const IdxFolder folder;
  folder.write("t10k-images-idx3-ubyte.gz", idx_images(1, 40, 40, std::string(1600, 'x')));
  EXPECT_THAT(folder.fault(), HasSubstr("images of 40x40; expected the size of the training images"));
}

}  // namespace
}  // namespace exitaudit::ingest::test
