#include "pipeline/run/slot_table.h"

#include <algorithm>

#include "pipeline/base/error.h"

namespace exitaudit {

void SlotTable::add(int rank, const Hello& offer) {
  const bool is_new = conductors_.try_emplace(rank, Conductor{.offer = offer}).second;
  require(is_new, "a rank says hello once");
  Host& host = hosts_[offer.host];
  host.slots += offer.slots;
  host.free += offer.slots;
  host.ranks.insert(rank);
  total_ += offer.slots;
  largest_ = std::max(largest_, host.slots);
  if (offer.slots > 0) open_.insert({-offer.slots, rank});
}

std::vector<int> SlotTable::ranks() const {
  std::vector<int> ranks;
  for (const auto& [rank, each] : conductors_) ranks.push_back(rank);
  return ranks;
}

/// How many slots of a host a team takes; nullopt where the host is too small for it.
std::optional<int> SlotTable::slots_there(const RoomWish& wish, const Host& host) const {
  if (host.slots < std::min(wish.ranks, largest_)) return std::nullopt;
  return wish.whole_node ? host.slots : std::min(wish.ranks, host.slots);
}

/// The conductor with the most free slots that is not on `kept_host`.
std::optional<int> SlotTable::freest(const std::string& kept_host) const {
  for (const auto& [free, rank] : open_) {
    if (kept_host.empty() || offer(rank).host != kept_host) return rank;
  }
  return std::nullopt;
}

/// Slot by slot from whichever of the host's conductors is the freest then.
Placement SlotTable::place_team(const Host& host, int slots) const {
  std::set<std::pair<int, int>> open;  // as open_, of this host
  for (const int rank : host.ranks) {
    if (const int free = conductors_.at(rank).free(); free > 0) open.insert({-free, rank});
  }
  Placement place;
  for (int i = 0; i < slots; ++i) {
    require(!open.empty(), "a team is placed where it fits");
    const auto [free, rank] = *open.begin();
    place.slots.push_back(rank);
    open.erase(open.begin());
    if (free + 1 < 0) open.insert({free + 1, rank});
  }
  place.rank = place.slots.front();
  if (slots == host.slots) return place;
  for (const int rank : place.slots) place.devices.push_back(offer(rank).device);
  return place;
}

std::optional<Placement> SlotTable::find(const RoomWish& wish, const std::string& kept_host) const {
  if (!wish.wants_node()) {
    const auto rank = freest(kept_host);
    return rank ? std::optional(Placement{.rank = *rank, .slots = {*rank}, .devices = {}}) : std::nullopt;
  }
  for (const auto& [name, host] : hosts_) {
    const auto slots = slots_there(wish, host);
    if (slots && name != kept_host && host.free >= *slots) return place_team(host, *slots);
  }
  return std::nullopt;
}

std::string SlotTable::soonest_host(const RoomWish& wish) const {
  std::string soonest;
  int fewest = 0;
  for (const auto& [name, host] : hosts_) {
    const auto slots = slots_there(wish, host);
    if (!slots || (!soonest.empty() && *slots - host.free >= fewest)) continue;
    soonest = name;
    fewest = *slots - host.free;
  }
  return soonest;
}

void SlotTable::change_taken(int rank, int by) {
  Conductor& conductor = conductors_.at(rank);
  open_.erase({-conductor.free(), rank});
  conductor.taken += by;
  hosts_.at(conductor.offer.host).free -= by;
  if (conductor.free() > 0) open_.insert({-conductor.free(), rank});
}

void SlotTable::take(const Placement& place) {
  for (const int rank : place.slots) change_taken(rank, 1);
}

void SlotTable::release(const Placement& place) {
  for (const int rank : place.slots) change_taken(rank, -1);
}

}  // namespace exitaudit
