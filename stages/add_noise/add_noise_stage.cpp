#include "stages/add_noise/add_noise_stage.h"

#include <fmt/format.h>

#include "stages/add_noise/network_noise.h"

namespace exitaudit::add_noise {

void add_noise_stage(StageContext& context) {
  const auto settings = read_slice<AddNoiseJob>(context.config());
  const schema::Latencies clean = schema::read_latencies(context.input("latencies"));
  const NetworkDelay delay{.mean_ms = settings.mean_ms, .sigma_ms = settings.sigma_ms, .positive = settings.positive};
  const std::string name = fmt::format("{}/seed{}", context.input_job("latencies"), settings.seed);
  schema::write(context.output(), noisy_latencies(clean, delay, settings.queries, name));
}

}  // namespace exitaudit::add_noise
