// A worker with toy stages: real pipes, real artifacts, no science. See tests/support/toy_study.h.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>

#include "pipeline/base/error.h"
#include "pipeline/base/log.h"
#include "pipeline/base/random.h"
#include "pipeline/run/team_worker.h"
#include "pipeline/run/worker_loop.h"
#include "stages/stage.h"

namespace {
using namespace exitaudit;

/// The value of "key = value" in the stage's settings.
std::string setting(const StageContext& context, const std::string& key, const std::string& otherwise) {
  const std::string text = "\n" + context.config().text() + "\n";
  const auto at = text.find("\n" + key + " = ");
  if (at == std::string::npos) return otherwise;
  const auto begin = at + key.size() + 4;
  return text.substr(begin, text.find('\n', begin) - begin);
}

void misbehave(const std::string& how) {
  if (how == "segfault") ::raise(SIGSEGV);
  if (how == "term") ::raise(SIGTERM);
  if (how == "exit") ::_exit(0);
  if (how == "exit3") ::_exit(3);
  if (how == "garbage") {
    [[maybe_unused]] const auto ignored = ::write(kReplyDescriptor, "hello\n", 6);
    std::this_thread::sleep_for(std::chrono::hours(1));
  }
  if (how == "half_a_line") {
    [[maybe_unused]] const auto ignored = ::write(kReplyDescriptor, "result {\"job\":", 14);
    ::_exit(0);
  }
  if (how == "out_of_memory") throw std::bad_alloc();
  if (how == "throw_int") throw 1;
  if (how == "throw") throw Error(ErrorKind::kFailure, "this rank has had enough");
  if (how == "kill") ::raise(SIGKILL);
  if (how == "library_error") throw std::runtime_error("shapes differ\nstack: a b c");
}

/// 64 numbers that depend on the settings and on every number of every input.
std::vector<std::int64_t> derive(StageContext& context) {
  std::vector<std::string> names{context.config().text()};
  if (const char* salt = std::getenv("TOY_SALT"); salt != nullptr && context.input_names().empty())
    names.push_back(salt);
  for (const std::string& input : context.input_names()) {
    for (const std::int64_t value : context.input(input).read<std::int64_t>("values"))
      names.push_back(std::to_string(value));
  }
  RandomStream numbers(names);
  std::vector<std::int64_t> values;
  for (int i = 0; i < 64; ++i) values.push_back(static_cast<std::int64_t>(numbers() >> 1));
  return values;
}

/// Steps of 10 ms; asked to stop, it leaves the number of the next step in its resume folder.
void take_steps(StageContext& context) {
  const int steps = std::stoi(setting(context, "steps", "0"));
  const auto resume_point = std::filesystem::path(context.checkpoint_folder()) / "step";
  int step = 0;
  std::ifstream(resume_point) >> step;
  if (step > 0) log_info("resumes at step {}", step);
  for (; step < steps; ++step) {
    if (context.stop_requested()) {
      if (context.team().rank() == 0) {
        std::filesystem::create_directories(resume_point.parent_path());
        std::ofstream(resume_point) << step;
      }
      throw Error(ErrorKind::kStopped, fmt::format("stopped at step {} of {}", step, steps));
    }
    context.progress(static_cast<double>(step) / steps, fmt::format("step {}/{}", step, steps));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

/// A team's ranks add up 1 + their ranks, so that the result tells whether all took part.
std::int64_t sum_over(Communicator& team) {
  std::int64_t sum = team.rank() + 1;
  team.all_reduce_sum(std::span(&sum, 1));
  return sum;
}

void toy_stage(StageContext& context) {
  Communicator& team = context.team();
  if (team.size() > 1) log_warning("toy rank {} of {} is {}", team.rank(), team.size(), ::getpid());
  log_info("toy worker {}", ::getpid());
  misbehave(setting(context, "do", ""));
  if (team.rank() == 1) misbehave(setting(context, "rank_1_does", ""));
  take_steps(context);
  const std::int64_t sum = sum_over(team);
  if (team.rank() != 0) return;
  if (team.size() > 1) context.output().write("sum_over_ranks", std::vector<std::int64_t>{sum});
  context.output().write("values", derive(context));
}

}  // namespace

/// Under AddressSanitizer, too, a crash shall look like one from outside; and what Open MPI leaves behind at the end of
/// a team's rank is no leak of ours.
extern "C" const char* __asan_default_options() {
  return "handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:detect_leaks=0";
}

int main(int count, char** arguments) {
  if (count > 1 && arguments[1] == std::string_view("team")) {
    return run_team_worker([](const JobOrder& order, Communicator& team) { return run_stage(order, toy_stage, team); });
  }
  return run_worker_loop([](const JobOrder& order) { return run_stage(order, toy_stage); });
}
