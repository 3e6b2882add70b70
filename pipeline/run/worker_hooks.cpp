#include "pipeline/run/worker_hooks.h"

#include <chrono>
#include <mutex>

namespace exitaudit {
namespace {
using SteadyClock = std::chrono::steady_clock;

constexpr auto kShortestPause = std::chrono::milliseconds(250);

/// The sink and when it was last used; stages may report from threads of their own.
struct Reports {
  std::mutex mutex;
  std::function<void(double, const std::string&)> sink;
  SteadyClock::time_point last{};
};

Reports& reports() {
  static Reports instance;
  return instance;
}

}  // namespace

void report_progress(double fraction, const std::string& what) {
  Reports& state = reports();
  const std::lock_guard lock(state.mutex);
  const auto now = SteadyClock::now();
  if (!state.sink || now - state.last < kShortestPause) return;
  state.last = now;
  state.sink(fraction, what);
}

void set_progress_sink(std::function<void(double, const std::string&)> sink) {
  Reports& state = reports();
  const std::lock_guard lock(state.mutex);
  state.sink = std::move(sink);
  state.last = {};
}

}  // namespace exitaudit
