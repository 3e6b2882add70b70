#pragma once
// ExecutionOptions: what changes the last bits of a result without being part of the science. No torch.
//
// Only training may use fewer bits (train.precision); all that an adversary sees is computed in float32.

#include <array>
#include <cstdint>
#include <string_view>

#include "pipeline/config/fields.h"

namespace exitaudit {

enum class Precision { kFp32, kTf32, kBf16 };
inline constexpr std::array<std::string_view, 3> kPrecisionNames{"fp32", "tf32", "bf16"};

struct ExecutionOptions {
  std::int64_t threads = 1;  ///< per worker
  bool deterministic = true;
};

inline void describe(Fields& f, ExecutionOptions& o) {
  f.integer("threads", o.threads, {1, 1024}, "threads of one worker; more than one changes the last bits of a result");
  f.boolean("deterministic", o.deterministic, "only algorithms that give the same bits every time");
}

}  // namespace exitaudit
