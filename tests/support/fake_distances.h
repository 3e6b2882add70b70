#pragma once
// fake_distances: what measure_boundary would leave of a model that leaks as much as a test wants.

#include <cstdint>

#include "stages/schema/distances.h"

namespace exitaudit::test {

struct FakeDistances {
  std::int64_t seed = 1;
  std::int64_t per_exit = 100;  ///< members of each exit, and as many others
  std::int64_t exits = 3;
  double leak = 0;       ///< how much further a member is from another label: uniform in leak .. leak + 1, not 0 .. 1
  double exit_step = 0;  ///< how much further everybody is at each later exit
  double wrong = 0;      ///< share of misclassified samples
  bool rows = false;     ///< shares of flipped copies at three rates, of which the second leaks
};

schema::Distances fake_distances(const FakeDistances& wanted);

}  // namespace exitaudit::test
