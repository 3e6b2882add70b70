#include "jobs/bench/bench_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <thread>

#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"
#include "pipeline/config/yaml_reader.h"
#include "pipeline/ranks/topology.h"

namespace exitaudit {
namespace {

constexpr std::array<std::string_view, 3> kTasks{"train", "record", "boundary"};

template <std::size_t N>
std::size_t place_of(std::string_view what, const std::string& name, const std::array<std::string_view, N>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const std::vector<std::string> known(names.begin(), names.end());
  throw BadInput(fmt::format("bench: there is no {} \"{}\"{}", what, name, did_you_mean(name, known)));
}

}  // namespace

void add_bench_flags(CLI::App& app, BenchFlags& flags) {
  app.add_option("TASK", flags.task, "what to measure: train, record or boundary")->required();
  app.add_option("--network", flags.network, "architecture, as in studies")->required();
  app.add_option("--exits", flags.exits, "exits of the network")->capture_default_str()->check(CLI::Range(1, 6));
  app.add_option("--device", flags.device, "cpu or cuda:0; default: a GPU where there is one");
  app.add_option("--samples", flags.samples, "samples of the timed pass")
      ->capture_default_str()
      ->check(CLI::Range(2, 100000000));
  app.add_option("--threads", flags.threads, "default: all cores")->check(CLI::Range(1, 1024));
  app.add_option("--classes", flags.classes, "default: 10 for images, 100 for rows")->check(CLI::Range(2, 100000));
  app.add_option("--tau", flags.tau, "threshold of the early exits")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--set", flags.overrides, "override one setting of a study, as --set train.precision=bf16")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

std::vector<std::string> to_arguments(const BenchFlags& flags) {
  std::vector<std::string> arguments{flags.task,
                                     "--network",
                                     flags.network,
                                     "--exits",
                                     std::to_string(flags.exits),
                                     "--device",
                                     flags.device,
                                     "--samples",
                                     std::to_string(flags.samples),
                                     "--threads",
                                     std::to_string(flags.threads),
                                     "--classes",
                                     std::to_string(flags.classes),
                                     "--tau",
                                     fmt::format("{}", flags.tau)};
  for (const std::string& each : flags.overrides) {
    arguments.emplace_back("--set");
    arguments.push_back(each);
  }
  return arguments;
}

BenchCase resolve(BenchFlags flags) {
  place_of("task", flags.task, kTasks);
  BenchCase found;
  found.network.family = static_cast<networks::Family>(place_of("network", flags.network, networks::kFamilyNames));
  found.network.exits = flags.exits;
  throw_faults(YamlDocument::from_overrides(flags.overrides).read([&](Fields& f) { describe(f, found.settings); }));
  found.network.width = found.settings.network.width;
  found.network.placement = found.settings.network.placement;
  found.network.head_activation = found.settings.network.head_activation;
  if (flags.device.empty()) flags.device = device_of({}, usable_gpus());
  if (flags.threads == 0) flags.threads = std::max(1U, std::thread::hardware_concurrency());
  if (flags.classes == 0) flags.classes = networks::takes_images(found.network.family) ? 10 : 100;
  found.settings.execution.threads = flags.threads;
  found.flags = std::move(flags);
  return found;
}

}  // namespace exitaudit
