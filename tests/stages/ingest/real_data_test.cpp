// Fashion-MNIST as the Debian package dataset-fashion-mnist installs it; skipped where it is not.

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "stages/ingest/locate.h"
#include "stages/ingest/manifest.h"
#include "stages/ingest/readers.h"

namespace exitaudit::ingest {
namespace {

TEST(FashionMnist, IsReadWholeWithItsKnownCountsAndConstants) {
  const std::vector<DatasetSource> sources = read_manifest(EXITAUDIT_SOURCE_DIR "/data/manifest.yaml");
  if (!find_folder(sources.at(0), {})) GTEST_SKIP() << "apt-get install dataset-fashion-mnist";
  RawSource raw = locate(sources[0], {});
  const schema::Dataset dataset = read_source(raw);
  ASSERT_EQ(dataset.count(), 70000);
  EXPECT_EQ(dataset.train_count, 60000);
  std::array<int, 10> per_class{};
  for (const std::int32_t label : dataset.labels) ++per_class.at(static_cast<std::size_t>(label));
  for (const int count : per_class) EXPECT_EQ(count, 7000);
  // The first training image is an ankle boot, the second a T-shirt.
  EXPECT_EQ(dataset.labels[0], 9);
  EXPECT_EQ(dataset.labels[1], 0);

  std::uint64_t sums = 0;
  std::uint64_t square_sums = 0;
  for (std::size_t image = 0; image < 60000; ++image) {
    for (std::size_t pixel = 0; pixel < 1024; ++pixel) {
      const std::uint64_t value = dataset.samples[image * 3072 + pixel];
      sums += value;
      square_sums += value * value;
    }
  }
  const double unpadded = 60000.0 * 28 * 28;
  const double sum = static_cast<double>(sums) / 255;
  const double squares = static_cast<double>(square_sums) / (255.0 * 255);
  EXPECT_NEAR(sum / unpadded, dataset.mean[0], 5e-5);
  EXPECT_NEAR(std::sqrt(squares / unpadded - std::pow(sum / unpadded, 2)), dataset.deviation[0], 5e-5);
}

}  // namespace
}  // namespace exitaudit::ingest
