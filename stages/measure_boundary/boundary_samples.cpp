#include "stages/measure_boundary/boundary_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

Sides measured_of(const Sides& there, Population population, std::int64_t cap) {
  if (population == Population::kBalanced) {
    const std::int64_t each = std::min({there.members, there.others, cap});
    return {each, each};
  }
  const std::int64_t all = there.members + there.others;
  const std::int64_t most = std::min(all, 2 * cap);
  if (most == all) return there;
  const double share = static_cast<double>(there.members) / static_cast<double>(all);
  const std::int64_t members = std::llround(static_cast<double>(most) * share);
  return {members, most - members};
}

std::vector<std::size_t> choose_boundary_samples(const schema::Observations& observations, Population population,
                                                 std::int64_t cap, const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen;
  for (std::int64_t exit = 0; exit < observations.exits; ++exit) {
    const std::vector<std::size_t> members = rows_at(observations, exit, true);
    const std::vector<std::size_t> others = rows_at(observations, exit, false);
    const Sides count = measured_of({std::ssize(members), std::ssize(others)}, population, cap);
    if (std::min(count.members, count.others) < kFewSamples) {
      log_info("exit {}: {} members and {} others of {} and {} are measured, which tells little", exit, count.members,
               count.others, members.size(), others.size());
    }
    const auto draw = [&](const std::vector<std::size_t>& rows, const char* side, std::int64_t wanted) {
      std::vector<std::string> stream_names = names;
      stream_names.insert(stream_names.end(), {std::to_string(exit), side});
      const auto order = RandomStream(stream_names).permutation(static_cast<std::int64_t>(rows.size()));
      for (std::int64_t i = 0; i < wanted; ++i) {
        chosen.push_back(rows[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
      }
    };
    draw(members, "members", count.members);
    draw(others, "others", count.others);
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
