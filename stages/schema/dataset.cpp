#include "stages/schema/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

Rows rows_of(const Dataset& dataset) {
  return {"dataset \"" + dataset.name + "\""};
}

void check_normalisation(const Dataset& dataset) {
  const Rows rows = rows_of(dataset);
  check_length(rows, "deviation", dataset.deviation.size(), static_cast<std::int64_t>(dataset.mean.size()));
  if (!dataset.mean.empty()) {
    check_length(rows, "mean", dataset.mean.size(), dataset.images ? dataset.shape.at(0) : 0);
  }
  check_finite<double>(rows, "mean", dataset.mean);
  for (const double deviation : dataset.deviation) {
    if (!(deviation > 0) || !std::isfinite(deviation))
      rows.fail(fmt::format("a channel has the deviation {}", deviation));
  }
}

/// All that the outline holds.
void check_outline(const Dataset& dataset) {
  const Rows rows = rows_of(dataset);
  if (dataset.shape.empty()) rows.fail("a sample has no shape");
  volume(rows, "a sample", dataset.shape);
  if (dataset.classes <= 0) rows.fail(fmt::format("it has {} classes", dataset.classes));
  if (!dataset.class_names.empty()) check_length(rows, "class_names", dataset.class_names.size(), dataset.classes);
  if (dataset.train_count < 0 || dataset.train_count > dataset.count()) {
    rows.fail(fmt::format("{} of {} samples cannot be for training", dataset.train_count, dataset.count()));
  }
  check_normalisation(dataset);
  check_range(rows, "label", dataset.labels, dataset.classes);
}

void check_bits(const Dataset& dataset) {
  const auto bad =
      std::find_if(dataset.samples.begin(), dataset.samples.end(), [](std::uint8_t bit) { return bit > 1; });
  if (bad == dataset.samples.end()) return;
  const std::int64_t place = bad - dataset.samples.begin();
  rows_of(dataset).fail(fmt::format("feature {} of sample {} is {}, neither 0 nor 1", place % dataset.sample_size(),
                                    place / dataset.sample_size(), *bad));
}

}  // namespace

std::int64_t Dataset::sample_size() const {
  return volume(rows_of(*this), "a sample", shape);
}

void check(const Dataset& dataset) {
  check_outline(dataset);
  const Rows rows = rows_of(dataset);
  check_length(rows, "samples", dataset.samples.size(), area(rows, dataset.count(), dataset.sample_size()));
  if (!dataset.images) check_bits(dataset);
}

void write(ArtifactWriter& out, const Dataset& dataset) {
  check(dataset);
  out.write_attribute("name", dataset.name);
  out.write_attribute("images", std::int64_t{dataset.images});
  out.write_attribute("classes", dataset.classes);
  out.write_attribute("train_count", dataset.train_count);
  out.write_texts("class_names", dataset.class_names);
  out.write("mean", dataset.mean);
  out.write("deviation", dataset.deviation);
  out.write("labels", dataset.labels);
  std::vector<std::int64_t> shape{dataset.count()};
  shape.insert(shape.end(), dataset.shape.begin(), dataset.shape.end());
  out.write("samples", dataset.samples, shape);
}

Dataset read_dataset_outline(const ArtifactReader& in) {
  Dataset dataset;
  dataset.name = in.text_attribute("name");
  dataset.images = in.integer_attribute("images") != 0;
  dataset.classes = in.integer_attribute("classes");
  dataset.train_count = in.integer_attribute("train_count");
  dataset.class_names = in.read_texts("class_names");
  dataset.mean = in.read<double>("mean");
  dataset.deviation = in.read<double>("deviation");
  dataset.labels = in.read<std::int32_t>("labels");
  const std::vector<std::int64_t> shape = in.shape("samples");
  if (shape.empty() || shape[0] != dataset.count()) {
    rows_of(dataset).fail(fmt::format("{} labels for {} samples", dataset.count(), shape.empty() ? 0 : shape[0]));
  }
  dataset.shape.assign(shape.begin() + 1, shape.end());
  check_outline(dataset);
  return dataset;
}

Dataset read_dataset(const ArtifactReader& in) {
  Dataset dataset = read_dataset_outline(in);
  dataset.samples = in.read<std::uint8_t>("samples");
  check(dataset);
  return dataset;
}

}  // namespace exitaudit::schema
