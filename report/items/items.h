#pragma once
// The items of specification section 9, one function each, named after what it shows. item_list.cpp gives them their
// numbers.

#include "report/items/item.h"

namespace exitaudit::report {

// accuracy_and_cost.cpp
ItemContent accuracy_and_cost(const StudyView& view);     ///< Figure 2
ItemContent overfitting_by_exits(const StudyView& view);  ///< Figure 3
// original_attacks.cpp
ItemContent original_attacks(const StudyView& view);    ///< Figure 4
ItemContent label_only_by_exit(const StudyView& view);  ///< Figure 7
// loss_distributions.cpp
ItemContent loss_distributions(const StudyView& view);          ///< Figure 5
ItemContent loss_distributions_by_exit(const StudyView& view);  ///< Figure 6
ItemContent divergence_by_exits(const StudyView& view);         ///< Figure 8
ItemContent divergence_by_depth(const StudyView& view);         ///< Figure 9
// hybrid_attacks.cpp
ItemContent hybrid_attacks(const StudyView& view);             ///< Figure 10
ItemContent hybrid_attacks_by_clock(const StudyView& view);    ///< Figure 12
ItemContent hybrid_attacks_under_load(const StudyView& view);  ///< Figure 14
// exit_use.cpp
ItemContent non_member_share_by_depth(const StudyView& view);  ///< Figure 11
// stolen_times.cpp
ItemContent times_and_density(const StudyView& view);     ///< Figure 13
ItemContent exit_accuracy_alone(const StudyView& view);   ///< Table 1
ItemContent exit_accuracy_loaded(const StudyView& view);  ///< Table 2
// noise.cpp
ItemContent success_through_noise(const StudyView& view);  ///< Figure 15
ItemContent queries_by_noise(const StudyView& view);       ///< Figure 16
ItemContent query_bound(const StudyView& view);            ///< Equation 1
// adversary_3.cpp
ItemContent other_networks_shadow(const StudyView& view);  ///< Figure 17
ItemContent other_datasets_shadow(const StudyView& view);  ///< Figure 18
// time_guard.cpp
ItemContent guard_sweep(const StudyView& view);  ///< Figure 20
ItemContent guard_delay(const StudyView& view);  ///< Algorithm 1

}  // namespace exitaudit::report
