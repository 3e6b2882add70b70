#include "jobs/bench/bench_case.h"

#include <torch/version.h>

#include "pipeline/base/random.h"
#include "stages/common/device.h"
#include "stages/networks/initialize.h"

namespace exitaudit {

schema::Dataset bench_data(const BenchCase& bench, std::int64_t count) {
  RandomStream random = stream("bench");
  schema::Dataset data;
  data.name = "random";
  data.images = networks::takes_images(bench.network.family);
  data.shape = data.images ? std::vector<std::int64_t>{3, 32, 32} : std::vector<std::int64_t>{600};
  data.classes = bench.flags.classes;
  if (data.images) {
    data.mean.assign(3, 0.5);
    data.deviation.assign(3, 0.29);
  }
  data.train_count = count;
  data.samples.resize(static_cast<std::size_t>(count * data.sample_size()));
  for (std::uint8_t& value : data.samples) value = static_cast<std::uint8_t>(random.below(data.images ? 256 : 2));
  for (std::int64_t i = 0; i < count; ++i) {
    data.labels.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(data.classes))));
  }
  return data;
}

std::shared_ptr<networks::MultiExitNetwork> bench_network(const BenchCase& bench, const schema::Dataset& data,
                                                          const torch::Device& device) {
  auto network = networks::make_network(bench.network, {data.shape, data.classes, data.mean, data.deviation});
  networks::initialize(*network, {.dataset = data.name, .role = "target", .seed = 1});
  network->to(device);
  return network;
}

nlohmann::ordered_json describe(const BenchCase& bench, const torch::Device& device, std::int64_t parameters) {
  return {{"task", bench.flags.task},
          {"network", bench.flags.network},
          {"exits", bench.flags.exits},
          {"device", device.str()},
          {"samples", bench.flags.samples},
          {"threads", bench.flags.threads},
          {"parameters", parameters},
          {"torch", TORCH_VERSION},
          {"deterministic", bench.settings.execution.deterministic},
          {"width", bench.network.width},
          {"capability", device_capability(device)}};
}

}  // namespace exitaudit
