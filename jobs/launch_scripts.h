#pragma once
// Launch scripts: the batch jobs of a study, and the marks that tell a submission from one made for other settings of
// the study or for other resources.

#include <string>
#include <vector>

#include "jobs/commands/study.h"
#include "pipeline/slurm/chain.h"

namespace exitaudit {

/// exitaudit as the nodes start it.
std::string program_on_nodes(const Site& site);
/// The template of batch scripts.
std::string script_pattern();

class LaunchScripts {
 public:
  /// All of it outlives this.
  LaunchScripts(const StudyFlags& flags, const Study& study, const Site& site);

  /// Of the study's settings.
  std::string study_mark() const;
  /// Of how a link is run: resources, set-up lines, program.
  std::string script_mark(Link link) const;

  /// How the study is named in a command: as it was typed.
  std::vector<std::string> study_as_typed() const;
  /// As it is now, every default and --set written out into a copy below the study's folder: whoever edits its file
  /// meanwhile changes nothing of what was submitted. Where that text would not name the same jobs (paths that are
  /// relative to the study's own folder), as it was typed.
  std::vector<std::string> study_as_it_is() const;

  /// With a new token.
  BatchJob job(const MissingLink& link, const std::vector<std::string>& study) const;
  std::string text(const BatchJob& job) const;

 private:
  std::vector<std::string> command(Link link, const std::vector<std::string>& study) const;

  const StudyFlags& flags_;
  const Study& study_;
  const Site& site_;
  std::string pattern_;
};

}  // namespace exitaudit
