#pragma once
// How well believed exits match the true ones, whatever told the adversary (specification 6.2, Tables 1 and 2).

#include <cstdint>
#include <span>

#include "stages/schema/stolen_exits.h"

namespace exitaudit::statistics {

/// Fills `confusion` and `measurements` of `stolen` from the true exits, in the order of its rows: slice "all",
/// exit_accuracy with Clopper-Pearson's 95 % interval and estimated_exits; slices "exit=k" (by the true exit; left out
/// where it has no sample) exit_accuracy.
void measure_exits(schema::StolenExits& stolen, std::span<const std::int32_t> truth);

}  // namespace exitaudit::statistics
