#include "stages/measure_latency/latency_gang.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"

namespace exitaudit::measure_latency {
namespace {

constexpr int kOverheadTimings = 1001;

/// Median time of nothing.
double overhead_of(Stopwatch& stopwatch) {
  std::vector<double> times;
  for (int i = 0; i < kOverheadTimings; ++i) times.push_back(stopwatch.time_ms([] {}));
  std::ranges::nth_element(times, times.begin() + kOverheadTimings / 2);
  return times[kOverheadTimings / 2];
}

std::vector<std::int64_t> share_of(std::int64_t rows, const Communicator& team) {
  std::vector<std::int64_t> share;
  for (std::int64_t row = team.rank(); row < rows; row += team.size()) share.push_back(row);
  return share;
}

/// Answers one sample of the share after another, round and round.
class Carousel {
 public:
  Carousel(TimedModel& model, const std::vector<std::int64_t>& share) : model_(model), share_(share) {}
  void turn() {
    model_.load(share_[next_]);
    model_.answer();
    next_ = (next_ + 1) % share_.size();
  }

 private:
  TimedModel& model_;
  const std::vector<std::int64_t>& share_;
  std::size_t next_ = 0;
};

std::vector<std::int64_t> order_of_pass(const std::vector<std::int64_t>& share, const GangSettings& settings,
                                        const Communicator& team, std::int64_t pass) {
  std::vector<std::string> names = settings.stream;
  names.insert(names.end(), {"rank", std::to_string(team.rank()), "pass", std::to_string(pass)});
  std::vector<std::int64_t> order;
  for (const std::int64_t i : RandomStream(names).permutation(static_cast<std::int64_t>(share.size()))) {
    order.push_back(share[static_cast<std::size_t>(i)]);
  }
  return order;
}

/// Each rank wrote its own rows and left zeros elsewhere.
template <class T>
void gather(std::vector<T>& values, Communicator& team) {
  team.all_reduce_sum(std::span<T>(values));
}

}  // namespace

GangTimes time_gang(std::int64_t rows, TimedModel& model, Stopwatch& stopwatch, const GangSettings& settings,
                    Communicator& team, const std::function<void(std::int64_t done)>& after_pass) {
  if (rows < team.size()) {
    throw BadInput(
        fmt::format("{} samples cannot be shared by {} copies; raise measure_latency.samples", rows, team.size()));
  }
  const std::vector<std::int64_t> share = share_of(rows, team);
  const auto n = static_cast<std::size_t>(rows);
  const auto repeats = static_cast<std::size_t>(settings.repeats);
  GangTimes found{.copy = std::vector<std::int32_t>(n), .exit = {}, .latency_ms = std::vector<double>(n * repeats)};
  std::vector<std::int64_t> exits(n);
  std::vector<std::int64_t> wavers(n);
  Carousel carousel(model, share);
  for (std::int64_t i = 0; i < settings.warmup; ++i) carousel.turn();
  found.overhead_ms = overhead_of(stopwatch);
  for (std::size_t pass = 0; pass < repeats; ++pass) {
    const std::vector<std::int64_t> order = order_of_pass(share, settings, team, static_cast<std::int64_t>(pass));
    team.barrier();
    for (const std::int64_t row : order) {
      const auto at = static_cast<std::size_t>(row);
      std::int64_t exit = 0;
      model.load(row);
      found.latency_ms[at * repeats + pass] = stopwatch.time_ms([&] { exit = model.answer(); });
      if (pass == 0) exits[at] = exit;
      if (exit != exits[at]) wavers[at] = 1;
    }
    const auto all_done = team.begin_barrier();
    while (!all_done->done()) carousel.turn();
    after_pass(static_cast<std::int64_t>(pass) + 1);
  }
  gather(found.latency_ms, team);
  gather(exits, team);
  gather(wavers, team);
  team.all_reduce_max(std::span<double>(&found.overhead_ms, 1));
  found.exit.assign(exits.begin(), exits.end());
  found.wavering = std::ranges::count(wavers, 1);
  for (std::size_t i = 0; i < n; ++i)
    found.copy[i] = static_cast<std::int32_t>(i % static_cast<std::size_t>(team.size()));
  return found;
}

}  // namespace exitaudit::measure_latency
