#pragma once
// Submission: a study handed to Slurm. Writes the batch scripts, submits what is neither done nor on its way, notes
// what was submitted, and leaves: the chain lives in Slurm.

#include <string>

#include "jobs/commands/study.h"
#include "pipeline/slurm/chain.h"
#include "pipeline/slurm/controller.h"
#include "pipeline/slurm/site.h"

namespace exitaudit {

struct SubmitFlags {
  std::string site;                        ///< path of the site's file
  std::vector<std::string> site_settings;  ///< "KEY=VALUE", as take_site_settings() gives them
  bool dry_run = false;
};

/// Prints what it does. Without Slurm, or with `dry_run`, it submits nothing and prints the scripts. Returns the exit
/// code.
int submit_study(const StudyFlags& study, const SubmitFlags& flags);

/// What Slurm knows of a study: nothing where nothing was submitted, and in `fault` why it does not answer.
struct SlurmView {
  std::vector<LiveSubmission> live;
  std::vector<SubmissionRecord> records;
  std::string fault;
};
/// `seconds`: how long one call may take.
SlurmView look_at_slurm(const StudyFolders& folders, double seconds, Tries tries = Tries::kSeveral);

/// Takes submissions back, the last links first, and notes that. Returns their ids in that order.
std::vector<std::string> cancel_submissions(const StudyFolders& folders, const std::vector<LiveSubmission>& live,
                                            Controller& controller);

}  // namespace exitaudit
