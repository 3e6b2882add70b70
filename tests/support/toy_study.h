#pragma once
// ToyStudy: a study of toy jobs run by tests/pipeline/run/fake_worker, for tests of the machine without any science.
//
// Stages: "source" (no input), "mix" (any inputs) and "slow" (any inputs; "steps = N" in its config, 10 ms each, with a
// resume point when asked to stop). What each leaves is derived from its config and its inputs alone.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/artifact/store.h"
#include "pipeline/graph/job_graph.h"
#include "pipeline/ledger/ledger.h"
#include "pipeline/run/run_options.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::test {

/// A toy job; its inputs play the roles "in0", "in1", …
Job toy_job(const std::string& id, const std::string& config = "", const std::vector<std::string>& inputs = {});

/// source/a and source/b; mix/ab of both; mix/deep of mix/ab; mix/b of source/b.
JobGraph toy_graph();

class ToyStudy {
 public:
  explicit ToyStudy(const std::string& worker) : worker_(worker) {}

  RunOptions options(int slots = 2) const;
  /// One run in a world of one.
  RunSummary run(const JobGraph& graph, int slots = 2) const { return run(graph, options(slots)); }
  RunSummary run(const JobGraph& graph, const RunOptions& options) const;

  const std::filesystem::path& root() const { return dir_.path(); }
  std::filesystem::path artifact(const JobGraph& graph, const std::string& job) const;
  /// Content hash of every artifact by file name.
  std::map<std::string, std::string> contents() const;
  JobHistory history(const JobGraph& graph, const std::string& job) const;
  /// Clears a job's failure mark, as `exitaudit retry` does.
  void retry(const JobGraph& graph, const std::string& job) const;

 private:
  TempDir dir_;
  std::string worker_;
};

/// An environment variable for the length of a test.
class ScopedVariable {
 public:
  ScopedVariable(const std::string& name, const std::string& value);
  ~ScopedVariable();
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  std::string name_;
  std::optional<std::string> before_;
};

}  // namespace exitaudit::test
