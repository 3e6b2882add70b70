#pragma once
// Which samples are measured at each exit: as many members as non-members, or both in their natural proportion
// (specification 5.4, 5.6). No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "stages/measure_boundary/measure_boundary_options.h"
#include "stages/schema/observations.h"

namespace exitaudit::measure_boundary {

/// How many samples of one exit, by side.
struct Sides {
  std::int64_t members = 0;
  std::int64_t others = 0;
  bool operator==(const Sides&) const = default;
};

/// How many of those that left at one exit are measured. Balanced: min(members, others, cap) of each. Natural: all, or
/// 2 * cap together in the same proportion, members rounded to the nearest.
Sides measured_of(const Sides& there, Population population, std::int64_t cap);

/// Rows of `observations`, ascending: of each exit as many as measured_of() says, drawn without replacement from the
/// streams named by `names`, the exit and the side.
std::vector<std::size_t> choose_boundary_samples(const schema::Observations& observations, Population population,
                                                 std::int64_t cap, const std::vector<std::string>& names);

/// [exits] of all samples, how many leave there.
std::vector<double> exit_shares(const schema::Observations& observations);

}  // namespace exitaudit::measure_boundary
