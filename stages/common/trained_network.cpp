#include "stages/common/trained_network.h"

#include "stages/common/tensor_io.h"
#include "stages/schema/weights.h"

namespace exitaudit {

networks::NetworkShape shape_for(const schema::Dataset& dataset) {
  return {dataset.shape, dataset.classes, dataset.mean, dataset.deviation};
}

std::shared_ptr<networks::MultiExitNetwork> load_network(StageContext& context, const std::string& role,
                                                         const networks::NetworkOptions& options,
                                                         const networks::NetworkShape& shape,
                                                         const torch::Device& device) {
  auto network = networks::make_network(options, shape);
  const ArtifactReader& weights = context.input(role);
  load_arrays(*network, schema::read_weights(weights).arrays, weights.path().string());
  network->to(device);
  network->eval();
  return network;
}

}  // namespace exitaudit
