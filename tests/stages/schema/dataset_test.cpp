#include "stages/schema/dataset.h"

#include <gtest/gtest.h>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Dataset small_images() {
  return {.name = "toy",
          .shape = {1, 2, 2},
          .classes = 2,
          .class_names = {"cat", "dög"},
          .mean = {0.5},
          .deviation = {0.25},
          .train_count = 2,
          .samples = {0, 1, 2, 255, 4, 5, 6, 7, 8, 9, 10, 11},
          .labels = {0, 1, 1}};
}

Dataset small_rows() {
  Dataset rows;
  rows.name = "rows";
  rows.images = false;
  rows.shape = {3};
  rows.classes = 2;
  rows.train_count = 2;
  rows.samples = {0, 1, 0, 1, 1, 1};
  rows.labels = {1, 0};
  return rows;
}

void expect_equal(const Dataset& a, const Dataset& b) {
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.images, b.images);
  EXPECT_EQ(a.shape, b.shape);
  EXPECT_EQ(a.classes, b.classes);
  EXPECT_EQ(a.class_names, b.class_names);
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.deviation, b.deviation);
  EXPECT_EQ(a.train_count, b.train_count);
  EXPECT_EQ(a.labels, b.labels);
}

TEST(Dataset, ComesBack) {
  for (const Dataset& dataset : {small_images(), small_rows()}) {
    const Dataset read = read_dataset(Stored(dataset).open());
    expect_equal(read, dataset);
    EXPECT_EQ(read.samples, dataset.samples);
  }
}

TEST(Dataset, HasAnOutlineWithoutSamples) {
  const Dataset outline = read_dataset_outline(Stored(small_images()).open());
  expect_equal(outline, small_images());
  EXPECT_TRUE(outline.samples.empty());
  EXPECT_EQ(outline.sample_size(), 4);
}

TEST(Dataset, MayBeEmpty) {
  Dataset empty;
  empty.name = "none";
  empty.shape = {3, 4, 4};
  empty.classes = 2;
  EXPECT_EQ(read_dataset(Stored(empty).open()).shape, empty.shape);
}

TEST(Dataset, RefusesWhatDoesNotFit) {
  Dataset dataset = small_images();
  dataset.labels[2] = 2;
  EXPECT_EQ(complaint(dataset), "dataset \"toy\": label of row 2 is 2; 0 to 1 are possible");
  dataset = small_images();
  dataset.samples.pop_back();
  EXPECT_EQ(complaint(dataset), "dataset \"toy\": samples has 11 values where 12 are expected");
  dataset = small_images();
  dataset.train_count = 4;
  EXPECT_EQ(complaint(dataset), "dataset \"toy\": 4 of 3 samples cannot be for training");
  dataset = small_images();
  dataset.deviation = {0};
  EXPECT_EQ(complaint(dataset), "dataset \"toy\": a channel has the deviation 0");
  dataset = small_images();
  dataset.shape = {1L << 40, 1L << 40};
  EXPECT_EQ(complaint(dataset), "dataset \"toy\": a sample cannot have the shape [1099511627776, 1099511627776]");
  dataset = small_rows();
  dataset.samples[4] = 9;
  EXPECT_EQ(complaint(dataset), "dataset \"rows\": feature 1 of sample 1 is 9, neither 0 nor 1");
}

}  // namespace
}  // namespace exitaudit::schema
