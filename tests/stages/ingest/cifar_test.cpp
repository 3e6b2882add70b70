#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stages/ingest/readers.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

/// Six batches of two records each; record r of batch b has label b and pixels 10 b + r.
void write_batches(const TempDir& dir) {
  const std::vector<RawFile> files = official_files(Format::kCifar10);
  for (std::size_t b = 0; b < files.size(); ++b) {
    const std::string label(1, static_cast<char>(b));
    write_bytes(dir / files[b].name, cifar_record(label, static_cast<std::uint8_t>(10 * b)) +
                                         cifar_record(label, static_cast<std::uint8_t>(10 * b + 1)));
  }
}

TEST(Cifar, ReadsTrainingBatchesBeforeTheTestBatch) {
  const TempDir dir;
  write_batches(dir);
  const schema::Dataset dataset = read_source(raw_source(dir.path(), Format::kCifar10, 10));
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5}));
  EXPECT_EQ(dataset.train_count, 10);
  EXPECT_EQ(dataset.samples.size(), 12U * 3072);
  EXPECT_EQ(dataset.samples[3 * 3072], 11);
  EXPECT_EQ(dataset.samples.back(), 51);
}

TEST(Cifar, KeepsChannelsRowsAndColumnsInTheirOrder) {
  const TempDir dir;
  write_batches(dir);
  std::string record(1, '\0');
  for (int i = 0; i < 3072; ++i) record += static_cast<char>(i % 251);
  write_bytes(dir / "data_batch_1.bin", record);
  const schema::Dataset dataset = read_source(raw_source(dir.path(), Format::kCifar10, 10));
  EXPECT_EQ(dataset.samples[2 * 1024 + 5 * 32 + 7], (2 * 1024 + 5 * 32 + 7) % 251);
}

TEST(Cifar, TakesTheFineLabelOfCifar100) {
  const TempDir dir;
  write_bytes(dir / "train.bin", cifar_record("\x05\x63", 1));
  write_bytes(dir / "test.bin", cifar_record("\x04\x07", 2));
  const schema::Dataset dataset = read_source(raw_source(dir.path(), Format::kCifar100, 100));
  EXPECT_EQ(dataset.labels, (std::vector<std::int32_t>{99, 7}));
  EXPECT_EQ(dataset.train_count, 1);
}

TEST(Cifar, CountsTheCompleteRecordsOfATruncatedFile) {
  const TempDir dir;
  write_batches(dir);
  write_bytes(dir / "data_batch_2.bin", cifar_record("\1", 1) + "\1abc");
  RawSource raw = raw_source(dir.path(), Format::kCifar10, 10);
  EXPECT_THAT(message_of([&] { read_source(raw); }),
              HasSubstr((dir / "data_batch_2.bin").string() +
                        ": truncated after 3077 bytes: it holds 1 complete records; fetch it again"));
  raw.source.allow_truncated = true;
  EXPECT_EQ(read_source(raw).count(), 11);
}

TEST(Cifar, SeesATruncationBetweenRecordsByTheStatedSize) {
  const TempDir dir;
  write_batches(dir);
  RawSource raw = raw_source(dir.path(), Format::kCifar10, 10);
  raw.source.files = official_files(Format::kCifar10);
  raw.source.files[0].bytes = 3 * 3073;
  EXPECT_THAT(message_of([&] { read_source(raw); }),
              HasSubstr("truncated after 6146 of 9219 bytes: it holds 2 complete"));
}

TEST(Cifar, NamesALabelOutOfRange) {
  const TempDir dir;
  write_batches(dir);
  write_bytes(dir / "test_batch.bin", cifar_record("\1", 1) + cifar_record("\x0a", 1));
  EXPECT_THAT(message_of([&] { read_source(raw_source(dir.path(), Format::kCifar10)); }),
              HasSubstr((dir / "test_batch.bin").string() + ", record 1: label 10; expected 0 to 9"));
}

}  // namespace
}  // namespace exitaudit::ingest::test
