#include "stages/record/record_options.h"

namespace exitaudit::record {

void describe(Fields& f, RecordOptions& o) {
  f.integer("attack_cap", o.attack_cap, {0, 1LL << 40}, "the first so many members and as many non-members; 0: all");
  f.integer("batch_size", o.batch_size, {0, 1 << 20},
            "samples of one forward pass, which changes the last bits of a result; 0: what suits the device");
}

void describe(Fields& f, RecordJob& o) {
  f.text("role", o.role, "the model: target or shadow0");
  block(f, "network", o.network, "the model's architecture");
  block(f, "record", o.record, "how much is recorded");
  block(f, "execution", o.execution, "threads and arithmetic");
}

}  // namespace exitaudit::record
