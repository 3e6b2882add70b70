#pragma once
// BenchFlags: what `exitaudit bench` is asked to measure. No torch: the light program parses and checks them, then
// becomes the worker, which parses them again and measures.

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "jobs/experiment.h"

namespace exitaudit {

struct BenchFlags {
  std::string task;     ///< "train", "record", "boundary"
  std::string network;  ///< a family's name
  std::int64_t exits = 6;
  std::string device;  ///< "cpu", "cuda:0"; "" = a GPU where there is one
  std::int64_t samples = 1024;
  double tau = 1;            ///< at which samples leave early
  std::int64_t threads = 0;  ///< 0 = all cores
  std::int64_t classes = 0;  ///< 0 = 10 for images, 100 for rows of features
  std::vector<std::string> overrides;
};

/// Declares the flags of every task on `app`.
void add_bench_flags(CLI::App& app, BenchFlags& flags);

/// The same flags as a command line, without the program's name.
std::vector<std::string> to_arguments(const BenchFlags& flags);

/// What is measured, with every default written out. Throws BadInput for an unknown task, network or setting.
struct BenchCase {
  BenchFlags flags;  ///< complete
  networks::NetworkOptions network;
  Experiment settings;  ///< defaults < --set; its study and axes are not used
};
BenchCase resolve(BenchFlags flags);

}  // namespace exitaudit
