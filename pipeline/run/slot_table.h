#pragma once
// SlotTable: the slots that conductors offer, host by host, and who holds them. Pure.
//
// A job of one rank takes one slot. A team is started by one conductor but lives on its whole host: it takes as many
// slots as it has ranks, of any conductors there. Where no host has that many it goes to a largest one, waits until
// that is idle and takes all. A timing job's host is idle when it starts, and all its slots are taken until it ends.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/run/rank_message.h"

namespace exitaudit {

/// What a job needs.
struct RoomWish {
  int ranks = 1;
  bool whole_node = false;  ///< alone on its node, whatever its ranks need (timing)
  bool wants_node() const { return ranks > 1 || whole_node; }
  bool operator==(const RoomWish&) const = default;
};

/// The room that a job has.
struct Placement {
  int rank = 0;                      ///< whose conductor starts it
  std::vector<int> slots;            ///< the conductors whose slots it takes, one entry a slot; the first is `rank`
  std::vector<std::string> devices;  ///< of those slots where it is a team; empty where it has the whole node
};

class SlotTable {
 public:
  void add(int rank, const Hello& offer);  ///< once a rank
  bool has(int rank) const { return conductors_.contains(rank); }
  const Hello& offer(int rank) const { return conductors_.at(rank).offer; }
  std::vector<int> ranks() const;                                          ///< that have said hello
  int conductors() const { return static_cast<int>(conductors_.size()); }  ///< that have said hello
  int total() const { return total_; }                                     ///< slots
  bool any_free() const { return !open_.empty(); }

  /// Room for a job now, on any host but `kept_host`; a single's is the freest conductor's, lowest rank first.
  std::optional<Placement> find(const RoomWish& wish, const std::string& kept_host = "") const;
  /// The host that lacks the fewest free slots for a team, of those large enough, or of the largest. The choice is
  /// stable: a host on which nothing more starts only comes closer.
  std::string soonest_host(const RoomWish& wish) const;

  void take(const Placement& place);
  void release(const Placement& place);

 private:
  struct Conductor {
    Hello offer;
    int taken = 0;
    int free() const { return offer.slots - taken; }
  };
  struct Host {
    int slots = 0;
    int free = 0;
    std::set<int> ranks;
  };
  std::optional<int> slots_there(const RoomWish& wish, const Host& host) const;
  std::optional<int> freest(const std::string& kept_host) const;
  Placement place_team(const Host& host, int slots) const;
  void change_taken(int rank, int by);

  std::map<int, Conductor> conductors_;
  std::map<std::string, Host> hosts_;
  std::set<std::pair<int, int>> open_;  ///< {-free slots, rank} of conductors that have any: the freest comes first
  int total_ = 0;
  int largest_ = 0;  ///< slots of the largest host
};

}  // namespace exitaudit
