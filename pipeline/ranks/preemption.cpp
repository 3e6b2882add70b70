#include "pipeline/ranks/preemption.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

namespace exitaudit {
namespace {

std::atomic<bool> stop{false};
std::atomic<bool> urgent{false};
static_assert(std::atomic<bool>::is_always_lock_free, "the handler may only touch lock-free atomics");

constexpr std::array<std::string_view, 5> kLaunch{"OMPI_", "PMIX_", "PMI_", "PRTE_", "SLURM_"};
/// Of these, what a user or a bundle sets for every launch: permissions, where the plugins are, which transports to
/// use. mpirun's own flags (how ranks are mapped and bound) are not among them.
constexpr std::array<std::string_view, 8> kUsersOwn{"OMPI_ALLOW_RUN_AS_ROOT",
                                                    "OMPI_MCA_mca_base_",
                                                    "OMPI_MCA_btl",
                                                    "OMPI_MCA_pml",
                                                    "OMPI_MCA_mtl",
                                                    "OMPI_MCA_oob_tcp_",
                                                    "OMPI_MCA_rmaps_base_oversubscribe=",
                                                    "OMPI_MCA_hwloc_base_binding_policy=none"};

template <std::size_t N>
bool begins_with_one_of(std::string_view text, const std::array<std::string_view, N>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return text.starts_with(prefix); });
}

extern "C" void on_stop_signal(int signal) {
  if (signal == SIGINT && stop.load()) _exit(128 + SIGINT);
  if (signal != SIGUSR2) urgent.store(true);
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

bool stop_is_urgent() {
  return urgent.load();
}

void request_stop() {
  stop.store(true);
}

void forget_stop() {
  stop.store(false);
  urgent.store(false);
}

Deadline Deadline::from_slurm(double margin_seconds) {
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  if (text == nullptr) return {};
  std::int64_t end = 0;
  const char* last = text + std::strlen(text);
  const auto [stopped_at, error] = std::from_chars(text, last, end);
  if (error != std::errc() || stopped_at != last || end <= 0) return {};
  return Deadline(static_cast<double>(end), margin_seconds);
}

std::optional<double> Deadline::seconds_to_end(const Clock& clock) const {
  if (!stop_at_) return std::nullopt;
  return std::max(0.0, *stop_at_ + margin_ - clock.unix_seconds());
}

std::vector<std::string> child_environment_without_mpi() {
  std::vector<std::string> kept;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (!begins_with_one_of(text, kLaunch) || begins_with_one_of(text, kUsersOwn)) kept.emplace_back(text);
  }
  return kept;
}

}  // namespace exitaudit
