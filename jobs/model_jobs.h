#pragma once
// The jobs that one model needs: from raw files to what it shows of each sample. Reads like the method's first half.

#include <string>

#include "jobs/job_book.h"

namespace exitaudit {

class ModelJobs {
 public:
  explicit ModelJobs(JobBook& book) : book_(book), experiment_(book.experiment()) {}

  std::string ingest(const Cell& cell);
  std::string split(const Cell& cell);
  std::string train(const Cell& cell, const std::string& role);
  std::string calibrate(const Cell& cell, const std::string& role);
  std::string record(const Cell& cell, const std::string& role, ShadowTau tau);
  std::string record(const Cell& cell, const std::string& role) { return record(cell, role, experiment_.shadow_tau); }
  std::string characterize(const Cell& cell);
  std::string measure_boundary(const Cell& cell, const std::string& role, ShadowTau tau);
  /// `role` answers the samples of `samples_of`, in a gang of `copies` on each device.
  std::string measure_latency(const Cell& cell, const std::string& role, const std::string& samples_of, ShadowTau tau,
                              std::int64_t copies);

 private:
  std::string import_weights(const Cell& cell, const std::string& role, const import_weights::ImportRow& row);
  networks::NetworkOptions network(const Cell& cell) const;
  /// The thresholds that a model answers with.
  std::string thresholds(const Cell& cell, const std::string& role, ShadowTau tau);
  /// "/tau=own" where a shadow does not answer as the study's others do, else nothing.
  std::string tau_mark(const std::string& role, ShadowTau tau) const;

  JobBook& book_;
  const Experiment& experiment_;
};

}  // namespace exitaudit
