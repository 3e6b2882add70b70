#pragma once
// Job: one unit of work and the one file it leaves behind.

#include <string>
#include <utility>
#include <vector>

#include "pipeline/config/config_slice.h"

namespace exitaudit {

/// What a job shares its node with: timing jobs run alone on theirs.
enum class Pool { kCompute, kTiming };

/// What the machine knows of a stage; the function behind it is bound in the worker.
struct StageInfo {
  std::string name;       ///< the verb: "train"
  int version = 1;        ///< part of the fingerprint; raised when the stage's results change
  std::string noun;       ///< the kind of artifact it leaves: "weights"
  bool torch = false;     ///< runs in exitaudit_worker rather than in the light worker
  bool available = true;  ///< false: named and planned, but not yet in this version
};

struct JobInput {
  std::string name;  ///< the role: "dataset"
  std::string job;   ///< id of the job whose artifact it is
};

struct Job {
  std::string id;  ///< "train/cifar10/vgg16/exits3/target/seed1"
  StageInfo stage;
  ConfigSlice config;  ///< exactly what this stage reads, nothing more
  std::vector<JobInput> inputs;
  int ranks = 1;  ///< size of the team that runs it
  Pool pool = Pool::kCompute;
  double expected_seconds = 1;  ///< a rough guess, replaced by the ledger's medians where there are any
  double expected_bytes = 0;
  std::vector<std::pair<std::string, std::string>> axes;  ///< {"dataset","cifar10"}, … for status --by
};

/// The job's value on an axis; "" where it has none.
std::string axis_of(const Job& job, const std::string& name);

}  // namespace exitaudit
