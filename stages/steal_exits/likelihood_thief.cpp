#include "stages/steal_exits/likelihood_thief.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/special_functions/owens_t.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <numeric>

#include "pipeline/base/error.h"
#include "stages/steal_exits/cluster_numbers.h"

namespace exitaudit::steal_exits {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr std::size_t kSlowest = 100;
constexpr std::int64_t kRecurs = 3;
constexpr double kLeastJitter = 1e-6;  // of the time, so that equal times have a density

double log_normal_density(double z) {
  return -z * z / 2 - std::log(2 * std::numbers::pi) / 2;
}

double normal_share_below(double z) {
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

/// log Phi(z); below -30, where Phi leaves double's range, by its asymptotic series (relative error below 1e-7).
double log_normal_share_below(double z) {
  if (z > -30) return std::log(normal_share_below(z));
  const double square = 1 / (z * z);
  return log_normal_density(z) - std::log(-z) + std::log1p(-square + 3 * square * square);
}

/// Deviation of an exit's times, outliers aside; the plain one where more than half the times are equal.
double jitter(const std::vector<double>& times, double center) {
  double found = scaled_mad(times, center);
  if (found == 0) {
    double sum = 0;
    for (const double time : times) sum += (time - center) * (time - center);
    found = std::sqrt(sum / static_cast<double>(times.size()));
  }
  return std::max(found, kLeastJitter * center);
}

std::vector<double> times_of(const OwnModel& own, std::int32_t exit) {
  std::vector<double> times;
  for (std::size_t i = 0; i < own.exit.size(); ++i) {
    if (own.exit[i] == exit) times.push_back(own.time_ms[i]);
  }
  return times;
}

}  // namespace

double log_guarded_density(double time_ms, double center_ms, double jitter_ms, double sigma_ms) {
  const double width = std::hypot(jitter_ms, sigma_ms);
  const double z = (time_ms - center_ms) / width;
  return std::log(2 / width) + log_normal_density(z) + log_normal_share_below(z * sigma_ms / jitter_ms);
}

double guarded_share_below(double time_ms, double center_ms, double jitter_ms, double sigma_ms) {
  const double z = (time_ms - center_ms) / std::hypot(jitter_ms, sigma_ms);
  const double share = normal_share_below(z) - 2 * boost::math::owens_t(z, sigma_ms / jitter_ms);
  return std::clamp(share, 0.0, 1.0);  // the last bit may be off
}

double slowest_mean(const OwnModel& own) {
  require(!own.exit.empty() && own.exit.size() == own.time_ms.size(), "a slowest time is of samples with exits");
  std::vector<std::size_t> order(own.exit.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return own.exit[a] > own.exit[b]; });
  order.resize(std::min(order.size(), kSlowest));
  double sum = 0;
  for (const std::size_t i : order) sum += own.time_ms[i];
  return sum / static_cast<double>(order.size());
}

LikelihoodThief::LikelihoodThief(const OwnModel& own, const KnownGuard& guard, std::span<const double> guarded_ms)
    : guard_(guard), exits_(own.exits) {
  if (own.time_ms.empty()) {
    throw Error(ErrorKind::kFailure, "the likelihood thief learns exits from latencies of its own model, and has none");
  }
  for (const ExitCenter& center : exit_centers(own)) {
    const std::vector<double> times = times_of(own, center.exit);
    const double share = static_cast<double>(times.size()) / static_cast<double>(own.exit.size());
    parts_.push_back({center.exit, std::log(share), center.time_ms, jitter(times, center.time_ms)});
  }
  if (guard.cap == guard_time::Cap::kMax) cap_ms_ = find_cap(slowest_mean(own), guarded_ms);
}

double LikelihoodThief::find_cap(double predicted, std::span<const double> guarded_ms) const {
  const std::size_t last = parts_.size() - 1;
  const double within =
      last == 0 ? 5 * parts_[0].jitter_ms : std::abs(parts_[last].center_ms - parts_[last - 1].center_ms) / 2;
  std::map<double, std::int64_t> seen;
  for (const double time : guarded_ms) {
    if (std::abs(time - predicted) <= within) ++seen[time];
  }
  const auto most =
      std::max_element(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most != seen.end() && most->second >= kRecurs ? most->first : predicted;
}

/// The cap spares the last exit.
bool LikelihoodThief::delayed(const Part& part) const {
  return guard_.cap == guard_time::Cap::kNone || part.exit + 1 < exits_;
}

double LikelihoodThief::log_density(const Part& part, double time_ms) const {
  // What took longer than the cap by itself leaves as it is.
  const bool late = guard_.cap == guard_time::Cap::kMax && time_ms > cap_ms_;
  const double sigma = delayed(part) && !late ? guard_.sigma_ms : 0;
  return log_guarded_density(time_ms, part.center_ms, part.jitter_ms, sigma);
}

double LikelihoodThief::log_atom(const Part& part) const {
  if (!delayed(part)) return kNever;
  const double in_time = normal_share_below((cap_ms_ - part.center_ms) / part.jitter_ms);
  const double before = guarded_share_below(cap_ms_, part.center_ms, part.jitter_ms, guard_.sigma_ms);
  return std::log(std::max(0.0, in_time - before));
}

std::vector<std::int32_t> LikelihoodThief::tell_exits(std::span<const double> times_ms) const {
  std::vector<std::int32_t> found;
  found.reserve(times_ms.size());
  for (const double time : times_ms) {
    const bool at_cap = guard_.cap == guard_time::Cap::kMax && time == cap_ms_;
    const Part* best = nullptr;
    double best_score = kNever;
    for (const Part& part : parts_) {
      const double score = part.log_share + (at_cap ? log_atom(part) : log_density(part, time));
      if (best != nullptr && score <= best_score) continue;
      best = &part;
      best_score = score;
    }
    found.push_back(best->exit);
  }
  return found;
}

std::string LikelihoodThief::method() const {
  std::string text = fmt::format("likelihood behind a guard of sigma {:.4g} ms, {} exits seen of the own model",
                                 guard_.sigma_ms, parts_.size());
  if (guard_.cap == guard_time::Cap::kMax) text += fmt::format(", cap at {:.6g} ms", cap_ms_);
  return text;
}

}  // namespace exitaudit::steal_exits
