#pragma once
// JobOrder and JobResult: what a conductor tells a worker and what it hears back, one JSON line each.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "pipeline/ledger/ledger.h"

namespace exitaudit {

struct OrderInput {
  std::string name;
  std::string job;
  std::string path;
  std::string fingerprint;
};

/// All that a worker needs to run one job; it never sees the study file.
struct JobOrder {
  std::string job;
  std::string stage;
  int stage_version = 1;
  std::string noun;
  std::string fingerprint;
  std::string config;  ///< the slice's text
  std::vector<OrderInput> inputs;
  std::string output;                     ///< final path of the artifact
  std::string log;                        ///< path of the log, standard output and error go there
  std::string lease;                      ///< path of the lease, checked before the commit; "" for none
  std::string launch;                     ///< whose lease it must be
  std::string checkpoints;                ///< folder for resume points
  double checkpoint_every = 300;          ///< seconds; 0 = at each epoch
  std::string device = "cpu";             ///< "cpu" or "cuda:0"
  int ranks = 1;                          ///< size of the team that runs it
  std::vector<std::string> devices;       ///< of a team: its ranks take them in turn; empty = all of the node
  std::vector<std::string> data_folders;  ///< where raw files are looked for
};

struct JobResult {
  std::string job;
  Outcome outcome = Outcome::kFailed;
  std::string message;
  std::string content;
  std::uint64_t bytes = 0;
  double seconds = 0;
  double peak_memory_mb = 0;
  std::map<std::string, std::string> notes;  ///< what the stage saw of the machine: for the ledger, not the artifact
  std::vector<std::string> corrupt_inputs;   ///< paths, where outcome is kCorruptInput
};

std::string to_json(const JobOrder& order);
std::string to_json(const JobResult& result);
JobOrder job_order_from_json(const std::string& line);    ///< throws Error(kFailure)
JobResult job_result_from_json(const std::string& line);  ///< throws Error(kFailure)

}  // namespace exitaudit
