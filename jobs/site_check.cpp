#include "jobs/site_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

#include "jobs/commands/programs.h"
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

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string first_line(const CommandResult& result) {
  const std::string& text = result.error.empty() ? result.output : result.error;
  return text.substr(0, text.find('\n'));
}

void check_partitions(const Site& site, CommandRunner& runner, const Report& report) {
  const CommandResult result = runner.run({"sinfo", "--noheader", "--format=%R"});
  if (result.status != 0) return report(Finding::kProblem, "controller", first_line(result));
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
}

void check_mpi(const Site& site, CommandRunner& runner, const Report& report) {
  const CommandResult result = runner.run({"srun", "--mpi=list"});
  const std::vector<std::string> kinds = words_of(result.output + " " + result.error);
  if (std::ranges::find(kinds, site.mpi) != kinds.end()) return report(Finding::kGood, "mpi", "srun knows " + site.mpi);
  report(Finding::kProblem, "mpi",
         fmt::format("srun does not know --mpi={}; `srun --mpi=list` shows what it knows", site.mpi));
}

std::string script_text(const Site& site, const fs::path& log, const std::string& token) {
  const Allocation& own = site.compute;
  const std::string program = site.program.empty() ? own_command() : site.program;
  std::string text = "#!/bin/bash\n";
  const auto option = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) text += fmt::format("#SBATCH --{}={}\n", name, value);
  };
  option("job-name", "exitaudit-doctor");
  option("comment", token);
  option("output", log.string());
  option("account", site.account);
  option("qos", site.qos);
  option("constraint", site.constraint);
  option("partition", own.partition);
  option("nodes", "1");
  option("ntasks", std::to_string(kRanks));
  option("time", "1");
  for (const std::string& line : site.sbatch) text += "#SBATCH " + line + "\n";
  for (const std::string& line : site.setup) text += line + "\n";
  return text + fmt::format("srun --mpi={} {} doctor --rank\necho \"exit code $?\"\n", site.mpi, shell_word(program));
}

/// Files of the check, beside which the node must find its way; gone afterwards.
class Workplace {
 public:
  Workplace() : stem_(fs::current_path() / fmt::format("exitaudit-doctor-{}", ::getpid())) {}
  ~Workplace() {
    std::error_code ignored;
    fs::remove(script(), ignored);
    fs::remove(log(), ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  fs::path script() const { return stem_.string() + ".sbatch"; }
  fs::path log() const { return stem_.string() + ".log"; }

 private:
  fs::path stem_;
};

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

}  // namespace

void check_login(const Site& site, CommandRunner& runner, const Report& report) {
  bool whole = true;
  for (const char* program : {"sbatch", "srun", "squeue", "scancel", "scontrol", "sinfo"}) {
    if (has_program(program)) continue;
    whole = false;
    report(Finding::kProblem, program, "is not in PATH: is Slurm installed here?");
  }
  if (!whole) return;
  check_partitions(site, runner, report);
  check_mpi(site, runner, report);
  SystemClock clock;
  const std::int64_t most = Controller(runner, clock).most_launches();
  report(Finding::kNote, "arrays", fmt::format("up to {} launches in one", most));
}

void check_node(const Site& site, CommandRunner& runner, double seconds, const Report& report) {
  const Workplace place;
  const std::string token = fmt::format("exitaudit:doctor:{}:{}", host_name(), ::getpid());
  replace_file(place.script(), script_text(site, place.log(), token));
  SystemClock clock;
  Controller controller(runner, clock);
  const std::string id = controller.submit(place.script().string(), token, {});
  const double deadline = clock.monotonic_seconds() + seconds;
  std::string state = "PENDING";
  std::string reason;
  while (clock.monotonic_seconds() < deadline) {
    const auto queue = controller.queue();
    const auto job = std::ranges::find(queue, token, &QueuedJob::token);
    if (job == queue.end() || job->ended()) {
      std::error_code none;
      if (!fs::exists(place.log(), none)) {
        return report(
            Finding::kProblem, "compute node",
            "the test job left no log here: do the nodes see this folder, " + fs::current_path().string() + "?");
      }
      return judge(read_file(place.log(), 1 << 20), report);
    }
    state = job->state;
    reason = job->reason;
    clock.sleep_seconds(1);
  }
  controller.cancel({id});
  report(Finding::kProblem, "compute node",
         fmt::format("the test job did not end within {:.0f} s ({}, {}); it is cancelled", seconds, state, reason));
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
