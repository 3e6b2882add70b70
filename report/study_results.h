#pragma once
// StudyResults: all that a report reads: the rows and curves of a study's table, and how each result stands that should
// be behind them.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "stages/schema/curve.h"
#include "stages/schema/measurement.h"

namespace exitaudit::report {

/// How one of the study's results stands. All but kThere are holes.
enum class ResultState { kThere, kMissing, kRunning, kFailed, kBlocked, kStale, kCorrupt, kUnavailable };
using StateCounts = std::map<ResultState, std::int64_t>;
std::string list_counts(const StateCounts& counts);  ///< "2 failed, 1 stale"
std::string to_string(ResultState state);            ///< "there", "missing", "running", "failed", "blocked", …

/// One result that the study asks for: on which subject, by which job. Fields as in a TableRow.
struct ExpectedResult {
  std::string dataset;
  std::string network;
  std::int64_t exits = 0;
  std::int64_t seed = 0;
  std::string role;
  std::string attack;
  std::string exit_source;
  std::string shadow;
  std::string
      noun;  ///< "verdicts", "thresholds", "weights", "observations", "characteristics", "latencies", "stolen_exits"
  std::string job;
  ResultState state = ResultState::kThere;
  std::string why;  ///< of a hole: the error, what it waits for; one line
};

/// A job that failed, for the report's list: with the log to read.
struct FailedJob {
  std::string job;
  std::string outcome;  ///< "failed", "crashed", "out_of_memory", …
  std::string message;
  std::string host;
  std::string log;
};

/// What a stage's jobs cost, from the ledger.
struct StageCost {
  std::string stage;
  std::int64_t jobs = 0;      ///< done
  std::int64_t attempts = 0;  ///< begun
  double seconds = 0;         ///< of all attempts
  double bytes = 0;           ///< of the artifacts
};

struct StudyResults {
  std::string study;
  std::string command;             ///< the study file as people name it to exitaudit: "configs/demo.yaml"
  std::vector<std::string> notes;  ///< of the whole study: its profile, epochs, width; one sentence each
  std::vector<schema::TableRow> rows;
  std::vector<schema::Curve> curves;
  std::vector<ExpectedResult> expected;
  std::vector<FailedJob> failures;
  std::vector<StageCost> costs;
  std::vector<std::pair<std::string, std::string>> provenance;  ///< name and value: program, table's fingerprint, hosts
  std::string settings;                                         ///< the resolved study, YAML
};

}  // namespace exitaudit::report
