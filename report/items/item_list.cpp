#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"
#include "report/items/items.h"

namespace exitaudit::report {
namespace {

constexpr std::array<Item, 22> kItems{{
    {"figure-2", "accuracy and cost, vanilla and multi-exit", accuracy_and_cost},
    {"figure-3", "overfitting by number of exits", overfitting_by_exits},
    {"figure-4", "success of the original attacks, vanilla and multi-exit", original_attacks},
    {"figure-5", "loss distributions, vanilla and multi-exit", loss_distributions},
    {"figure-6", "loss distributions by exit taken", loss_distributions_by_exit},
    {"figure-7", "success of the label-only attack by exit taken", label_only_by_exit},
    {"figure-8", "Jensen-Shannon divergence by number of exits", divergence_by_exits},
    {"figure-9", "Jensen-Shannon divergence by exit depth", divergence_by_depth},
    {"figure-10", "original against hybrid attacks, exits known (adversary 1)", hybrid_attacks},
    {"figure-11", "share of non-members by exit taken", non_member_share_by_depth},
    {"figure-12", "hybrid attacks with exits stolen by the clock (adversary 2)", hybrid_attacks_by_clock},
    {"figure-13", "time against true exit, and its density", times_and_density},
    {"figure-14", "hybrid attacks where the device is loaded", hybrid_attacks_under_load},
    {"figure-15", "exit accuracy and hybrid attacks through a noisy network", success_through_noise},
    {"figure-16", "queries needed by noise, one curve for each gap between exits", queries_by_noise},
    {"figure-17", "attacks with another network's shadow (adversary 3)", other_networks_shadow},
    {"figure-18", "attacks with another dataset's shadow (adversary 3)", other_datasets_shadow},
    {"figure-20", "attacks and answering time behind TimeGuard", guard_sweep},
    {"equation-1", "how many queries tell two exits apart", query_bound},
    {"algorithm-1", "TimeGuard's delay, in closed form and as measured", guard_delay},
    {"table-1", "accuracy of stolen exits, one model on a device", exit_accuracy_alone},
    {"table-2", "accuracy of stolen exits, several models on a device", exit_accuracy_loaded},
}};

}  // namespace

std::span<const Item> item_list() {
  return kItems;
}

const Item& find_item(std::string_view id) {
  const auto found = std::ranges::find(kItems, id, &Item::id);
  if (found != kItems.end()) return *found;
  std::vector<std::string> ids;
  for (const Item& item : kItems) ids.emplace_back(item.id);
  throw BadInput(
      fmt::format("there is no item \"{}\"; `exitaudit report --list` names them{}", id, did_you_mean(id, ids)));
}

}  // namespace exitaudit::report
