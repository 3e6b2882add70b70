#pragma once
// ExecutionOptions: what changes the last bits of a result without being part of the science. No torch.

#include <array>
#include <cstdint>
#include <string_view>

#include "pipeline/config/fields.h"

namespace exitaudit {

enum class Precision { kFp32, kTf32, kBf16 };
inline constexpr std::array<std::string_view, 3> kPrecisionNames{"fp32", "tf32", "bf16"};

struct ExecutionOptions {
  std::int64_t threads = 1;  ///< per worker
  Precision precision = Precision::kFp32;
  bool deterministic = true;
};

inline void describe(Fields& f, ExecutionOptions& o) {
  f.integer("threads", o.threads, {1, 1024}, "threads of one worker; more than one changes the last bits of a result");
  choice(f, "precision", o.precision, kPrecisionNames,
         "arithmetic of training: fp32, tf32 or bf16 (the latter two on GPUs)");
  f.boolean("deterministic", o.deterministic, "only algorithms that give the same bits every time");
}

}  // namespace exitaudit
