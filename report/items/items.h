#pragma once
// The items of specification section 9, one function each, named after what it shows. item_list.cpp gives them their
// numbers.

#include "report/items/item.h"

namespace exitaudit::report {

// accuracy_and_cost.cpp
ItemContent accuracy_and_cost(const StudyResults& results);     ///< Figure 2
ItemContent overfitting_by_exits(const StudyResults& results);  ///< Figure 3
// original_attacks.cpp
ItemContent original_attacks(const StudyResults& results);    ///< Figure 4
ItemContent label_only_by_exit(const StudyResults& results);  ///< Figure 7
// loss_distributions.cpp
ItemContent loss_distributions(const StudyResults& results);          ///< Figure 5
ItemContent loss_distributions_by_exit(const StudyResults& results);  ///< Figure 6
ItemContent divergence_by_exits(const StudyResults& results);         ///< Figure 8
ItemContent divergence_by_depth(const StudyResults& results);         ///< Figure 9
// hybrid_attacks.cpp
ItemContent hybrid_attacks(const StudyResults& results);             ///< Figure 10
ItemContent hybrid_attacks_by_clock(const StudyResults& results);    ///< Figure 12
ItemContent hybrid_attacks_under_load(const StudyResults& results);  ///< Figure 14
// exit_use.cpp
ItemContent non_member_share_by_depth(const StudyResults& results);  ///< Figure 11
// stolen_times.cpp
ItemContent times_and_density(const StudyResults& results);     ///< Figure 13
ItemContent exit_accuracy_alone(const StudyResults& results);   ///< Table 1
ItemContent exit_accuracy_loaded(const StudyResults& results);  ///< Table 2
// noise.cpp
ItemContent success_through_noise(const StudyResults& results);  ///< Figure 15
ItemContent queries_by_noise(const StudyResults& results);       ///< Figure 16
ItemContent query_bound(const StudyResults& results);            ///< Equation 1
// adversary_3.cpp
ItemContent other_networks_shadow(const StudyResults& results);  ///< Figure 17
ItemContent other_datasets_shadow(const StudyResults& results);  ///< Figure 18
// time_guard.cpp
ItemContent guard_sweep(const StudyResults& results);  ///< Figure 20
ItemContent guard_delay(const StudyResults& results);  ///< Algorithm 1

}  // namespace exitaudit::report
