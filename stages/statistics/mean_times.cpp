#include "stages/statistics/mean_times.h"

#include <fmt/format.h>

#include <limits>
#include <span>

#include "stages/statistics/mean.h"

namespace exitaudit::statistics {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<double> medians(const schema::Latencies& latencies) {
  const auto repeats = static_cast<std::size_t>(latencies.repeats);
  std::vector<double> found;
  for (std::size_t first = 0; first < latencies.latency_ms.size(); first += repeats) {
    const std::span row(latencies.latency_ms.data() + first, repeats);
    found.push_back(median({row.begin(), row.end()}));
  }
  return found;
}

schema::Measurement mean_of(const std::string& slice, std::span<const double> values) {
  schema::Measurement found = mean("mean_ms", values);
  found.slice = slice;
  return found;
}

}  // namespace

std::vector<schema::Measurement> mean_times(const schema::Latencies& latencies) {
  const std::vector<double> times = medians(latencies);
  std::vector<schema::Measurement> found;
  if (!times.empty()) found.push_back(mean_of("all", times));
  found.push_back({"all", "overhead_ms", latencies.overhead_ms, kNone, kNone, latencies.count()});
  for (std::int64_t exit = 0; exit < latencies.exits; ++exit) {
    std::vector<double> of_exit;
    for (std::size_t i = 0; i < times.size(); ++i) {
      if (latencies.exit_taken[i] == exit) of_exit.push_back(times[i]);
    }
    if (!of_exit.empty()) found.push_back(mean_of(fmt::format("exit={}", exit), of_exit));
  }
  return found;
}

}  // namespace exitaudit::statistics
