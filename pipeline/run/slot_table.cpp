#include "pipeline/run/slot_table.h"

#include <algorithm>

#include "pipeline/base/error.h"

namespace exitaudit {

void SlotTable::add(int rank, const Hello& offer) {
  conductors_[rank].offer = offer;
}

std::vector<int> SlotTable::ranks() const {
  std::vector<int> ranks;
  for (const auto& [rank, each] : conductors_) ranks.push_back(rank);
  return ranks;
}

int SlotTable::total() const {
  int total = 0;
  for (const auto& [rank, each] : conductors_) total += each.offer.slots;
  return total;
}

bool SlotTable::any_free() const {
  return std::ranges::any_of(conductors_, [](const auto& each) { return each.second.free() > 0; });
}

std::map<std::string, SlotTable::Host> SlotTable::hosts() const {
  std::map<std::string, Host> hosts;
  for (const auto& [rank, each] : conductors_) {
    hosts[each.offer.host].slots += each.offer.slots;
    hosts[each.offer.host].free += each.free();
  }
  return hosts;
}

/// Hosts that a team may use and how many slots it takes there.
std::map<std::string, int> SlotTable::hosts_for(const RoomWish& wish) const {
  const auto all = hosts();
  int largest = 0;
  for (const auto& [name, host] : all) largest = std::max(largest, host.slots);
  std::map<std::string, int> found;
  for (const auto& [name, host] : all) {
    if (host.slots < std::min(wish.ranks, largest)) continue;
    found[name] = wish.whole_node ? host.slots : std::min(wish.ranks, host.slots);
  }
  return found;
}

/// The conductor with the most free slots, when those in `more` are taken too.
std::optional<int> SlotTable::freest(const std::string& host, const std::string& kept_host,
                                     const std::map<int, int>& more) const {
  std::optional<int> best;
  int most = 0;
  for (const auto& [rank, each] : conductors_) {
    const bool eligible = host.empty() ? each.offer.host != kept_host : each.offer.host == host;
    const auto taken = more.find(rank);
    const int free = each.free() - (taken == more.end() ? 0 : taken->second);
    if (!eligible || free <= most) continue;
    best = rank;
    most = free;
  }
  return best;
}

Placement SlotTable::place_team(const std::string& host, int slots) const {
  Placement place;
  std::map<int, int> taken;
  for (int i = 0; i < slots; ++i) {
    const auto rank = freest(host, "", taken);
    require(rank.has_value(), "a team is placed where it fits");
    ++taken[*rank];
    place.slots.push_back(*rank);
  }
  place.rank = place.slots.front();
  if (slots == hosts().at(host).slots) return place;
  for (const int rank : place.slots) place.devices.push_back(offer(rank).device);
  return place;
}

std::optional<Placement> SlotTable::find(const RoomWish& wish, const std::string& kept_host) const {
  if (!wish.wants_node()) {
    const auto rank = freest("", kept_host, {});
    return rank ? std::optional(Placement{.rank = *rank, .slots = {*rank}, .devices = {}}) : std::nullopt;
  }
  const auto all = hosts();
  for (const auto& [host, slots] : hosts_for(wish)) {
    if (host != kept_host && all.at(host).free >= slots) return place_team(host, slots);
  }
  return std::nullopt;
}

std::string SlotTable::soonest_host(const RoomWish& wish) const {
  const auto all = hosts();
  std::string soonest;
  int fewest = 0;
  for (const auto& [host, slots] : hosts_for(wish)) {
    const int lacking = slots - all.at(host).free;
    if (!soonest.empty() && lacking >= fewest) continue;
    soonest = host;
    fewest = lacking;
  }
  return soonest;
}

void SlotTable::take(const Placement& place) {
  for (const int rank : place.slots) ++conductors_.at(rank).taken;
}

void SlotTable::release(const Placement& place) {
  for (const int rank : place.slots) --conductors_.at(rank).taken;
}

}  // namespace exitaudit
