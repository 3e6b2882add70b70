#pragma once
// fake_observations: recordings of a model that leaks as much as a test wants.

#include <cstdint>

#include "stages/schema/observations.h"

namespace exitaudit::test {

struct FakeObservations {
  std::int64_t seed = 1;
  std::int64_t members = 500;
  std::int64_t non_members = 500;
  std::int64_t exits = 3;
  std::int64_t classes = 10;
  double leak =
      0;  ///< how much larger a member's first logit is than a non-member's, in deviations; 0: nothing to find
};

/// Members and non-members in turn; every sample's exit is drawn evenly.
schema::Observations fake_observations(const FakeObservations& wanted);

}  // namespace exitaudit::test
