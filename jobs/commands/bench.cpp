// exitaudit bench: speed of one part of the work on this machine, as one JSON line. Becomes the worker, which has
// torch.

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "jobs/bench/bench_flags.h"
#include "jobs/commands/command.h"
#include "jobs/commands/programs.h"
#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

[[noreturn]] void become_worker(const BenchFlags& flags) {
  std::vector<std::string> texts = to_arguments(flags);
  texts.insert(texts.begin(), {torch_worker(), "bench"});
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  ::execv(pointers[0], pointers.data());
  throw Error(ErrorKind::kFailure,
              fmt::format("cannot start {}: {}; build or install it beside exitaudit", texts[0], std::strerror(errno)));
}

}  // namespace

Action set_up_bench(CLI::App& app) {
  auto flags = std::make_shared<BenchFlags>();
  add_bench_flags(app, *flags);
  return [=]() -> int { become_worker(resolve(*flags).flags); };
}

}  // namespace exitaudit
