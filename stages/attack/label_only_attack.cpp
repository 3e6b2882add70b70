#include "stages/attack/label_only_attack.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::attack {
namespace {

std::size_t at(const DistanceView& view, std::size_t row, std::int64_t rate) {
  return row * static_cast<std::size_t>(view.rates) + static_cast<std::size_t>(rate);
}

std::vector<std::size_t> all_rows(std::size_t count) {
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = i;
  return rows;
}

/// Those of `rows` in each group; one group of all for a view without exits.
std::vector<std::vector<std::size_t>> groups_of(const ExitView& exit, const std::vector<std::size_t>& rows,
                                                bool by_exit) {
  if (!by_exit) return {rows};
  std::vector<std::vector<std::size_t>> groups(static_cast<std::size_t>(exit.exits));
  for (const std::size_t row : rows) groups[static_cast<std::size_t>(exit.exit[row])].push_back(row);
  return groups;
}

std::vector<double> candidates(const DistanceView& view, const std::vector<std::size_t>& rows) {
  double most = 1;
  if (!view.shares) {
    most = 0;
    for (const std::size_t row : rows) most = std::max(most, view.distance[row]);
  }
  std::vector<double> found;
  for (int i = view.shares ? 0 : 1; i < 100; ++i) found.push_back(i * most / 100);
  return found;
}

double relative(double distance, double threshold) {
  return distance + threshold > 0 ? distance / (distance + threshold) : 0.5;
}

/// Right answers among the answers to some samples, and how much their rate counts in a mean.
struct Rate {
  std::int64_t hits = 0;
  std::int64_t trials = 0;
  double weight = 1;
};

/// Rates of nothing count for nothing.
schema::Measurement weighted_mean(const std::string& slice, const std::string& metric, const std::vector<Rate>& rates) {
  double sum = 0;
  for (const Rate& each : rates) sum += each.trials > 0 ? each.weight : 0;
  double mean = 0;
  double below = 0;
  double above = 0;
  std::int64_t samples = 0;
  for (const Rate& each : rates) {
    if (each.trials == 0) continue;
    const double weight = each.weight / sum;
    const double rate = static_cast<double>(each.hits) / static_cast<double>(each.trials);
    const statistics::Interval interval = statistics::clopper_pearson(each.hits, each.trials);
    mean += weight * rate;
    below += std::pow(weight * (rate - interval.low), 2);
    above += std::pow(weight * (interval.high - rate), 2);
    samples += each.trials;
  }
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (samples == 0) return {slice, metric, kNone, kNone, kNone, 0};
  return {slice, metric, mean, std::max(0.0, mean - std::sqrt(below)), std::min(1.0, mean + std::sqrt(above)), samples};
}

/// Each exit alike, and by the exits' natural shares. `rates` come exit by exit, equally many of each.
std::vector<schema::Measurement> means_over_exits(const std::string& metric, std::vector<Rate> rates,
                                                  const std::vector<double>& exit_share) {
  std::vector<schema::Measurement> found{weighted_mean("exits_mean", metric, rates)};
  const std::size_t per_exit = rates.size() / exit_share.size();
  for (std::size_t i = 0; i < rates.size(); ++i) rates[i].weight = exit_share[i / per_exit];
  found.push_back(weighted_mean("exits_weighted", metric, rates));
  return found;
}

}  // namespace

DistanceView see_distances(const schema::Distances& distances, Misclassified rule, DistanceScale scale, ExitView exit) {
  require(exit.exits == 0 || exit.exit.size() == distances.index.size(), "one exit a sample");
  DistanceView view;
  view.shares = distances.method == schema::kBitFlips;
  view.exit = std::move(exit);
  view.rates = view.shares ? static_cast<std::int64_t>(distances.rates.size()) : 1;
  view.distance = view.shares ? distances.share : distances.distance;
  const bool divide = !view.shares && scale == DistanceScale::kPerDimension;
  const double unit = divide ? std::sqrt(static_cast<double>(distances.dimension)) : 1;
  for (std::size_t i = 0; i < view.distance.size(); ++i) {
    const bool wrong = distances.correct[i / static_cast<std::size_t>(view.rates)] == 0;
    view.distance[i] = wrong && rule == Misclassified::kZero ? 0 : view.distance[i] / unit;
  }
  return view;
}

DistanceThreshold calibrate_threshold(const Lesson<DistanceView>& shadow, const std::vector<std::size_t>& rows) {
  require(!rows.empty(), "a threshold needs samples");
  DistanceThreshold best{.accuracy = -1};
  const std::vector<double> values = candidates(shadow.view, rows);
  for (std::int64_t rate = 0; rate < shadow.view.rates; ++rate) {
    for (const double value : values) {
      const auto right = std::count_if(rows.begin(), rows.end(), [&](std::size_t row) {
        return (shadow.view.distance[at(shadow.view, row, rate)] > value) == (shadow.member[row] != 0);
      });
      const double accuracy = static_cast<double>(right) / static_cast<double>(rows.size());
      if (accuracy > best.accuracy) best = {.rate = rate, .value = value, .accuracy = accuracy};
    }
  }
  return best;
}

std::vector<std::size_t> balance_by_exit(const ExitView& believed, const std::vector<std::uint8_t>& member,
                                         const std::vector<std::string>& names) {
  require(believed.exit.size() == member.size(), "one exit a sample");
  std::vector<std::size_t> kept;
  const auto groups = groups_of(believed, all_rows(member.size()), true);
  for (std::size_t exit = 0; exit < groups.size(); ++exit) {
    std::array<std::vector<std::size_t>, 2> sides;  // non-members, members
    for (const std::size_t row : groups[exit]) sides[member[row] != 0 ? 1 : 0].push_back(row);
    const std::size_t count = std::min(sides[0].size(), sides[1].size());
    for (std::size_t side = 0; side < sides.size(); ++side) {
      std::vector<std::string> stream_names = names;
      stream_names.insert(stream_names.end(), {std::to_string(exit), std::to_string(side)});
      const auto order = RandomStream(stream_names).permutation(static_cast<std::int64_t>(sides[side].size()));
      for (std::size_t i = 0; i < count; ++i) kept.push_back(sides[side][static_cast<std::size_t>(order[i])]);
    }
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

LabelOnlyAnswer label_only_attack(const Lesson<DistanceView>& shadow, const DistanceView& target,
                                  const std::vector<std::size_t>& rows) {
  require(shadow.view.shares == target.shares && shadow.view.rates == target.rates, "both views hold the same");
  require(shadow.view.exit.exits == target.exit.exits, "shadow and target have the same exits");
  const bool by_exit = target.sees_exit();
  const auto lessons = groups_of(shadow.view.exit, all_rows(shadow.member.size()), by_exit);
  const auto questions = groups_of(target.exit, rows, by_exit);
  LabelOnlyAnswer answer;
  std::vector<DistanceThreshold> thresholds(lessons.size());
  std::vector<bool> judged(lessons.size());
  for (std::size_t group = 0; group < lessons.size(); ++group) {
    judged[group] = !lessons[group].empty() && !questions[group].empty();
    if (judged[group]) thresholds[group] = calibrate_threshold(shadow, lessons[group]);
    answer.skipped_exits += judged[group] ? 0 : 1;
  }
  for (const std::size_t row : rows) {
    const std::int32_t group = by_exit ? target.exit.exit[row] : 0;
    if (!judged[static_cast<std::size_t>(group)]) continue;
    const DistanceThreshold& threshold = thresholds[static_cast<std::size_t>(group)];
    const double distance = target.distance[at(target, row, threshold.rate)];
    answer.row.push_back(row);
    answer.group.push_back(group);
    answer.score.push_back(relative(distance, threshold.value));
    answer.decision.push_back(distance > threshold.value ? 1 : 0);
  }
  return answer;
}

std::vector<schema::Measurement> measure_over_exits(const LabelOnlyAnswer& answer,
                                                    const std::vector<std::uint8_t>& member,
                                                    const std::vector<double>& exit_share) {
  std::vector<Rate> rates(exit_share.size());
  for (std::size_t i = 0; i < answer.row.size(); ++i) {
    Rate& exit = rates[static_cast<std::size_t>(answer.group[i])];
    ++exit.trials;
    if (answer.decision[i] == (member[answer.row[i]] != 0 ? 1 : 0)) ++exit.hits;
  }
  return means_over_exits("attack_success", std::move(rates), exit_share);
}

std::vector<schema::Measurement> measure_balanced_over_exits(const LabelOnlyAnswer& answer,
                                                             const std::vector<std::uint8_t>& member,
                                                             const std::vector<double>& exit_share) {
  std::vector<Rate> rates(2 * exit_share.size());  // of each exit, on non-members and on members
  for (std::size_t i = 0; i < answer.row.size(); ++i) {
    const std::uint8_t truth = member[answer.row[i]] != 0 ? 1 : 0;
    Rate& side = rates[2 * static_cast<std::size_t>(answer.group[i]) + truth];
    ++side.trials;
    if (answer.decision[i] == truth) ++side.hits;
  }
  for (std::size_t exit = 0; exit < exit_share.size(); ++exit) {
    if (rates[2 * exit].trials == 0 || rates[2 * exit + 1].trials == 0) rates[2 * exit] = rates[2 * exit + 1] = {};
  }
  return means_over_exits("balanced_accuracy", std::move(rates), exit_share);
}

std::vector<JudgedSides> judged_sides(const LabelOnlyAnswer& answer, const std::vector<std::uint8_t>& member,
                                      std::size_t groups) {
  std::vector<JudgedSides> found(groups);
  for (std::size_t i = 0; i < answer.row.size(); ++i) {
    JudgedSides& sides = found[static_cast<std::size_t>(answer.group[i])];
    ++(member[answer.row[i]] != 0 ? sides.members : sides.others);
  }
  return found;
}

}  // namespace exitaudit::attack
