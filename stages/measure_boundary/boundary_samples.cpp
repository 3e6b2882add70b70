#include "stages/measure_boundary/boundary_samples.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/log.h"
#include "pipeline/base/random.h"

namespace exitaudit::measure_boundary {
namespace {

std::vector<std::size_t> rows_at(const schema::Observations& observations, std::int64_t exit, bool member) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    if (observations.exit_taken[i] == exit && (observations.member[i] != 0) == member) rows.push_back(i);
  }
  return rows;
}

}  // namespace

std::vector<std::size_t> choose_boundary_samples(const schema::Observations& observations, std::int64_t cap,
                                                 const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen;
  for (std::int64_t exit = 0; exit < observations.exits; ++exit) {
    const std::vector<std::size_t> members = rows_at(observations, exit, true);
    const std::vector<std::size_t> others = rows_at(observations, exit, false);
    const std::size_t count = std::min({members.size(), others.size(), static_cast<std::size_t>(cap)});
    if (static_cast<std::int64_t>(count) < kFewSamples) {
      log_info("exit {}: {} members and as many others of {} and {} are measured, which tells little", exit, count,
               members.size(), others.size());
    }
    const auto draw = [&](const std::vector<std::size_t>& rows, const char* side) {
      std::vector<std::string> stream_names = names;
      stream_names.insert(stream_names.end(), {std::to_string(exit), side});
      const auto order = RandomStream(stream_names).permutation(static_cast<std::int64_t>(rows.size()));
      for (std::size_t i = 0; i < count; ++i) chosen.push_back(rows[static_cast<std::size_t>(order[i])]);
    };
    draw(members, "members");
    draw(others, "others");
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<double> exit_shares(const schema::Observations& observations) {
  std::vector<double> shares(static_cast<std::size_t>(observations.exits), 0);
  for (const std::int32_t exit : observations.exit_taken) ++shares[static_cast<std::size_t>(exit)];
  for (double& share : shares) share /= static_cast<double>(std::max<std::int64_t>(1, observations.count()));
  return shares;
}

}  // namespace exitaudit::measure_boundary
