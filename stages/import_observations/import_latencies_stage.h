#pragma once
// The stage `import_latencies`: how long a user's own system took to answer -> latencies, for thieves of exits.

#include "stages/stage.h"

namespace exitaudit::import_observations {

/// Reads the same file as `import_observations` and leaves latencies, with their mean times. What the user's clock cost
/// by itself is not known, so no figure of it is left.
void import_latencies_stage(StageContext& context);

}  // namespace exitaudit::import_observations
