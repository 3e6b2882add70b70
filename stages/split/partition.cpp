#include "stages/split/partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"

namespace exitaudit::split {
namespace {

constexpr std::int64_t kParts = 4;
constexpr std::int64_t kFewestSamples = 2;  // one to choose tau on, one to attack

std::int64_t part_size(std::int64_t pool, const SplitJob& job) {
  const std::int64_t wanted = job.split.samples_per_part;
  const std::int64_t most = pool / kParts;
  const std::string_view source = job.split.pool == DataPool::kTrain ? "in its training files" : "in all";
  if (wanted > most) {
    throw BadInput(
        fmt::format("split: dataset {} has {} samples {}, at most {} for each of the four parts; "
                    "samples_per_part asks for {}; lower it, or set it to 0 for all",
                    job.dataset, pool, source, most, wanted));
  }
  const std::int64_t size = wanted > 0 ? wanted : most;
  if (size >= kFewestSamples) return size;
  throw BadInput(
      fmt::format("split: dataset {} has {} samples {}, that is {} for each of the four parts; at least {} are "
                  "needed",
                  job.dataset, pool, source, size, kFewestSamples));
}

/// Moves the calibration share of `side.non_members` to `side.calibration`, both in the order they had.
void draw_calibration(schema::Side& side, const SplitJob& job, const std::string& role) {
  const auto size = static_cast<std::int64_t>(side.non_members.size());
  const auto wanted = static_cast<std::int64_t>(std::llround(job.split.calibration_share * static_cast<double>(size)));
  const std::int64_t drawn = std::clamp<std::int64_t>(wanted, 1, size - 1);
  const std::vector<std::int64_t> order = stream("calibration", job.dataset, role, job.seed).permutation(size);
  std::vector<bool> chosen(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < drawn; ++i) chosen[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])] = true;
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < chosen.size(); ++i) (chosen[i] ? side.calibration : kept).push_back(side.non_members[i]);
  side.non_members = std::move(kept);
}

}  // namespace

schema::Partition make_partition(std::int64_t count, std::int64_t train_count, const SplitJob& job) {
  const std::int64_t pool = job.split.pool == DataPool::kTrain ? train_count : count;
  const std::int64_t size = part_size(pool, job);
  const std::vector<std::int64_t> order = stream("split", job.dataset, job.seed).permutation(pool);
  const auto part = [&](std::int64_t quarter) {
    const auto first = order.begin() + quarter * (pool / kParts);
    return std::vector<std::int64_t>(first, first + size);
  };
  schema::Partition partition;
  partition.target = {.members = part(0), .non_members = part(1), .calibration = {}};
  partition.shadow = {.members = part(2), .non_members = part(3), .calibration = {}};
  partition.calibration_shared = job.split.calibration_share == 0;
  if (partition.calibration_shared) {
    partition.target.calibration = partition.target.non_members;
    partition.shadow.calibration = partition.shadow.non_members;
  } else {
    draw_calibration(partition.target, job, "target");
    draw_calibration(partition.shadow, job, "shadow0");
  }
  return partition;
}

}  // namespace exitaudit::split
