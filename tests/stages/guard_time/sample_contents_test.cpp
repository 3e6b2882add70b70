#include "stages/guard_time/sample_contents.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/support/tiny_data.h"

namespace exitaudit::guard_time {
namespace {

/// Pixel [row, column, channel] of a stored sample [channel, row, column].
std::vector<std::uint8_t> interleaved(const schema::Dataset& dataset, std::int64_t sample) {
  std::vector<std::uint8_t> pixels;
  const std::int64_t area = dataset.shape[1] * dataset.shape[2];
  for (std::int64_t place = 0; place < area; ++place) {
    for (std::int64_t channel = 0; channel < 3; ++channel)
      pixels.push_back(dataset.samples[static_cast<std::size_t>((sample * 3 + channel) * area + place)]);
  }
  return pixels;
}

TEST(SampleContents, HashImagesInRowColumnChannelOrder) {
  const schema::Dataset dataset = test::tiny_images(4, 2);
  const SampleContents contents(dataset);
  const ImageHasher hasher(dataset.shape[1], dataset.shape[2], 3);
  EXPECT_EQ(contents.near_duplicates(), 1024);
  for (std::int64_t sample = 0; sample < 4; ++sample)
    EXPECT_EQ(contents.hash(sample), hasher.hash(interleaved(dataset, sample)));
}

TEST(SampleContents, ChangeOnePixelByOneLevel) {
  schema::Dataset dataset = test::tiny_images(2, 2);
  std::vector<std::uint8_t>& bytes = dataset.samples;
  bytes[1024 + 5] = 255;  // green of pixel 5
  std::vector<std::uint8_t> changed = interleaved(dataset, 0);
  changed[15] = static_cast<std::uint8_t>(changed[15] == 255 ? 254 : changed[15] + 1);
  changed[16] = 254;
  changed[17] = static_cast<std::uint8_t>(changed[17] == 255 ? 254 : changed[17] + 1);
  const SampleContents contents(dataset);
  EXPECT_EQ(contents.hash_near(0, 5), ImageHasher(32, 32, 3).hash(changed));
}

/// An average hash sees a level of one pixel in hardly any image: asking near-duplicates of images gains nothing.
TEST(SampleContents, ResistOneLevelOfAPixelInImages) {
  const schema::Dataset dataset = test::tiny_images(20, 2);
  const SampleContents contents(dataset);
  int changed = 0;
  for (std::int64_t sample = 0; sample < 20; ++sample) {
    for (std::int64_t place = 0; place < 50; ++place)
      changed += contents.hash_near(sample, place * 20) != contents.hash(sample) ? 1 : 0;
  }
  EXPECT_LT(changed, 100) << "of 1000";
}

TEST(SampleContents, FlipOneBitOfARow) {
  const schema::Dataset dataset = test::tiny_rows(3, 24, 2);
  const SampleContents contents(dataset);
  EXPECT_EQ(contents.near_duplicates(), 24);
  std::vector<std::uint8_t> row(dataset.samples.begin() + 24, dataset.samples.begin() + 48);
  EXPECT_EQ(contents.hash(1), row_hash(row));
  row[7] = row[7] == 0 ? 1 : 0;
  EXPECT_EQ(contents.hash_near(1, 7), row_hash(row));
}

TEST(SampleContents, RefuseImagesOfTwoChannels) {
  schema::Dataset dataset = test::tiny_images(3, 2);
  dataset.shape = {2, 48, 32};
  EXPECT_EQ(test::message_of([&] { SampleContents{dataset}; }),
            "dataset \"tiny_images\": the guard hashes images of one or three channels, not of the shape [2, 48, 32]");
}

}  // namespace
}  // namespace exitaudit::guard_time
