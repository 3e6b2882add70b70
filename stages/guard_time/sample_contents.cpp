#include "stages/guard_time/sample_contents.h"

#include <fmt/format.h>

#include "pipeline/base/error.h"

namespace exitaudit::guard_time {
namespace {

void check_images(const schema::Dataset& dataset) {
  if (dataset.shape.size() == 3 && (dataset.shape[0] == 1 || dataset.shape[0] == 3)) return;
  throw Error(ErrorKind::kFailure,
              fmt::format("dataset \"{}\": the guard hashes images of one or three channels, not of "
                          "the shape [{}]",
                          dataset.name, fmt::join(dataset.shape, ", ")));
}

}  // namespace

SampleContents::SampleContents(const schema::Dataset& dataset) : dataset_(dataset), places_(dataset.sample_size()) {
  if (!dataset.images) return;
  check_images(dataset);
  channels_ = dataset.shape[0];
  places_ = dataset.shape[1] * dataset.shape[2];
  images_.emplace(dataset.shape[1], dataset.shape[2], channels_);
}

std::vector<std::uint8_t> SampleContents::content(std::int64_t sample) const {
  require(sample >= 0 && sample < dataset_.count(), "a timed sample is one of the dataset");
  const auto channels = static_cast<std::size_t>(channels_);
  const auto places = static_cast<std::size_t>(places_);
  const std::uint8_t* stored = dataset_.samples.data() + static_cast<std::size_t>(sample) * channels * places;
  std::vector<std::uint8_t> content(channels * places);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t i = 0; i < places; ++i) content[i * channels + channel] = stored[channel * places + i];
  }
  return content;
}

std::string SampleContents::hash_of(const std::vector<std::uint8_t>& content) const {
  return images_ ? images_->hash(content) : row_hash(content);
}

std::string SampleContents::hash(std::int64_t sample) const {
  return hash_of(content(sample));
}

std::string SampleContents::hash_near(std::int64_t sample, std::int64_t place) const {
  require(place >= 0 && place < places_, "a near-duplicate changes one of the sample's bits or pixels");
  std::vector<std::uint8_t> changed = content(sample);
  for (std::int64_t channel = 0; channel < channels_; ++channel) {
    std::uint8_t& value = changed[static_cast<std::size_t>(place * channels_ + channel)];
    if (!images_)
      value = value == 0 ? 1 : 0;
    else
      value = static_cast<std::uint8_t>(value == 255 ? 254 : value + 1);
  }
  return hash_of(changed);
}

}  // namespace exitaudit::guard_time
