#include "stages/ingest/synthetic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "pipeline/base/random.h"

namespace exitaudit::ingest {
namespace {

constexpr std::int64_t kChannels = 3;
constexpr std::int64_t kGrid = 4;                               // a field's coarse grid
constexpr std::int64_t kFieldSize = kChannels * kGrid * kGrid;  // its degrees of freedom
constexpr double kContrast = 40;                                // standard deviation of a field, in grey levels
constexpr std::uint64_t kSpeckle = 16;                          // pixels vary by -8 .. 7 grey levels more
constexpr double kDensity = 1.0 / 6;                            // share of set bits in rows
constexpr std::int64_t kDefaultClasses = 10;

using Field = std::array<double, kFieldSize>;

Field draw_field(RandomStream& random) {
  Field field{};
  for (double& value : field) value = random.normal();
  return field;
}

/// Weights of the class's and the sample's own field, of norm 1.
struct Mix {
  double shared = 1;
  double own = 0;
};

/// Two prototypes differ by a vector of squared length 2 kFieldSize; half of it over the straying is z.
Mix mix_of(double difficulty) {
  const double z = separation(difficulty);
  if (std::isinf(z)) return {};
  const double ratio = z / std::sqrt(static_cast<double>(kFieldSize) / 2);
  const double norm = std::hypot(ratio, 1.0);
  return {.shared = ratio / norm, .own = 1 / norm};
}

/// Where a pixel lies between two grid points.
struct Between {
  std::size_t low = 0;
  std::size_t high = 0;
  double part = 0;
};

std::vector<Between> grid_places(std::int64_t side) {
  std::vector<Between> places;
  for (std::int64_t i = 0; i < side; ++i) {
    const double at = static_cast<double>(i) * (kGrid - 1) / static_cast<double>(side - 1);
    const auto low = std::min(static_cast<std::size_t>(at), static_cast<std::size_t>(kGrid - 2));
    places.push_back({low, low + 1, at - static_cast<double>(low)});
  }
  return places;
}

double interpolate(std::span<const double> grid, const Between& row, const Between& column) {
  const auto along = [&](std::size_t line) {
    return grid[line * kGrid + column.low] * (1 - column.part) + grid[line * kGrid + column.high] * column.part;
  };
  return along(row.low) * (1 - row.part) + along(row.high) * row.part;
}

void append_image(const Field& field, const std::vector<Between>& places, RandomStream& random,
                  std::vector<std::uint8_t>& samples) {
  for (std::size_t channel = 0; channel < kChannels; ++channel) {
    const auto grid = std::span(field).subspan(channel * kGrid * kGrid, kGrid * kGrid);
    for (const Between& row : places) {
      for (const Between& column : places) {
        const double speckle = static_cast<double>(random() % kSpeckle) - static_cast<double>(kSpeckle) / 2;
        const double value = std::round(128 + kContrast * interpolate(grid, row, column) + speckle);
        samples.push_back(static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)));
      }
    }
  }
}

std::int64_t class_count(const DatasetSource& source) {
  return source.classes > 0 ? source.classes : kDefaultClasses;
}

/// Sample i is of class i mod classes; a noisy label is any other one.
std::int32_t label_of(std::int64_t index, std::int64_t classes, double noise, RandomStream& random) {
  const std::int64_t truth = index % classes;
  const bool wrong = random.uniform() < noise && classes > 1;
  if (!wrong) return static_cast<std::int32_t>(truth);
  const auto step = 1 + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(classes - 1)));
  return static_cast<std::int32_t>((truth + step) % classes);
}

schema::Dataset outline(const DatasetSource& source, std::vector<std::int64_t> shape) {
  schema::Dataset dataset;
  dataset.name = source.name;
  dataset.images = shape.size() == 3;
  dataset.shape = std::move(shape);
  dataset.classes = class_count(source);
  dataset.train_count = source.synthetic.samples;
  return dataset;
}

using Bits = std::vector<std::uint8_t>;

Bits draw_bits(std::int64_t count, RandomStream& random) {
  Bits bits(static_cast<std::size_t>(count));
  for (std::uint8_t& bit : bits) bit = random.uniform() < kDensity ? 1 : 0;
  return bits;
}

/// Two prototypes differ in 2 p (1 - p) of the bits; counting them gives z = copied sqrt(features / 2).
double copy_probability(double difficulty, std::int64_t features) {
  return std::min(1.0, separation(difficulty) / std::sqrt(static_cast<double>(features) / 2));
}

}  // namespace

double separation(double difficulty) {
  return difficulty <= 0 ? std::numeric_limits<double>::infinity() : 3 * (1 - difficulty) / difficulty;
}

schema::Dataset make_synthetic_images(const DatasetSource& source) {
  const SyntheticSettings& settings = source.synthetic;
  schema::Dataset dataset = outline(source, {kChannels, settings.side, settings.side});
  std::vector<Field> prototypes;
  for (std::int64_t k = 0; k < dataset.classes; ++k) {
    RandomStream random = stream("synthetic image prototype", settings.seed, k);
    prototypes.push_back(draw_field(random));
  }
  const Mix mix = mix_of(settings.difficulty);
  const std::vector<Between> places = grid_places(settings.side);
  dataset.samples.reserve(static_cast<std::size_t>(settings.samples * dataset.sample_size()));
  for (std::int64_t i = 0; i < settings.samples; ++i) {
    RandomStream random = stream("synthetic image", settings.seed, i);
    dataset.labels.push_back(label_of(i, dataset.classes, settings.label_noise, random));
    Field field = draw_field(random);
    const Field& prototype = prototypes[static_cast<std::size_t>(i % dataset.classes)];
    for (std::size_t j = 0; j < field.size(); ++j) field[j] = mix.own * field[j] + mix.shared * prototype[j];
    append_image(field, places, random, dataset.samples);
  }
  return dataset;
}

schema::Dataset make_synthetic_rows(const DatasetSource& source) {
  const SyntheticSettings& settings = source.synthetic;
  schema::Dataset dataset = outline(source, {settings.features});
  std::vector<Bits> prototypes;
  for (std::int64_t k = 0; k < dataset.classes; ++k) {
    RandomStream random = stream("synthetic row prototype", settings.seed, k);
    prototypes.push_back(draw_bits(settings.features, random));
  }
  const double copied = copy_probability(settings.difficulty, settings.features);
  dataset.samples.reserve(static_cast<std::size_t>(settings.samples * settings.features));
  for (std::int64_t i = 0; i < settings.samples; ++i) {
    RandomStream random = stream("synthetic row", settings.seed, i);
    dataset.labels.push_back(label_of(i, dataset.classes, settings.label_noise, random));
    for (const std::uint8_t bit : prototypes[static_cast<std::size_t>(i % dataset.classes)]) {
      const bool copy = random.uniform() < copied;
      const std::uint8_t fresh = random.uniform() < kDensity ? 1 : 0;
      dataset.samples.push_back(copy ? bit : fresh);
    }
  }
  return dataset;
}

}  // namespace exitaudit::ingest
