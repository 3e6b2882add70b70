#include "jobs/site_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

#include "jobs/launch_scripts.h"
#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/suggest.h"
#include "pipeline/ranks/mailbox.h"
#include "pipeline/ranks/mpi_communicator.h"
#include "pipeline/ranks/mpi_session.h"
#include "pipeline/run/log_tail.h"
#include "pipeline/slurm/batch_script.h"
#include "pipeline/slurm/controller.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

constexpr int kRanks = 2;
constexpr const char* kNodePattern = "#!/bin/bash\n@@OPTIONS@@\n@@SETUP@@\n@@COMMAND@@\necho \"exit code $?\"\n";

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// False where the controller does not answer.
bool check_partitions(const Site& site, CommandRunner& runner, const Report& report) {
  const CommandResult result = runner.run({"sinfo", "--noheader", "--format=%R"});
  if (result.status != 0) {
    report(Finding::kProblem, "controller", cause_of(result));
    return false;
  }
  std::vector<std::string> known = words_of(result.output);
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  report(Finding::kGood, "controller", fmt::format("answers; its partitions are {}", fmt::join(known, ", ")));
  std::set<std::string> wanted;
  for (const Allocation* each : {&site.compute, &site.timing, &site.report}) {
    for (std::size_t begin = 0; begin < each->partition.size();) {
      const std::size_t end = std::min(each->partition.find(',', begin), each->partition.size());
      wanted.insert(each->partition.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  for (const std::string& partition : wanted) {
    if (std::ranges::find(known, partition) != known.end()) continue;
    report(Finding::kProblem, "partition",
           fmt::format("the cluster has no partition \"{}\"{}", partition, did_you_mean(partition, known)));
  }
  return true;
}

void check_mpi(const Site& site, CommandRunner& runner, const Report& report) {
  const CommandResult result = runner.run({"srun", "--mpi=list"});
  const std::vector<std::string> kinds = words_of(result.output + " " + result.error);
  if (std::ranges::find(kinds, site.mpi) != kinds.end()) return report(Finding::kGood, "mpi", "srun knows " + site.mpi);
  report(Finding::kProblem, "mpi",
         fmt::format("srun does not know --mpi={}; `srun --mpi=list` shows what it knows", site.mpi));
}

/// Two ranks on one node for a minute, with no more of the node than compute's ranks have: the cores of one that is
/// alone are shared.
Site for_two_ranks(Site site) {
  Allocation& own = site.compute;
  if (own.ranks() < kRanks && own.cores_per_rank > 1) own.cores_per_rank /= kRanks;
  own.ranks_per_node = kRanks;
  own.nodes = 1;
  own.minutes = 1;
  site.requeue = false;
  site.warn_seconds = 0;  // a rank that answers knows no signals
  return site;
}

/// Scripts and logs of the check, beside which the node must find its way; gone afterwards.
class Workplace {
 public:
  Workplace() : folder_(fs::current_path() / fmt::format("exitaudit-doctor-{}", ::getpid())) {
    fs::create_directories(folder_);
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  /// A job of the link, as submit hands one in.
  BatchJob job(Link link, const Site& site, std::int64_t launches) const {
    return {.link = link,
            .study = "doctor",
            .token = fmt::format("exitaudit:doctor:{}:{}", host_name(), ::getpid()),
            .folder = fs::current_path().string(),
            .logs = folder_.string(),
            .command = {program_on_nodes(site), "doctor", "--rank"},
            .launches = launches};
  }
  /// Writes the script and returns its path.
  std::string script(const std::string& pattern, const BatchJob& job, const Site& site) const {
    const fs::path file = folder_ / fmt::format("{}.sbatch", name(job.link));
    replace_file(file, batch_script(pattern, job, site));
    return file.string();
  }
  fs::path log(const BatchJob& job, const std::string& id) const { return log_file(job.logs, job.link, id); }

 private:
  fs::path folder_;
};

/// Waits until the job has ended and returns "", or what it still does after `seconds`.
std::string wait_for(const std::string& token, Controller& controller, Clock& clock, double seconds) {
  const double deadline = clock.monotonic_seconds() + seconds;
  std::string still = "PENDING";
  while (clock.monotonic_seconds() < deadline) {
    const auto queue = controller.queue();
    const auto job = std::ranges::find(queue, token, &QueuedJob::token);
    if (job == queue.end() || job->ended()) return {};
    still = fmt::format("{}, {}", job->state, job->reason);
    clock.sleep_seconds(1);
  }
  return still;
}

void judge(const std::string& text, const Report& report) {
  std::set<std::string> hosts;
  int ranks = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> words = words_of(line);
    if (words.size() < 6 || words[0] != "rank" || words[3] != std::to_string(kRanks)) continue;
    ++ranks;
    hosts.insert(words[5]);
  }
  if (ranks == kRanks && text.find("exit code 0") != std::string::npos) {
    return report(Finding::kGood, "compute node",
                  fmt::format("{} ranks found each other on {}", ranks, fmt::join(hosts, ", ")));
  }
  std::string said;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    said += "\n           | " + printable(text.substr(begin, end - begin));
    begin = end + 1;
  }
  report(Finding::kProblem, "compute node", "the ranks of the test job did not find each other; it said:" + said);
}

void run_test_job(const Site& site, CommandRunner& runner, double seconds, const Report& report) {
  const Workplace place;
  const BatchJob job = place.job(Link::kCompute, site, 1);
  SystemClock clock;
  Controller controller(runner, clock);
  const std::string id = controller.submit(place.script(kNodePattern, job, for_two_ranks(site)), job.token, {});
  const std::string waited = wait_for(job.token, controller, clock, seconds);
  if (!waited.empty()) {
    controller.cancel({id});
    return report(Finding::kProblem, "compute node",
                  fmt::format("the test job did not end within {:.0f} s ({}); it is cancelled", seconds, waited));
  }
  std::error_code none;
  if (fs::exists(place.log(job, id), none)) return judge(read_file(place.log(job, id), 1 << 20), report);
  report(Finding::kProblem, "compute node",
         "the test job left no log here: do the nodes see this folder, " + fs::current_path().string() + "?");
}

}  // namespace

bool check_login(const Site& site, CommandRunner& runner, const Report& report) {
  bool whole = true;
  for (const char* program : {"sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo"}) {
    if (has_program(program)) continue;
    whole = false;
    report(Finding::kProblem, program, "is not in PATH: is Slurm installed here?");
  }
  if (!whole || !check_partitions(site, runner, report)) return false;
  check_mpi(site, runner, report);
  SystemClock clock;
  const std::int64_t most = Controller(runner, clock).most_launches();
  report(Finding::kNote, "arrays", fmt::format("up to {} launches in one", most));
  return true;
}

void check_links(const Site& site, CommandRunner& runner, const Report& report) {
  const Workplace place;
  const std::string pattern = script_pattern();
  SystemClock clock;
  Controller controller(runner, clock);
  const std::int64_t most = controller.most_launches();
  for (const Link link : {Link::kCompute, Link::kTiming, Link::kReport}) {
    const BatchJob job = place.job(link, site, std::min(most, allocation_of(site, link).launches));
    const Trial trial = controller.try_out(place.script(pattern, job, site));
    report(trial.fits ? Finding::kGood : Finding::kProblem, fmt::format("{} script", name(link)), trial.words);
  }
}

void check_node(const Site& site, CommandRunner& runner, double seconds, const Report& report) {
  try {
    run_test_job(site, runner, seconds, report);
  } catch (const Error& error) {
    report(Finding::kProblem, "compute node", error.what());
  }
}

int answer_as_rank() {
  if (!started_as_rank()) {
    fmt::print("this process is not a rank: srun's kind of MPI (site.mpi) does not fit this Open MPI\n");
    return 3;
  }
  const MpiSession session;
  const auto mailbox = make_mpi_mailbox();
  fmt::print("rank {} of {} on {}\n", mailbox->rank(), mailbox->size(), host_name());
  std::fflush(stdout);
  return 0;
}

}  // namespace exitaudit
