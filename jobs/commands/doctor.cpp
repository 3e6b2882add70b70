// exitaudit doctor: is this installation whole, and what does this machine offer?

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <thread>

#include "jobs/commands/command.h"
#include "jobs/commands/data_folders.h"
#include "jobs/commands/programs.h"
#include "jobs/guard_secret.h"
#include "jobs/site_check.h"
#include "jobs/submission.h"
#include "jobs/version.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "stages/ingest/data_check.h"
#include "stages/ingest/manifest.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

/// One line a fact: "ok", or what is wrong and what to do.
class Findings {
 public:
  void good(const std::string& what, const std::string& detail) { fmt::print("ok       {:<18} {}\n", what, detail); }
  void note(const std::string& what, const std::string& detail) { fmt::print("note     {:<18} {}\n", what, detail); }
  void bad(const std::string& what, const std::string& detail) {
    all_well_ = false;
    fmt::print("PROBLEM  {:<18} {}\n", what, detail);
  }
  bool all_well() const { return all_well_; }

 private:
  bool all_well_ = true;
};

/// Starts the worker without orders: it loads LibTorch, finds no order and leaves with 0.
bool worker_starts(const std::string& program) {
  const std::string command = fmt::format("'{}' worker 3</dev/null 4>/dev/null >/dev/null 2>&1", program);
  return std::system(command.c_str()) == 0;
}

void check_programs(Findings& findings) {
  for (const auto& [what, program] :
       {std::pair{"light worker", light_worker()}, std::pair{"torch worker", torch_worker()}}) {
    if (!fs::exists(program)) {
      findings.bad(what, program + " is missing; build or install it beside exitaudit");
    } else if (!worker_starts(program)) {
      findings.bad(what, program + " does not start; `ldd` shows which library is missing");
    } else {
      findings.good(what, program);
    }
  }
}

void check_shipped(Findings& findings) {
  for (const char* name : {"data/manifest.yaml", "configs/profiles/sound.yaml"}) {
    try {
      findings.good(name, shipped_file(name).string());
    } catch (const Error& error) {
      findings.bad(name, error.what());
    }
  }
}

void check_machine(Findings& findings) {
  findings.note("host", fmt::format("{}, {} cores", host_name(), std::thread::hardware_concurrency()));
  std::error_code error;
  const auto space = fs::space(".", error);
  if (!error) findings.note("disk here", fmt::format("{:.1f} GB free", static_cast<double>(space.available) / 1e9));
  const bool gpu = fs::exists("/dev/nvidia0", error);
  findings.note("GPU", gpu ? "an NVIDIA device is present" : "none: everything runs on the CPU");
  if (const char* rank = std::getenv("OMPI_COMM_WORLD_SIZE")) findings.note("MPI", fmt::format("{} ranks", rank));
}

void check_data(Findings& findings) {
  bool ignored = false;
  try {
    fmt::print("\n{}", ingest::check_datasets(ingest::read_manifest(shipped_file("data/manifest.yaml")),
                                              data_folders({}), ignored));
  } catch (const Error& error) {
    findings.bad("data", error.what());
  }
}

void check_site(const std::string& file, std::vector<std::string> settings, double seconds, Findings& findings) {
  const Site site = load_site(file, take_site_settings(settings));
  SystemRunner runner(60, secret_variables());
  const auto report = [&](Finding finding, const std::string& what, const std::string& detail) {
    finding == Finding::kGood   ? findings.good(what, detail)
    : finding == Finding::kNote ? findings.note(what, detail)
                                : findings.bad(what, detail);
  };
  if (check_login(site, runner, report)) check_links(site, runner, report);
  if (findings.all_well()) return check_node(site, runner, seconds, report);
  findings.note("compute node", "no test job before the problems above are mended");
}

struct DoctorFlags {
  std::string site;
  std::vector<std::string> settings;
  double patience = 300;
  bool rank = false;
};

int examine(const DoctorFlags& flags) {
  if (flags.rank) return answer_as_rank();
  fmt::print("{}\n", version_text());
  Findings findings;
  check_programs(findings);
  check_shipped(findings);
  check_machine(findings);
  if (flags.site.empty()) {
    check_data(findings);
  } else {
    check_site(flags.site, flags.settings, flags.patience, findings);
  }
  return findings.all_well() ? kExitDone : kExitFailed;
}

}  // namespace

Action set_up_doctor(CLI::App& app) {
  auto flags = std::make_shared<DoctorFlags>();
  app.add_option(
      "--site", flags->site,
      "check a cluster too: whether its controller would take a study's scripts, and a node by a one-minute job");
  app.add_option("--set", flags->settings, "override one setting of the site, as --set site.account=me")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_option("--patience", flags->patience, "seconds that the one-minute job may wait and take")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 86400.0));
  app.add_flag("--rank", flags->rank, "answer as a rank of that job")->group("");
  return [=] { return examine(*flags); };
}

}  // namespace exitaudit
