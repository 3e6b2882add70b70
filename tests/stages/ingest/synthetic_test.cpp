#include "stages/ingest/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace exitaudit::ingest {
namespace {

DatasetSource source(double difficulty, std::int64_t samples = 1000) {
  DatasetSource made;
  made.name = "blobs";
  made.classes = 4;
  made.synthetic.samples = samples;
  made.synthetic.side = 16;
  made.synthetic.features = 100;
  made.synthetic.difficulty = difficulty;
  return made;
}

double squared_distance(const double* centre, const std::uint8_t* sample, std::size_t size) {
  double sum = 0;
  for (std::size_t j = 0; j < size; ++j) sum += (centre[j] - sample[j]) * (centre[j] - sample[j]);
  return sum;
}

/// Share of the second half that is nearest to its own class's mean over the first half.
double nearest_mean_accuracy(const schema::Dataset& dataset) {
  const auto count = dataset.labels.size();
  const std::size_t size = dataset.samples.size() / count;
  const auto classes = static_cast<std::size_t>(dataset.classes);
  std::vector<double> centres(classes * size);
  std::vector<double> members(classes);
  for (std::size_t i = 0; i < count / 2; ++i) {
    const auto label = static_cast<std::size_t>(dataset.labels[i]);
    ++members[label];
    for (std::size_t j = 0; j < size; ++j) centres[label * size + j] += dataset.samples[i * size + j];
  }
  for (std::size_t i = 0; i < centres.size(); ++i) centres[i] /= members[i / size];
  double right = 0;
  for (std::size_t i = count / 2; i < count; ++i) {
    std::vector<double> distances;
    for (std::size_t k = 0; k < classes; ++k) {
      distances.push_back(squared_distance(&centres[k * size], &dataset.samples[i * size], size));
    }
    const auto nearest = std::min_element(distances.begin(), distances.end()) - distances.begin();
    right += nearest == dataset.labels[i] ? 1 : 0;
  }
  return right / static_cast<double>(count - count / 2);
}

TEST(Synthetic, GivesTheSameBytesForTheSameSettings) {
  EXPECT_EQ(make_synthetic_images(source(.5)).samples, make_synthetic_images(source(.5)).samples);
  EXPECT_EQ(make_synthetic_rows(source(.5)).samples, make_synthetic_rows(source(.5)).samples);
  DatasetSource other = source(.5);
  other.synthetic.seed = 2;
  EXPECT_NE(make_synthetic_images(source(.5)).samples, make_synthetic_images(other).samples);
  EXPECT_NE(make_synthetic_rows(source(.5)).samples, make_synthetic_rows(other).samples);
}

TEST(Synthetic, KeepsSamplesWhenMoreAreMade) {
  const auto few = make_synthetic_rows(source(.5, 50)).samples;
  const auto many = make_synthetic_rows(source(.5, 80)).samples;
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(Synthetic, HasTheShapeAndBalancedClassesItWasAskedFor) {
  const schema::Dataset images = make_synthetic_images(source(.5, 10));
  EXPECT_EQ(images.shape, (std::vector<std::int64_t>{3, 16, 16}));
  EXPECT_EQ(images.samples.size(), 10U * 768);
  EXPECT_TRUE(images.images);
  const schema::Dataset rows = make_synthetic_rows(source(.5, 10));
  EXPECT_EQ(rows.shape, (std::vector<std::int64_t>{100}));
  EXPECT_FALSE(rows.images);
  EXPECT_LE(*std::max_element(rows.samples.begin(), rows.samples.end()), 1);
  EXPECT_EQ(rows.labels, (std::vector<std::int32_t>{0, 1, 2, 3, 0, 1, 2, 3, 0, 1}));
}

TEST(Synthetic, StatesTheSeparationOfItsClasses) {
  EXPECT_TRUE(std::isinf(separation(0)));
  EXPECT_DOUBLE_EQ(separation(.5), 3);
  EXPECT_DOUBLE_EQ(separation(1), 0);
}

TEST(Synthetic, IsSeparableWhereEasyAndChanceWhereHardest) {
  for (const auto make : {&make_synthetic_images, &make_synthetic_rows}) {
    EXPECT_EQ(nearest_mean_accuracy(make(source(0))), 1);
    EXPECT_GT(nearest_mean_accuracy(make(source(.4))), .95);
    const double middle = nearest_mean_accuracy(make(source(.7)));
    EXPECT_GT(middle, .4);
    EXPECT_LT(middle, .85);
    // 500 guesses at one in four: .25 +- 4 standard errors of .0194.
    EXPECT_NEAR(nearest_mean_accuracy(make(source(1))), .25, .078);
  }
}

TEST(Synthetic, HasSparseRows) {
  const schema::Dataset rows = make_synthetic_rows(source(.8));
  double set = 0;
  for (const std::uint8_t bit : rows.samples) set += bit;
  EXPECT_NEAR(set / static_cast<double>(rows.samples.size()), 1.0 / 6, .02);
}

TEST(Synthetic, MislabelsTheStatedShare) {
  DatasetSource noisy = source(.5, 4000);
  noisy.synthetic.label_noise = .2;
  noisy.synthetic.features = 1;
  const schema::Dataset rows = make_synthetic_rows(noisy);
  double wrong = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) wrong += rows.labels[i] == static_cast<int>(i % 4) ? 0 : 1;
  EXPECT_NEAR(wrong / 4000, .2, 4 * std::sqrt(.2 * .8 / 4000));
  EXPECT_LT(*std::max_element(rows.labels.begin(), rows.labels.end()), 4);
}

TEST(Synthetic, VariesBeyondItsClassesSoThatSamplesCanBeMemorised) {
  const schema::Dataset images = make_synthetic_images(source(.5, 400));
  const std::size_t size = 768;
  for (std::size_t i = 4; i < 400; i += 4) {
    EXPECT_FALSE(std::equal(&images.samples[0], &images.samples[size], &images.samples[i * size]));
  }
}

}  // namespace
}  // namespace exitaudit::ingest
