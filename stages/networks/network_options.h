#pragma once
// NetworkOptions: which network, for which data. Plain, no torch (specification 2).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::networks {

enum class Family {
  kVgg16,
  kResnet56,
  kMobilenet,
  kMobilenetV2,
  kWideResnet32,
  kFcn18_1,
  kFcn18_2,
  kFcn18_3,
  kFcn18_4
};
/// As written in studies and job ids.
inline constexpr std::array<std::string_view, 9> kFamilyNames{
    "vgg16", "resnet56", "mobilenet", "mobilenet_v2", "wide_resnet32", "fcn18_1", "fcn18_2", "fcn18_3", "fcn18_4"};

inline std::string_view name(Family family) {
  return kFamilyNames[static_cast<std::size_t>(family)];
}

/// Fully connected networks take rows of features, the others images.
bool takes_images(Family family);

enum class Placement { kReleased, kEquidistant };
inline constexpr std::array<std::string_view, 2> kPlacementNames{"released", "equidistant"};

enum class HeadActivation { kDropout, kRelu };
inline constexpr std::array<std::string_view, 2> kHeadActivationNames{"dropout", "relu"};

inline constexpr std::int64_t kMostExits = 6;

/// What a study chooses of a network; the data's shape comes from the dataset.
struct NetworkOptions {
  Family family = Family::kVgg16;
  std::int64_t exits = 1;  ///< 1 (vanilla) to 6
  double width = 1;        ///< factor on all channel and hidden widths, 1 = the paper's
  Placement placement = Placement::kReleased;
  HeadActivation head_activation = HeadActivation::kDropout;
};

void describe(Fields& f, NetworkOptions& o);

/// NetworkOptions and the data it is for.
struct NetworkShape {
  std::vector<std::int64_t> input;  ///< {3, 32, 32} or {features}
  std::int64_t classes = 10;
  std::vector<double> mean;  ///< per channel; empty = no normalisation layer
  std::vector<double> deviation;
};

}  // namespace exitaudit::networks
