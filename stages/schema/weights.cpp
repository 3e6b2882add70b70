#include "stages/schema/weights.h"

#include <fmt/format.h>

#include <algorithm>

#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

const Rows kRows{"weights"};

/// A name is one link of the group "parameters".
bool is_link_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

void check_names(const std::vector<NamedArray>& arrays) {
  std::vector<std::string> names;
  for (const NamedArray& array : arrays) {
    if (!is_link_name(array.name)) kRows.fail(fmt::format("\"{}\" cannot be the name of an array", array.name));
    names.push_back(array.name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) kRows.fail(fmt::format("the array \"{}\" is there twice", *twice));
}

void check_history(const TrainingHistory& history, std::int64_t exits) {
  const auto epochs = static_cast<std::int64_t>(history.epoch.size());
  check_length(kRows, "history/learning_rate", history.learning_rate.size(), epochs);
  check_length(kRows, "history/loss", history.loss.size(), epochs);
  const std::int64_t cells = area(kRows, static_cast<std::int64_t>(history.evaluated.size()), exits);
  check_length(kRows, "history/train_top1", history.train_top1.size(), cells);
  check_length(kRows, "history/train_top5", history.train_top5.size(), cells);
  check_length(kRows, "history/test_top1", history.test_top1.size(), cells);
  check_length(kRows, "history/test_top5", history.test_top5.size(), cells);
}

void write_history(ArtifactWriter& out, const TrainingHistory& history, std::int64_t exits) {
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(history.evaluated.size()), exits};
  out.write("history/epoch", history.epoch);
  out.write("history/learning_rate", history.learning_rate);
  out.write("history/loss", history.loss);
  out.write("history/evaluated", history.evaluated);
  out.write("history/train_top1", history.train_top1, shape);
  out.write("history/train_top5", history.train_top5, shape);
  out.write("history/test_top1", history.test_top1, shape);
  out.write("history/test_top5", history.test_top5, shape);
}

TrainingHistory read_history(const ArtifactReader& in) {
  return {.epoch = in.read<std::int64_t>("history/epoch"),
          .learning_rate = in.read<double>("history/learning_rate"),
          .loss = in.read<double>("history/loss"),
          .evaluated = in.read<std::int64_t>("history/evaluated"),
          .train_top1 = in.read<double>("history/train_top1"),
          .train_top5 = in.read<double>("history/train_top5"),
          .test_top1 = in.read<double>("history/test_top1"),
          .test_top5 = in.read<double>("history/test_top5")};
}

}  // namespace

void check(const Weights& weights) {
  if (weights.exits < 1) kRows.fail(fmt::format("{} exits are not possible", weights.exits));
  check_names(weights.arrays);
  for (const NamedArray& array : weights.arrays) {
    check_length(kRows, array.name, array.values.size(), volume(kRows, array.name, array.shape));
  }
  check_history(weights.history, weights.exits);
}

void write(ArtifactWriter& out, const Weights& weights) {
  check(weights);
  out.write_attribute("exits", weights.exits);
  std::vector<std::string> names;
  for (const NamedArray& array : weights.arrays) names.push_back(array.name);
  out.write_texts("names", names);
  for (const NamedArray& array : weights.arrays) out.write("parameters/" + array.name, array.values, array.shape);
  write_history(out, weights.history, weights.exits);
}

Weights read_weights(const ArtifactReader& in) {
  Weights weights;
  weights.exits = in.integer_attribute("exits");
  for (const std::string& name : in.read_texts("names")) {
    const std::string dataset = "parameters/" + name;
    weights.arrays.push_back({name, in.shape(dataset), in.read<float>(dataset)});
  }
  weights.history = read_history(in);
  check(weights);
  return weights;
}

}  // namespace exitaudit::schema
