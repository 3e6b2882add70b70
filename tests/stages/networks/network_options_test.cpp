#include "stages/networks/network_options.h"

#include <gtest/gtest.h>

#include "pipeline/config/config_slice.h"

namespace exitaudit::networks {
namespace {

TEST(NetworkOptions, SurviveTheirSlice) {
  const NetworkOptions before{.family = Family::kFcn18_3,
                              .exits = 6,
                              .width = 0.25,
                              .placement = Placement::kEquidistant,
                              .head_activation = HeadActivation::kRelu};
  const auto after = read_slice<NetworkOptions>(make_slice(before));
  EXPECT_EQ(after.family, before.family);
  EXPECT_EQ(after.exits, 6);
  EXPECT_EQ(after.width, 0.25);
  EXPECT_EQ(after.placement, before.placement);
  EXPECT_EQ(after.head_activation, before.head_activation);
}

TEST(NetworkOptions, TellImagesFromRows) {
  EXPECT_TRUE(takes_images(Family::kVgg16));
  EXPECT_TRUE(takes_images(Family::kWideResnet32));
  EXPECT_FALSE(takes_images(Family::kFcn18_1));
  EXPECT_FALSE(takes_images(Family::kFcn18_4));
}

}  // namespace
}  // namespace exitaudit::networks
