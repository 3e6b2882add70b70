#pragma once
// LayerWriter: writes layers down one after the other and keeps track of the map's size between them.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "stages/networks/network_plan.h"

namespace exitaudit::networks {

struct ConvSettings {
  std::int64_t kernel = 3;  ///< padded by half of it
  std::int64_t stride = 1;
  std::int64_t groups = 1;
  bool bias = true;
};

class LayerWriter {
 public:
  explicit LayerWriter(MapSize in) : size_(in) {}

  LayerWriter& conv(const std::string& name, std::int64_t channels, ConvSettings settings = {});
  LayerWriter& batch_norm(const std::string& name, double momentum = 0.1);
  LayerWriter& relu();
  LayerWriter& relu6();
  LayerWriter& max_pool(std::int64_t kernel);
  LayerWriter& average_pool(std::int64_t kernel);
  LayerWriter& flatten();
  LayerWriter& linear(const std::string& name, std::int64_t outputs);
  LayerWriter& dropout(double rate = 0.5);

  const MapSize& size() const { return size_; }
  std::vector<Layer> layers() { return std::move(layers_); }

 private:
  LayerWriter& add(Layer layer);
  std::int64_t pooled_side(std::int64_t kernel) const;
  MapSize size_;
  std::vector<Layer> layers_;
};

}  // namespace exitaudit::networks
