#pragma once
// A job's trained network: made for its dataset, with the weights of one of its inputs, ready to answer.

#include <memory>
#include <string>

#include "stages/networks/network.h"
#include "stages/schema/dataset.h"
#include "stages/stage.h"

namespace exitaudit {

/// What a network must know of the data: shape, classes, normalisation.
networks::NetworkShape shape_for(const schema::Dataset& dataset);

/// In evaluation mode, on `device`, with the weights of the job's input `role`. Throws Error(kFailure) with the file
/// and the array where its weights are not this network's.
std::shared_ptr<networks::MultiExitNetwork> load_network(StageContext& context, const std::string& role,
                                                         const networks::NetworkOptions& options,
                                                         const networks::NetworkShape& shape,
                                                         const torch::Device& device);

}  // namespace exitaudit
