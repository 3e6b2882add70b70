#pragma once
// ingest: raw files, or a generator's settings, become a dataset.

#include "stages/stage.h"

namespace exitaudit::ingest {

/// No inputs; settings IngestJob; leaves a dataset.
void ingest_stage(StageContext& context);

}  // namespace exitaudit::ingest
