#include "stages/guard_time/guarded_latencies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>

#include "pipeline/base/error.h"
#include "stages/guard_time/sample_contents.h"
#include "stages/statistics/bootstrap.h"
#include "stages/statistics/mean.h"

namespace exitaudit::guard_time {
namespace {

using schema::Latencies;
using schema::Measurement;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kSlowestSamples = 100;
constexpr double kDeadlineShare = 0.99;
const double kHalfNormalMean = std::sqrt(2 / std::numbers::pi);
const double kHalfNormalVariance = 1 - 2 / std::numbers::pi;

double mean_of_row(const Latencies& latencies, std::size_t row) {
  const auto repeats = latencies.repeats;
  const auto first = latencies.latency_ms.begin() + static_cast<std::int64_t>(row) * repeats;
  return std::accumulate(first, first + repeats, 0.0) / static_cast<double>(repeats);
}

Measurement max_time(const Latencies& clean) {
  std::vector<std::size_t> rows(clean.index.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    if (clean.exit_taken[a] != clean.exit_taken[b]) return clean.exit_taken[a] > clean.exit_taken[b];
    return clean.index[a] < clean.index[b];
  });
  rows.resize(std::min(rows.size(), kSlowestSamples));
  std::vector<double> times;
  for (const std::size_t row : rows) times.push_back(mean_of_row(clean, row));
  return statistics::mean("mean_ms_max_delay", times);
}

double deadline(const Latencies& clean, std::int64_t exit) {
  const auto repeats = static_cast<std::size_t>(clean.repeats);
  std::vector<double> times;
  for (std::size_t i = 0; i < clean.latency_ms.size(); ++i) {
    if (clean.exit_taken[i / repeats] == exit) times.push_back(clean.latency_ms[i]);
  }
  std::sort(times.begin(), times.end());
  return times.empty() ? 0 : statistics::quantile(times, kDeadlineShare);
}

/// What is asked takes without the guard: [n, per_sample].
std::vector<double> clean_times(const Latencies& clean, std::int64_t per_sample) {
  std::vector<double> times;
  times.reserve(clean.index.size() * static_cast<std::size_t>(per_sample));
  for (std::int64_t row = 0; row < clean.count(); ++row) {
    for (std::int64_t r = 0; r < per_sample; ++r) {
      times.push_back(clean.latency_ms[static_cast<std::size_t>(row * clean.repeats + r % clean.repeats)]);
    }
  }
  return times;
}

/// Sum over contents of their squared shares of all queries: 1 / queries where no two are equal.
double concentration(const std::vector<std::uint64_t>& seeds) {
  std::vector<std::uint64_t> sorted = seeds;
  std::sort(sorted.begin(), sorted.end());
  double squares = 0;
  for (auto first = sorted.begin(); first != sorted.end();) {
    const auto last = std::upper_bound(first, sorted.end(), *first);
    squares += std::pow(static_cast<double>(last - first) / static_cast<double>(sorted.size()), 2);
    first = last;
  }
  return squares;
}

/// Mean over queries of what the delay is added to.
double mean_base(const Latencies& clean, const std::vector<double>& times, const TimeGuardPolicy& policy) {
  double sum = 0;
  if (policy.release == Release::kMeasured) {
    sum = std::accumulate(times.begin(), times.end(), 0.0);
    return sum / static_cast<double>(times.size());
  }
  for (const std::int32_t exit : clean.exit_taken) sum += policy.deadline_ms[static_cast<std::size_t>(exit)];
  return sum / static_cast<double>(clean.count());
}

Measurement expected_mean(const Latencies& clean, const std::vector<double>& times, const TimeGuardPolicy& policy,
                          const Queries& queries) {
  const double mean = mean_base(clean, times, policy) + kHalfNormalMean * policy.sigma_ms;
  const double half =
      statistics::kNormal95 * policy.sigma_ms * std::sqrt(kHalfNormalVariance * concentration(queries.seeds));
  return {"all", "expected_mean_ms", mean, mean - half, mean + half, clean.count()};
}

}  // namespace

CleanTimes learn_times(const Latencies& clean) {
  if (clean.index.empty()) throw Error(ErrorKind::kFailure, "TimeGuard has no latencies to learn from");
  CleanTimes times;
  times.max_ms = max_time(clean);
  for (std::int64_t exit = 0; exit < clean.exits; ++exit) times.deadline_ms.push_back(deadline(clean, exit));
  return times;
}

TimeGuardPolicy policy_of(const GuardTimeJob& settings, const CleanTimes& times) {
  return {.sigma_ms = settings.sigma_ms,
          .cap = settings.cap,
          .release = settings.release,
          .exits = static_cast<std::int64_t>(times.deadline_ms.size()),
          .max_ms = times.max_ms.value,
          .deadline_ms = times.deadline_ms};
}

Queries ask(const Latencies& clean, const schema::Dataset& dataset, const TimeGuard& guard,
            std::int64_t near_duplicates) {
  const SampleContents contents(dataset);
  if (near_duplicates > contents.near_duplicates()) {
    throw BadInput(fmt::format("guard_time.near_duplicates: {} are more than the {} bits or pixels of a sample of {}",
                               near_duplicates, contents.near_duplicates(), dataset.name));
  }
  Queries queries;
  queries.per_sample = near_duplicates > 0 ? near_duplicates : clean.repeats;
  for (const std::int64_t sample : clean.index) {
    const std::uint64_t own = guard.seed(contents.hash(sample));
    queries.samples.push_back(own);
    for (std::int64_t r = 0; r < queries.per_sample; ++r) {
      queries.seeds.push_back(near_duplicates > 0 ? guard.seed(contents.hash_near(sample, r)) : own);
    }
  }
  return queries;
}

Latencies guarded_latencies(const Latencies& clean, const CleanTimes& times, const TimeGuard& guard,
                            const Queries& queries) {
  const std::vector<double> before = clean_times(clean, queries.per_sample);
  require(before.size() == queries.seeds.size() && queries.samples.size() == clean.index.size(), "one seed a query");
  Latencies guarded = clean;
  guarded.disturbance = "time_guard";
  guarded.repeats = queries.per_sample;
  guarded.latency_ms.clear();
  std::int64_t overruns = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::int32_t exit = clean.exit_taken[i / static_cast<std::size_t>(queries.per_sample)];
    const ReleaseTime release = guard.release(queries.seeds[i], exit, before[i]);
    guarded.latency_ms.push_back(release.ms);
    overruns += release.overrun ? 1 : 0;
  }
  guarded.measurements = {statistics::clustered_mean("mean_ms_clean", before, queries.samples),
                          statistics::clustered_mean("mean_ms_guarded", guarded.latency_ms, queries.samples),
                          times.max_ms};
  if (guard.policy().cap == Cap::kNone) {
    guarded.measurements.push_back(expected_mean(clean, before, guard.policy(), queries));
  }
  guarded.measurements.push_back(
      {"all", "overruns", static_cast<double>(overruns), kUnknown, kUnknown, static_cast<std::int64_t>(before.size())});
  return guarded;
}

}  // namespace exitaudit::guard_time
