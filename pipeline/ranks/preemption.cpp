#include "pipeline/ranks/preemption.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <string_view>

namespace exitaudit {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler may only touch lock-free atomics");

extern "C" void on_stop_signal(int signal) {
  if (signal == SIGINT && stop.load()) _exit(128 + SIGINT);
  stop.store(true);
}

}  // namespace

void install_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGUSR2, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

bool stop_requested() {
  return stop.load();
}

void request_stop() {
  stop.store(true);
}

void forget_stop() {
  stop.store(false);
}

std::vector<std::string> child_environment_without_mpi() {
  constexpr std::array<std::string_view, 5> kPrefixes{"OMPI_COMM_", "OMPI_MCA_orte", "PMIX_", "PMI_", "PRTE_"};
  // All of OMPI_* but what a user sets to allow or tune a launch of the child's own.
  const auto is_mpi = [&](std::string_view entry) {
    const bool users_own = entry.starts_with("OMPI_ALLOW_RUN_AS_ROOT") || entry.starts_with("OMPI_MCA_btl=") ||
                           entry.starts_with("OMPI_MCA_rmaps_") || entry.starts_with("OMPI_MCA_hwloc_");
    if (entry.starts_with("OMPI_") && !users_own) return true;
    return std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](auto prefix) { return entry.starts_with(prefix); });
  };
  std::vector<std::string> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (!is_mpi(*entry)) kept.emplace_back(*entry);
  }
  return kept;
}

}  // namespace exitaudit
