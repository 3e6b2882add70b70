#include "tests/support/tiny_data.h"

#include "pipeline/base/random.h"

namespace exitaudit::test {
namespace {

std::int32_t label_of(std::int64_t sample, std::int64_t classes) {
  return static_cast<std::int32_t>(sample % classes);
}

std::vector<std::int64_t> indices(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> found;
  for (std::int64_t i = first; i < last; ++i) found.push_back(i);
  return found;
}

schema::Side side(std::int64_t first, std::int64_t part) {
  const std::int64_t calibration = part / 5;
  return {.members = indices(first, first + part),
          .non_members = indices(first + part, first + 2 * part - calibration),
          .calibration = indices(first + 2 * part - calibration, first + 2 * part)};
}

}  // namespace

schema::Dataset tiny_rows(std::int64_t count, std::int64_t features, std::int64_t classes, double noise) {
  schema::Dataset dataset;
  dataset.name = "tiny_rows";
  dataset.images = false;
  dataset.shape = {features};
  dataset.classes = classes;
  dataset.train_count = count;
  RandomStream random = stream("tiny_rows", count, features, classes);
  std::vector<std::uint8_t> prototypes(static_cast<std::size_t>(classes * features));
  for (auto& bit : prototypes) bit = static_cast<std::uint8_t>(random.below(2));
  for (std::int64_t i = 0; i < count; ++i) {
    dataset.labels.push_back(label_of(i, classes));
    for (std::int64_t f = 0; f < features; ++f) {
      const std::uint8_t bit = prototypes[static_cast<std::size_t>(label_of(i, classes) * features + f)];
      dataset.samples.push_back(random.uniform() < noise ? 1 - bit : bit);
    }
  }
  return dataset;
}

schema::Dataset tiny_images(std::int64_t count, std::int64_t classes) {
  schema::Dataset dataset;
  dataset.name = "tiny_images";
  dataset.shape = {3, 32, 32};
  dataset.classes = classes;
  dataset.train_count = count;
  dataset.mean = {0.5, 0.4, 0.3};
  dataset.deviation = {0.2, 0.25, 0.3};
  RandomStream random = stream("tiny_images", count, classes);
  for (std::int64_t i = 0; i < count; ++i) {
    dataset.labels.push_back(label_of(i, classes));
    const auto brightness = static_cast<std::uint64_t>(label_of(i, classes) * 120 / classes);
    for (std::int64_t p = 0; p < dataset.shape[0] * 32 * 32; ++p) {
      dataset.samples.push_back(static_cast<std::uint8_t>(brightness + random.below(128)));
    }
  }
  return dataset;
}

schema::Partition tiny_partition(std::int64_t count) {
  const std::int64_t part = count / 4;
  return {.target = side(0, part), .shadow = side(2 * part, part)};
}

}  // namespace exitaudit::test
