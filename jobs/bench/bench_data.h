#pragma once
// Random samples in the shapes that the networks take, for benchmarks.

#include "jobs/bench/bench_flags.h"
#include "stages/schema/dataset.h"

namespace exitaudit {

/// `count` images of 3 x 32 x 32, or rows of 600 bits, with random labels; the same every time.
schema::Dataset bench_data(const BenchCase& bench, std::int64_t count);

}  // namespace exitaudit
