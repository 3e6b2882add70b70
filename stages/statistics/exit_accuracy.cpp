#include "stages/statistics/exit_accuracy.h"

#include <fmt/format.h>

#include <limits>
#include <string>

#include "pipeline/base/error.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::statistics {
namespace {

schema::Measurement accuracy(const std::string& slice, std::int64_t right, std::int64_t all) {
  const Interval interval = clopper_pearson(right, all);
  return {slice,        "exit_accuracy", static_cast<double>(right) / static_cast<double>(all),
          interval.low, interval.high,   all};
}

}  // namespace

void measure_exits(schema::StolenExits& stolen, std::span<const std::int32_t> truth) {
  require(truth.size() == stolen.exit.size(), "one true exit a believed one");
  const auto exits = static_cast<std::size_t>(stolen.exits);
  stolen.confusion.assign(exits * exits, 0);
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto row = static_cast<std::size_t>(truth[i]);
    const auto column = static_cast<std::size_t>(stolen.exit[i]);
    require(row < exits && column < exits, "an exit is one of the model's");
    ++stolen.confusion[row * exits + column];
  }
  std::int64_t right = 0;
  std::vector<schema::Measurement> by_exit;
  for (std::size_t exit = 0; exit < exits; ++exit) {
    std::int64_t all = 0;
    for (std::size_t believed = 0; believed < exits; ++believed) all += stolen.confusion[exit * exits + believed];
    right += stolen.confusion[exit * exits + exit];
    if (all > 0) by_exit.push_back(accuracy(fmt::format("exit={}", exit), stolen.confusion[exit * exits + exit], all));
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  stolen.measurements.clear();
  if (!truth.empty()) stolen.measurements.push_back(accuracy("all", right, static_cast<std::int64_t>(truth.size())));
  stolen.measurements.push_back(
      {"all", "estimated_exits", static_cast<double>(stolen.estimated_exits), kNone, kNone, stolen.exits});
  stolen.measurements.insert(stolen.measurements.end(), by_exit.begin(), by_exit.end());
}

}  // namespace exitaudit::statistics
