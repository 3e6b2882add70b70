#pragma once
// RankWatch: which ranks of a launch have not been heard of for too long. A node may die or lose its network without
// anybody being told: Slurm does not notice one that boots again fast enough, and MPI waits for ever. Pure.

#include <map>
#include <vector>

namespace exitaudit {

/// How often a sign of life is due that is missed after `limit` seconds.
double beat_interval(double limit);

class RankWatch {
 public:
  /// `limit_seconds`: silence after which a rank counts as lost.
  explicit RankWatch(double limit_seconds) : limit_(limit_seconds) {}

  /// A rank is watched from its first word on. `now`: monotonic seconds, in all calls.
  void heard(int rank, double now) { last_heard_[rank] = now; }
  /// Those that are silent for too long; each is named once and watched no longer. To be asked again and again: while
  /// it was not (a suspended process, a file server that hangs) the silence was ours, and counts for nobody.
  std::vector<int> take_lost(double now);
  /// Whether it is time for a sign of life of our own; true once each time.
  bool beat_is_due(double now);
  double limit() const { return limit_; }

 private:
  double limit_;
  double next_beat_ = 0;
  double last_look_ = -1;  ///< negative: there was none
  std::map<int, double> last_heard_;
};

}  // namespace exitaudit
