#pragma once
// Topology: which ranks share a node, and which device each of them owns. The conductors ask; they hold no CUDA
// context, so devices are counted from the environment and from /dev, as the driver names them.

#include <optional>
#include <string>

namespace exitaudit {

/// How many ranks of the world share this node, and this rank's place among them. A world of one is alone.
struct NodePlace {
  int rank = 0;
  int size = 1;
};

/// GPUs that this process' children may use; 0 in a build without CUDA.
int usable_gpus();

/// Of `present` GPUs those that CUDA_VISIBLE_DEVICES = `visible` leaves (nullopt: not set). As CUDA reads it: indices
/// or names (GPU-…, MIG-…) parted by commas, up to the first that does not exist.
int visible_gpus(const std::optional<std::string>& visible, int present);

/// "cpu" where there is no GPU, else "cuda:N" as LibTorch counts the visible ones. More ranks than GPUs share them in
/// turn; a rank to which the batch system shows only its own GPU gets that one.
std::string device_of(const NodePlace& place, int gpus);

}  // namespace exitaudit
