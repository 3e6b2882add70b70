#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/error.h"
#include "stages/ingest/readers.h"
#include "stages/ingest/synthetic.h"

namespace exitaudit::ingest {
namespace {

schema::Dataset read_by_format(const RawSource& raw) {
  switch (raw.source.format) {
    case Format::kIdx:
      return read_idx(raw);
    case Format::kCifar10:
    case Format::kCifar100:
      return read_cifar(raw);
    case Format::kImageFolder:
      return read_image_folder(raw);
    case Format::kTinyImagenet:
      return read_tiny_imagenet(raw);
    case Format::kPurchases:
    case Format::kTexas:
    case Format::kLocations:
      return read_tabular(raw);
    case Format::kSyntheticImages:
      return make_synthetic_images(raw.source);
    case Format::kSyntheticRows:
      return make_synthetic_rows(raw.source);
  }
  throw Error(ErrorKind::kFailure, "a format without a reader");
}

void check_not_empty(const RawSource& raw, const schema::Dataset& dataset) {
  if (dataset.count() > 0) return;
  throw BadInput(
      fmt::format("{}: dataset {} has no samples; fetch or unpack it again", raw.folder.string(), raw.source.name));
}

/// Mean and deviation per channel of the training samples, pixels in [0, 1]. Sums are exact integers.
void measure_normalisation(schema::Dataset& dataset) {
  const std::int64_t plane = dataset.shape[1] * dataset.shape[2];
  const std::int64_t samples = std::max<std::int64_t>(dataset.train_count, 1);
  for (std::int64_t channel = 0; channel < dataset.shape[0]; ++channel) {
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (std::int64_t i = 0; i < samples; ++i) {
      const std::uint8_t* pixels = dataset.samples.data() + (i * dataset.shape[0] + channel) * plane;
      for (std::int64_t j = 0; j < plane; ++j) {
        sum += pixels[j];
        squares += std::uint64_t{pixels[j]} * pixels[j];
      }
    }
    const double count = static_cast<double>(samples * plane);
    const double mean = static_cast<double>(sum) / count;
    const double variance = std::max(0.0, static_cast<double>(squares) / count - mean * mean);
    dataset.mean.push_back(mean / 255);
    dataset.deviation.push_back(std::max(std::sqrt(variance) / 255, 1.0 / 255));
  }
}

/// Constants as the source states them (specification 1.4), or as measured; rows of bits have none.
void set_normalisation(const DatasetSource& source, schema::Dataset& dataset) {
  const std::size_t stated = source.mean.size();
  const std::size_t expected = dataset.images ? static_cast<std::size_t>(dataset.shape[0]) : 0;
  if (stated != source.deviation.size() || (stated != 0 && stated != expected)) {
    throw BadInput(fmt::format("dataset {}: {} values of `mean` and {} of `deviation`; expected {} of each, or none",
                               source.name, stated, source.deviation.size(), expected));
  }
  dataset.mean = source.mean;
  dataset.deviation = source.deviation;
  if (stated == 0 && dataset.images) measure_normalisation(dataset);
}

}  // namespace

schema::Dataset read_source(const RawSource& raw) {
  if (!is_synthetic(raw.source.format)) verify(raw);
  schema::Dataset dataset = read_by_format(raw);
  check_not_empty(raw, dataset);
  if (dataset.classes == 0) dataset.classes = 1 + *std::max_element(dataset.labels.begin(), dataset.labels.end());
  set_normalisation(raw.source, dataset);
  return dataset;
}

}  // namespace exitaudit::ingest
