#include "stages/schema/thresholds.h"

#include <fmt/format.h>

#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

const Rows kRows{"thresholds"};

std::int64_t exits_of(const Thresholds& thresholds) {
  return static_cast<std::int64_t>(thresholds.exit_ops_official.size());
}

/// Points as columns: <group>/tau [points], …, <group>/exit_counts [points, exits].
void write_points(ArtifactWriter& out, const std::string& group, const std::vector<ThresholdPoint>& points,
                  std::int64_t exits) {
  std::vector<double> tau, accuracy, official, corrected;
  std::vector<std::int64_t> counts;
  for (const ThresholdPoint& point : points) {
    tau.push_back(point.tau);
    accuracy.push_back(point.accuracy);
    official.push_back(point.ops_official);
    corrected.push_back(point.ops_corrected);
    counts.insert(counts.end(), point.exit_counts.begin(), point.exit_counts.end());
  }
  out.write(group + "/tau", tau);
  out.write(group + "/accuracy", accuracy);
  out.write(group + "/ops_official", official);
  out.write(group + "/ops_corrected", corrected);
  out.write(group + "/exit_counts", counts, {static_cast<std::int64_t>(points.size()), exits});
}

std::vector<ThresholdPoint> read_points(const ArtifactReader& in, const std::string& group, std::int64_t exits) {
  const auto tau = in.read<double>(group + "/tau");
  const auto accuracy = in.read<double>(group + "/accuracy");
  const auto official = in.read<double>(group + "/ops_official");
  const auto corrected = in.read<double>(group + "/ops_corrected");
  const auto counts = in.read<std::int64_t>(group + "/exit_counts");
  const auto points = static_cast<std::int64_t>(tau.size());
  check_length(kRows, group + "/accuracy", accuracy.size(), points);
  check_length(kRows, group + "/ops_official", official.size(), points);
  check_length(kRows, group + "/ops_corrected", corrected.size(), points);
  check_length(kRows, group + "/exit_counts", counts.size(), area(kRows, points, exits));
  std::vector<ThresholdPoint> read;
  for (std::size_t i = 0; i < tau.size(); ++i) {
    const auto first = counts.begin() + static_cast<std::int64_t>(i) * exits;
    read.push_back({tau[i], accuracy[i], official[i], corrected[i], {first, first + exits}});
  }
  return read;
}

ThresholdPoint read_point(const ArtifactReader& in, const std::string& group, std::int64_t exits) {
  const std::vector<ThresholdPoint> points = read_points(in, group, exits);
  check_length(kRows, group + "/tau", points.size(), 1);
  return points[0];
}

}  // namespace

void check(const Thresholds& thresholds) {
  const std::int64_t exits = exits_of(thresholds);
  check_length(kRows, "exit_ops_corrected", thresholds.exit_ops_corrected.size(), exits);
  check_length(kRows, "test_accuracy_per_exit", thresholds.test_accuracy_per_exit.size(), exits);
  check_length(kRows, "train_accuracy_per_exit", thresholds.train_accuracy_per_exit.size(), exits);
  check_length(kRows, "on_test/exit_counts", thresholds.on_test.exit_counts.size(), exits);
  check_length(kRows, "on_train/exit_counts", thresholds.on_train.exit_counts.size(), exits);
  for (const ThresholdPoint& point : thresholds.grid) {
    check_length(kRows, fmt::format("exit_counts of tau {}", point.tau), point.exit_counts.size(), exits);
  }
  const auto points = static_cast<std::int64_t>(thresholds.grid.size());
  if (thresholds.chosen < 0 || thresholds.chosen >= points) {
    kRows.fail(fmt::format("place {} was chosen in a grid of {}", thresholds.chosen, points));
  }
  if (thresholds.grid[static_cast<std::size_t>(thresholds.chosen)].tau != thresholds.tau) {
    kRows.fail(fmt::format("tau {} is not the one at place {} of the grid", thresholds.tau, thresholds.chosen));
  }
}

void write(ArtifactWriter& out, const Thresholds& thresholds) {
  check(thresholds);
  const std::int64_t exits = exits_of(thresholds);
  out.write_attribute("chosen", thresholds.chosen);
  out.write_attribute("tau", thresholds.tau);
  out.write_attribute("feasible", std::int64_t{thresholds.feasible});
  out.write_attribute("cheaper", std::int64_t{thresholds.cheaper});
  out.write_attribute("vanilla_accuracy", thresholds.vanilla_accuracy);
  out.write_attribute("vanilla_ops_official", thresholds.vanilla_ops_official);
  out.write_attribute("vanilla_ops_corrected", thresholds.vanilla_ops_corrected);
  out.write("exit_ops_official", thresholds.exit_ops_official);
  out.write("exit_ops_corrected", thresholds.exit_ops_corrected);
  out.write("test_accuracy_per_exit", thresholds.test_accuracy_per_exit);
  out.write("train_accuracy_per_exit", thresholds.train_accuracy_per_exit);
  write_points(out, "grid", thresholds.grid, exits);
  write_points(out, "on_test", {thresholds.on_test}, exits);
  write_points(out, "on_train", {thresholds.on_train}, exits);
}

Thresholds read_thresholds(const ArtifactReader& in) {
  Thresholds thresholds;
  thresholds.chosen = in.integer_attribute("chosen");
  thresholds.tau = in.real_attribute("tau");
  thresholds.feasible = in.integer_attribute("feasible") != 0;
  thresholds.cheaper = in.integer_attribute("cheaper") != 0;
  thresholds.vanilla_accuracy = in.real_attribute("vanilla_accuracy");
  thresholds.vanilla_ops_official = in.real_attribute("vanilla_ops_official");
  thresholds.vanilla_ops_corrected = in.real_attribute("vanilla_ops_corrected");
  thresholds.exit_ops_official = in.read<double>("exit_ops_official");
  thresholds.exit_ops_corrected = in.read<double>("exit_ops_corrected");
  thresholds.test_accuracy_per_exit = in.read<double>("test_accuracy_per_exit");
  thresholds.train_accuracy_per_exit = in.read<double>("train_accuracy_per_exit");
  const std::int64_t exits = exits_of(thresholds);
  thresholds.grid = read_points(in, "grid", exits);
  thresholds.on_test = read_point(in, "on_test", exits);
  thresholds.on_train = read_point(in, "on_train", exits);
  check(thresholds);
  return thresholds;
}

}  // namespace exitaudit::schema
