#include "pipeline/run/rank_watch.h"

#include <algorithm>

namespace exitaudit {
namespace {

constexpr double kLongestBeat = 10;  // seconds between signs of life, less where the limit is short
constexpr double kBeats = 6;         // within the limit

}  // namespace

double beat_interval(double limit) {
  return std::min(kLongestBeat, limit / kBeats);
}

std::vector<int> RankWatch::take_lost(double now) {
  const double pause = last_look_ < 0 ? 0 : now - last_look_;
  last_look_ = now;
  if (pause > beat_interval(limit_)) {
    for (auto& [rank, last] : last_heard_) last += pause;
  }
  std::vector<int> lost;
  for (const auto& [rank, last] : last_heard_) {
    if (now - last > limit_) lost.push_back(rank);
  }
  for (const int rank : lost) last_heard_.erase(rank);
  return lost;
}

bool RankWatch::beat_is_due(double now) {
  if (now < next_beat_) return false;
  next_beat_ = now + beat_interval(limit_);
  return true;
}

}  // namespace exitaudit
