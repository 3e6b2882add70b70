#pragma once
// The benchmarks behind `exitaudit bench`; worker only, needs torch. Random data: only speed is measured.

#include <string>

#include "jobs/bench/bench_flags.h"

namespace exitaudit {

/// Training steps of one model, in the fields of the yardstick written in PyTorch (one JSON line): the first epoch
/// warms up, the second is timed, batches taken as they come.
std::string bench_train(const BenchCase& bench);

/// What `record` does with the first pass over the samples to the last, against ForwardLimit in the same run: the
/// median of alternating rounds.
std::string bench_record(const BenchCase& bench);

/// Whole HopSkipJump runs against a network that was taught a little: decisions a second, against ForwardLimit in the
/// same run. With --tau below 1 samples that have exited leave the batch, so the ratio may exceed 1.
std::string bench_boundary(const BenchCase& bench);

/// Parses the worker's own command line ("bench", …), measures, prints one JSON line; returns the exit code.
int run_bench(int argc, char** argv);

}  // namespace exitaudit
