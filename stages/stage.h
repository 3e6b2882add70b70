#pragma once
// Stage: a function from a context to one artifact. StageContext is all that a stage may see: its settings,
// its inputs, its output, its device, its resume folder and its team; no paths of others, no other stage.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "pipeline/config/config_slice.h"
#include "pipeline/ranks/communicator.h"
#include "pipeline/run/job_order.h"

namespace exitaudit {

class StageContext {
 public:
  /// Both must outlive it.
  explicit StageContext(const JobOrder& order, Communicator& team = solo_communicator());

  const std::string& job() const { return order_.job; }
  ConfigSlice config() const { return ConfigSlice(order_.config); }

  bool has_input(const std::string& name) const;
  /// Opens (once) and verifies an input by its role. Errors as ArtifactReader::open.
  const ArtifactReader& input(const std::string& name);
  /// The roles of all inputs, in the job's order: `tabulate` reads "verdicts/0", "verdicts/1", …
  std::vector<std::string> input_names() const;
  /// Id of the job behind a role.
  const std::string& input_job(const std::string& name) const;

  /// The artifact to fill; committed by run_stage() when the stage returns. Made on first use, after all inputs of
  /// the job have been verified, so that its header names what it was made from. Of a team, rank 0's alone.
  ArtifactWriter& output();

  const std::string& device() const { return order_.device; }
  const std::vector<std::string>& data_folders() const { return order_.data_folders; }
  const std::string& checkpoint_folder() const { return order_.checkpoints; }
  double checkpoint_every_seconds() const { return order_.checkpoint_every; }
  /// The ranks that run this job together, on the same inputs; a world of one for most jobs.
  Communicator& team() const { return team_; }
  /// True once the conductor asked this worker to stop: write a resume point (rank 0) and throw Error(kStopped).
  /// A team asks together and gets one answer: it stops where one of its ranks was asked to.
  bool stop_requested() const;
  /// Something about the machine that explains a result without determining it (load, neighbours, clocks): goes to the
  /// ledger, never into the artifact.
  void note(const std::string& name, std::string text);
  /// Tells the conductor how far the job is (0..1) and what it does, at most a few times a second.
  void progress(double fraction, const std::string& what);

 private:
  friend JobResult run_stage(const JobOrder&, const std::function<void(StageContext&)>&, Communicator&);
  const OrderInput& order_input(const std::string& name) const;
  JobOrder order_;
  Communicator& team_;
  std::map<std::string, ArtifactReader> readers_;
  std::unique_ptr<ArtifactWriter> writer_;
  std::map<std::string, std::string> notes_;
};

using StageFunction = std::function<void(StageContext&)>;

/// Runs one job in this process: opens and verifies its inputs, calls the stage, commits under the lease. Never throws:
/// every error becomes the result's outcome and message. In a team every rank does so and rank 0 alone commits.
JobResult run_stage(const JobOrder& order, const StageFunction& stage, Communicator& team = solo_communicator());

}  // namespace exitaudit
