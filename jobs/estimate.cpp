#include "jobs/estimate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace exitaudit {
namespace {

constexpr double kSamplesPerPart = 15000;  // a CIFAR, where the study does not say
constexpr double kOpsPerSecond = 1.2e11;   // one core in float32, as seen with LibTorch 2.11
constexpr double kBackwardFactor = 3;      // a training step against a forward pass

/// Gops of one sample at width 1 on 32-pixel images or 600 features (specification 4).
double network_gops(const std::string& network) {
  static const std::map<std::string, double> gops{{"vgg16", .63},       {"resnet56", .26},      {"mobilenet", .16},
                                                  {"mobilenet_v2", .1}, {"wide_resnet32", 2.4}, {"fcn18_1", .019},
                                                  {"fcn18_2", .07},     {"fcn18_3", .15},       {"fcn18_4", .26}};
  const auto found = gops.find(network);
  return found == gops.end() ? 0 : found->second;
}

/// Millions of parameters of the 6-exit networks (specification 2.5).
double network_megabytes(const std::string& network) {
  static const std::map<std::string, double> parameters{{"vgg16", 24},       {"resnet56", 2.2},     {"mobilenet", 36},
                                                        {"mobilenet_v2", 6}, {"wide_resnet32", 13}, {"fcn18_1", 9},
                                                        {"fcn18_2", 29},     {"fcn18_3", 59},       {"fcn18_4", 99}};
  const auto found = parameters.find(network);
  return found == parameters.end() ? 1 : 4 * found->second;
}

/// Labels that measure_boundary asks for: of each exit as many members as others, some 20 along lines an iteration
/// beside the probes; rows at five rates of flips.
double boundary_queries(const Job& job, const Experiment& experiment, double exits) {
  const measure_boundary::MeasureBoundaryOptions& options = experiment.measure_boundary;
  if (axis_of(job, "network").starts_with("fcn")) {
    return 2 * exits * static_cast<double>(options.rows_per_exit) * 5 * static_cast<double>(options.flips);
  }
  double a_sample = 0;
  for (std::int64_t t = 0; t < options.iterations; ++t) {
    a_sample += 20 + std::min(static_cast<double>(options.initial_probes) * std::sqrt(static_cast<double>(t + 1)),
                              static_cast<double>(options.most_probes));
  }
  return 2 * exits * static_cast<double>(options.samples_per_exit) * a_sample;
}

}  // namespace

void estimate(Job& job, const Experiment& experiment) {
  const double samples =
      experiment.split.samples_per_part > 0 ? static_cast<double>(experiment.split.samples_per_part) : kSamplesPerPart;
  const double narrowing = experiment.network.width * experiment.network.width;
  const double forward_seconds = samples * network_gops(axis_of(job, "network")) * 1e9 * narrowing / kOpsPerSecond;
  const std::string& stage = job.stage.name;
  if (stage == "train") {
    job.expected_seconds = 1 + forward_seconds * kBackwardFactor * static_cast<double>(experiment.train.epochs) /
                                   static_cast<double>(job.ranks);
    job.expected_bytes = network_megabytes(axis_of(job, "network")) * narrowing * 1e6;
  } else if (stage == "import_weights") {
    job.expected_bytes = network_megabytes(axis_of(job, "network")) * narrowing * 1e6;
  } else if (stage == "calibrate" || stage == "record") {
    job.expected_seconds = 1 + 2 * forward_seconds;
    job.expected_bytes = stage == "record" ? 2 * std::min(samples, 5000.0) * 4096 : 20000;
  } else if (stage == "measure_boundary") {
    const double exits = static_cast<double>(std::stoll("0" + axis_of(job, "exits")));
    job.expected_seconds = 1 + boundary_queries(job, experiment, exits) * forward_seconds / samples;
    job.expected_bytes = 1e5;
  } else if (stage == "ingest") {
    job.expected_seconds = 5;
    job.expected_bytes = 60000 * 3072;
  } else if (stage == "attack" || stage == "predict_exits") {
    const bool inside = job.id.find("/gradient/") != std::string::npos;  // its model is some thirty times dearer
    job.expected_seconds =
        1 + 2 * std::min(samples, 5000.0) * static_cast<double>(experiment.attack.epochs) / (inside ? 1e4 : 3e5);
    job.expected_bytes = 2 * std::min(samples, 5000.0) * 64;
  } else {
    job.expected_seconds = stage == "measure_latency" ? 120 : 1;
    job.expected_bytes = 1e5;
  }
}

}  // namespace exitaudit
