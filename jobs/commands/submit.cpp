// exitaudit submit: hands a study to Slurm and leaves.

#include "jobs/commands/command.h"
#include "jobs/submission.h"

namespace exitaudit {

Action set_up_submit(CLI::App& app) {
  auto study = add_study_flags(app);
  auto flags = std::make_shared<SubmitFlags>();
  app.add_option("--site", flags->site,
                 "what the cluster wants to be told, as slurm/local.yaml; --set site.KEY=VALUE too")
      ->required();
  app.add_flag("--dry-run", flags->dry_run, "submit nothing; print the scripts, the chain, the hours and the disk");
  return [=] {
    flags->site_settings = take_site_settings(study->overrides);
    return submit_study(*study, *flags);
  };
}

}  // namespace exitaudit
