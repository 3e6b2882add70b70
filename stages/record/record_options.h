#pragma once
// RecordOptions: how much of a model is recorded (specification 1.3, 5). No torch.

#include <cstdint>
#include <string>

#include "pipeline/config/fields.h"
#include "stages/common/execution_options.h"
#include "stages/networks/network_options.h"

namespace exitaudit::record {

struct RecordOptions {
  std::int64_t attack_cap = 5000;  ///< the first so many of each part, 0 = all
  std::int64_t batch_size = 0;     ///< of the recording pass; changes the last bits; 0: what suits the device
};
void describe(Fields& f, RecordOptions& o);

/// All that one recording reads.
struct RecordJob {
  std::string role;  ///< "target" or "shadow0"
  networks::NetworkOptions network;
  RecordOptions record;
  ExecutionOptions execution;
};
void describe(Fields& f, RecordJob& o);

}  // namespace exitaudit::record
