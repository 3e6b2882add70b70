#include "pipeline/run/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <queue>
#include <tuple>
#include <unordered_map>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"
#include "pipeline/ledger/ledger.h"
#include "pipeline/run/pick_job.h"

namespace exitaudit {
namespace {

SlotTable slots_of(const SimulatedCluster& cluster) {
  SlotTable slots;
  int rank = 0;
  for (int node = 0; node < cluster.nodes; ++node) {
    for (int device = 0; device < cluster.devices_per_node; ++device) {
      slots.add(rank++, {cluster.slots_per_device, fmt::format("node{:06}", node), fmt::format("cuda:{}", device)});
    }
  }
  return slots;
}

class VirtualRun {
 public:
  VirtualRun(const JobGraph& graph, const Plan& plan, const Snapshot& snapshot, const SimulatedCluster& cluster,
             const SimulatedTimes& times)
      : graph_(graph),
        times_(times),
        queue_(graph, plan, snapshot, times.expected),
        slots_(slots_of(cluster)),
        done_(graph.size(), false) {}

  Simulation run() {
    start_all();
    while (!running_.empty()) {
      now_ = running_.top().end;
      while (!running_.empty() && running_.top().end == now_) end_first();
      start_all();
    }
    require(queue_.finished(), "a simulated study comes to its end");
    return result();
  }

 private:
  struct Attempt {
    double end = 0;  ///< seconds on the virtual clock
    std::size_t job = 0;
    bool lost = false;
    bool operator>(const Attempt& other) const { return std::tie(end, job) > std::tie(other.end, other.job); }
  };

  void start_all() {
    while (auto pick = pick_job(graph_, queue_, slots_, slots_.conductors())) {
      const std::size_t job = pick->job;
      double seconds = times_.seconds[job];
      bool lost = false;
      if (times_.failure_rate > 0) {
        RandomStream random = stream("simulate", times_.seed, graph_.job(job).id, losses_[job]);
        lost = random.uniform() < times_.failure_rate;
        if (lost) seconds *= random.uniform();
      }
      simulation_.work += seconds * static_cast<double>(pick->place.slots.size());
      slots_.take(pick->place);
      places_[job] = std::move(pick->place);
      running_.push({now_ + seconds, job, lost});
    }
  }

  void end_first() {
    const Attempt attempt = running_.top();
    running_.pop();
    const auto place = places_.extract(attempt.job);
    slots_.release(place.mapped());
    if (!attempt.lost) {
      done_[attempt.job] = true;
      ++simulation_.jobs_run;
      return queue_.done(attempt.job, graph_.fingerprint(attempt.job));
    }
    ++simulation_.attempts_lost;
    if (++losses_[attempt.job] < kLostAttemptsAllowed) return queue_.put_back(attempt.job);
    queue_.failed(attempt.job);
  }

  double critical_path() const {
    std::vector<double> path(graph_.size(), 0.0);
    double longest = 0;
    for (const std::size_t job : graph_.topological_order()) {
      for (const std::size_t input : graph_.inputs(job)) path[job] = std::max(path[job], path[input]);
      if (done_[job]) path[job] += times_.seconds[job];
      longest = std::max(longest, path[job]);
    }
    return longest;
  }

  Simulation result() {
    simulation_.makespan = now_;
    simulation_.critical_path = critical_path();
    simulation_.bound = std::max(simulation_.work / slots_.total(), simulation_.critical_path);
    if (now_ > 0) simulation_.idle_share = std::max(0.0, 1 - simulation_.work / (now_ * slots_.total()));
    simulation_.jobs_failed = queue_.counts().failed;
    simulation_.jobs_skipped = queue_.counts().skipped;
    return simulation_;
  }

  const JobGraph& graph_;
  const SimulatedTimes& times_;
  ReadyQueue queue_;
  SlotTable slots_;
  double now_ = 0;
  std::priority_queue<Attempt, std::vector<Attempt>, std::greater<>> running_;
  std::unordered_map<std::size_t, Placement> places_;
  std::unordered_map<std::size_t, int> losses_;
  std::vector<bool> done_;
  Simulation simulation_;
};

}  // namespace

Simulation simulate(const JobGraph& graph, const Plan& plan, const Snapshot& snapshot, const SimulatedCluster& cluster,
                    const SimulatedTimes& times) {
  require(cluster.slots() > 0, "a cluster has slots");
  require(times.seconds.size() == graph.size() && std::ranges::all_of(times.seconds, [](double s) { return s >= 0; }),
          "seconds of every job, none negative");
  return VirtualRun(graph, plan, snapshot, cluster, times).run();
}

}  // namespace exitaudit
