#include "pipeline/run/pick_job.h"

#include <algorithm>
#include <string>
#include <vector>

namespace exitaudit {
namespace {

/// Says of one job after the other, in the order of the queue, whether there is room for it.
class RoomSearch {
 public:
  RoomSearch(const JobGraph& graph, const SlotTable& slots, int ranks)
      : graph_(graph), slots_(slots), all_here_(slots.conductors() >= ranks) {}

  bool finds_room(std::size_t job) {
    const Job& each = graph_.job(job);
    const RoomWish wish{.ranks = each.ranks, .whole_node = each.pool == Pool::kTiming};
    // While one search lasts room only shrinks (a host may become kept), so no wish need be refused twice.
    if ((wish.wants_node() && !all_here_) || std::ranges::find(refused_, wish) != refused_.end()) return false;
    if (auto room = slots_.find(wish, kept_host_)) {
      place_ = *std::move(room);
      return true;
    }
    refused_.push_back(wish);
    if (wish.wants_node() && !wish.whole_node && kept_host_.empty()) kept_host_ = slots_.soonest_host(wish);
    return false;
  }

  const Placement& place() const { return place_; }

 private:
  const JobGraph& graph_;
  const SlotTable& slots_;
  bool all_here_;
  std::string kept_host_;
  std::vector<RoomWish> refused_;
  Placement place_;
};

}  // namespace

std::optional<Pick> pick_job(const JobGraph& graph, ReadyQueue& queue, const SlotTable& slots, int ranks) {
  if (!slots.any_free()) return std::nullopt;
  RoomSearch search(graph, slots, ranks);
  const auto fits = [&](std::size_t job) { return search.finds_room(job); };
  auto job = queue.next(Pool::kCompute, fits);
  if (!job) job = queue.next(Pool::kTiming, fits);
  if (!job) return std::nullopt;
  return Pick{*job, search.place()};
}

}  // namespace exitaudit
