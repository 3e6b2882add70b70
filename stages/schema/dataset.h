#pragma once
// dataset: samples and labels as bytes, pixels 0..255 in channel, row, column order or bits 0/1.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

struct Dataset {
  std::string name;
  bool images = true;               ///< pixels, to be divided by 255; false: bits, taken as they are
  std::vector<std::int64_t> shape;  ///< of one sample: {3, 32, 32}, or {features}
  std::int64_t classes = 0;
  std::vector<std::string> class_names;  ///< [classes], or empty
  std::vector<double> mean;              ///< [channels], of pixels in [0, 1]; empty for tabular data (no normalisation)
  std::vector<double> deviation;         ///< [channels]
  std::int64_t train_count = 0;          ///< the first train_count samples come from the source's own training file(s)
  std::vector<std::uint8_t> samples;     ///< [count, shape...]
  std::vector<std::int32_t> labels;      ///< [count], 0 .. classes-1

  std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
  std::int64_t sample_size() const;  ///< product of shape
};

/// Throws Error(kFailure) where lengths or label ranges do not fit.
void check(const Dataset& dataset);
void write(ArtifactWriter& out, const Dataset& dataset);
Dataset read_dataset(const ArtifactReader& in);

/// All but the samples, for stages that only need labels and shape; `samples` stays empty.
Dataset read_dataset_outline(const ArtifactReader& in);

}  // namespace exitaudit::schema
