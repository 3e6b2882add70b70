#pragma once
// Submissions: what of a study was handed to Slurm, one line each in the study's folder, so that a second submit adds
// only what is missing. Slurm forgets jobs and gives their numbers to others; a submission is known by its token.

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/slurm/batch_script.h"
#include "pipeline/slurm/controller.h"

namespace exitaudit {

struct SubmissionRecord {
  Link link = Link::kCompute;
  std::string id;  ///< Slurm's number
  std::string token{};
  std::int64_t launches = 1;
  double submitted = 0;  ///< unix seconds
};

/// Oldest first; a damaged line is passed over, and no file is no submission.
std::vector<SubmissionRecord> read_submissions(const std::filesystem::path& file);
void add_submission(const std::filesystem::path& file, const SubmissionRecord& record);

/// A submission that Slurm still has: waiting or running.
struct LiveSubmission {
  SubmissionRecord record;
  std::vector<QueuedJob> jobs;  ///< its launches that have not ended; never empty
};
std::vector<LiveSubmission> live_submissions(const std::vector<SubmissionRecord>& records,
                                             const std::vector<QueuedJob>& queue);

}  // namespace exitaudit
