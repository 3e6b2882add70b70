#include "stages/networks/network_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "stages/networks/cost.h"
#include "stages/networks/network_text.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::networks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const NetworkShape kC10{.input = {3, 32, 32}, .classes = 10, .mean = {}, .deviation = {}};
const NetworkShape kC100{.input = {3, 32, 32}, .classes = 100, .mean = {}, .deviation = {}};
const NetworkShape kTiny{.input = {3, 64, 64}, .classes = 200, .mean = {}, .deviation = {}};
const NetworkShape kPurchase{.input = {600}, .classes = 100, .mean = {}, .deviation = {}};
const NetworkShape kTexas{.input = {6169}, .classes = 100, .mean = {}, .deviation = {}};
const NetworkShape kLocation{.input = {446}, .classes = 30, .mean = {}, .deviation = {}};

std::vector<std::int64_t> counts(Family family, const NetworkShape& shape) {
  std::vector<std::int64_t> found;
  for (std::int64_t exits = 1; exits <= kMostExits; ++exits) {
    found.push_back(count_parameters(make_plan({.family = family, .exits = exits}, shape)));
  }
  return found;
}

std::vector<std::int64_t> places(const NetworkOptions& options, const NetworkShape& shape) {
  std::vector<std::int64_t> found;
  for (const HeadPlan& head : make_plan(options, shape).heads) found.push_back(head.after_block);
  return found;
}

// Golden values of specification 2.5.
TEST(ParameterCount, IsThePapersForVgg16) {
  EXPECT_THAT(counts(Family::kVgg16, kC10), ElementsAre(15253578, 15783509, 16837728, 18940523, 23140470, 24194688));
  EXPECT_THAT(counts(Family::kVgg16, kC100), ElementsAre(15299748, 15875849, 16976238, 19125203, 23371320, 24471708));
  EXPECT_THAT(counts(Family::kVgg16, kTiny), ElementsAre(21222664, 22477265, 24780442, 29180771, 37775404, 46370037));
}

TEST(ParameterCount, IsThePapersForResnet56) {
  EXPECT_THAT(counts(Family::kResnet56, kC10), ElementsAre(893530, 1030245, 1166960, 1434747, 1702534, 2232465));
  EXPECT_THAT(counts(Family::kResnet56, kC100), ElementsAre(939700, 1122585, 1305470, 1619427, 1933384, 2509485));
  EXPECT_THAT(counts(Family::kResnet56, kTiny), ElementsAre(991000, 1225185, 1459370, 1824627, 2189884, 2817285));
}

TEST(ParameterCount, IsThePapersForWideResnet32) {
  EXPECT_THAT(counts(Family::kWideResnet32, kC10), ElementsAre(7538218, 8068149, 8598080, 9652299, 10706518, 12809313));
  EXPECT_THAT(counts(Family::kWideResnet32, kC100),
              ElementsAre(7584388, 8160489, 8736590, 9836979, 10937368, 13086333));
  EXPECT_THAT(counts(Family::kWideResnet32, kTiny),
              ElementsAre(7635688, 8263089, 8890490, 10042179, 11193868, 13394133));
}

TEST(ParameterCount, IsThePapersForMobilenet) {
  EXPECT_THAT(counts(Family::kMobilenet, kC10), ElementsAre(4266826, 6375253, 10580832, 18980715, 27380598, 35780481));
  EXPECT_THAT(counts(Family::kMobilenet, kC100), ElementsAre(4359076, 6559753, 10857582, 19349715, 27841848, 36333981));
  EXPECT_THAT(counts(Family::kMobilenet, kTiny), ElementsAre(4461576, 6764753, 11165082, 19759715, 28354348, 36948981));
}

TEST(ParameterCount, IsTheSpecificationsForMobilenetV2) {
  EXPECT_THAT(counts(Family::kMobilenetV2, kC10), ElementsAre(2884874, 3087125, 3354912, 3884843, 4676918, 5993281));
  EXPECT_THAT(counts(Family::kMobilenetV2, kC100), ElementsAre(2931044, 3179465, 3493422, 4069523, 4907768, 6270301));
  EXPECT_THAT(counts(Family::kMobilenetV2, kTiny), ElementsAre(2982344, 3282065, 3647322, 4274723, 5164268, 6578101));
}

TEST(ParameterCount, IsThePapersForFcn18) {
  EXPECT_THAT(counts(Family::kFcn18_1, kPurchase), ElementsAre(6449764, 7025864, 7601964, 8178064, 8754164, 9330264));
  EXPECT_THAT(counts(Family::kFcn18_1, kTexas),
              ElementsAre(12152420, 12728520, 13304620, 13880720, 14456820, 15032920));
  EXPECT_THAT(counts(Family::kFcn18_1, kLocation), ElementsAre(6256158, 6796348, 7336538, 7876728, 8416918, 8957108));
  const std::array<Family, 3> wider{Family::kFcn18_2, Family::kFcn18_3, Family::kFcn18_4};
  const std::array<std::int64_t, 3> vanilla{23333476, 50702948, 88558180};
  const std::array<std::int64_t, 3> six_exits{28835416, 58826328, 99303000};
  for (std::size_t i = 0; i < wider.size(); ++i) {
    EXPECT_EQ(counts(wider[i], kPurchase).front(), vanilla[i]);
    EXPECT_EQ(counts(wider[i], kPurchase).back(), six_exits[i]);
  }
}

TEST(NetworkPlan, TakesTheFirstOfTheReleasedPlaces) {
  EXPECT_THAT(places({.family = Family::kVgg16, .exits = 6}, kC10), ElementsAre(1, 3, 5, 7, 10));
  EXPECT_THAT(places({.family = Family::kVgg16, .exits = 2}, kC10), ElementsAre(1));
  EXPECT_THAT(places({.family = Family::kVgg16, .exits = 1}, kC10), ElementsAre());
}

TEST(NetworkPlan, SpreadsEquidistantPlacesOverTheWork) {
  // Cumulative vanilla costs of VGG-16 on CIFAR-10, spec 2.1, less the heads: half of the work lies at block 5 or 6.
  EXPECT_THAT(places({.family = Family::kVgg16, .exits = 2, .placement = Placement::kEquidistant}, kC10),
              ElementsAre(5));
  const auto five = places({.family = Family::kFcn18_1, .exits = 6, .placement = Placement::kEquidistant}, kPurchase);
  EXPECT_THAT(five, ElementsAre(0, 1, 2, 3, 4));
}

TEST(NetworkPlan, ScalesEveryWidthButNotTheClasses) {
  const NetworkPlan plan = make_plan({.family = Family::kVgg16, .exits = 2, .width = 0.25}, kC10);
  EXPECT_EQ(plan.blocks[0].body[0].out.channels, 16);
  EXPECT_EQ(plan.blocks[12].body[0].out.channels, 128);
  EXPECT_EQ(plan.features(), 128);
  EXPECT_EQ(plan.heads[0].layers.back().in.channels, 128);
  EXPECT_EQ(plan.end.back().out.channels, 10);
  EXPECT_EQ(make_plan({.family = Family::kResnet56, .width = 0.001}, kC10).blocks[0].out().channels, 1);
}

TEST(NetworkText, ShowsEveryBlockAndExitAndTheWholeCost) {
  const NetworkPlan plan = make_plan({.family = Family::kVgg16, .exits = 6}, kC10);
  const std::string text = to_text(plan);
  EXPECT_THAT(text, HasSubstr("vgg16, 6 exit(s), width 1, input 3x32x32, 10 classes: 24194688 parameters"));
  EXPECT_THAT(text, HasSubstr("heads.4 = exit 4       512x2x2 -> 10"));
  const double whole = exit_costs(plan, CostRule::kCorrected).back() / 1e6;
  EXPECT_THAT(text, testing::EndsWith(fmt::format("{:>12.2f}\n", whole)));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2 + 13 + 6);
}

TEST(NetworkPlan, SaysWhichDataANetworkTakes) {
  EXPECT_THAT(test::message_of([] { make_plan({.family = Family::kVgg16}, kPurchase); }),
              HasSubstr("vgg16 takes square images of 32 to 1024 pixels a side, the dataset's samples are 600"));
  const NetworkShape oblong{.input = {3, 32, 48}, .classes = 10, .mean = {}, .deviation = {}};
  EXPECT_THAT(test::message_of([&] { make_plan({.family = Family::kVgg16}, oblong); }), HasSubstr("3 x 32 x 48"));
  EXPECT_THAT(test::message_of([] { make_plan({.family = Family::kFcn18_1}, kC10); }),
              HasSubstr("fcn18_1 takes rows of features"));
  const NetworkShape lopsided{.input = {3, 32, 32}, .classes = 10, .mean = {0.5}, .deviation = {1}};
  EXPECT_THAT(test::message_of([&] { make_plan({.family = Family::kVgg16}, lopsided); }),
              HasSubstr("3 channels but 1 means"));
}

TEST(NetworkPlan, RefusesAnUnheardOfNumberOfExits) {
  EXPECT_THAT(test::message_of([] { make_plan({.family = Family::kVgg16, .exits = 7}, kC10); }),
              HasSubstr("1 to 6 exits, not 7"));
}

}  // namespace
}  // namespace exitaudit::networks
