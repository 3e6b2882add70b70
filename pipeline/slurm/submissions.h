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
  std::string id;  ///< Slurm's number; "" where its answer was never seen
  std::string token{};
  std::string study{};   ///< mark of the settings that its launches read
  std::string script{};  ///< mark of how they are run: resources, set-up lines, program
  std::int64_t launches = 1;
  double submitted = 0;    ///< unix seconds
  bool cancelled = false;  ///< by `exitaudit cancel`, or because it was replaced
};

/// Oldest first, one a token, the last word on it counts; a damaged line is passed over, and no file is no submission.
std::vector<SubmissionRecord> read_submissions(const std::filesystem::path& file);
/// Noted before Slurm is asked, and again with the number that it gave: what was asked for is never unknown.
void add_submission(const std::filesystem::path& file, const SubmissionRecord& record);

/// A submission that Slurm still has: waiting or running.
struct LiveSubmission {
  SubmissionRecord record;      ///< with the number that Slurm tells now
  std::vector<QueuedJob> jobs;  ///< its launches that have not ended; never empty
};
std::vector<LiveSubmission> live_submissions(const std::vector<SubmissionRecord>& records,
                                             const std::vector<QueuedJob>& queue);

}  // namespace exitaudit
