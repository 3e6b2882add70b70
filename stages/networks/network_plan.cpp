#include "stages/networks/network_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "pipeline/base/error.h"
#include "stages/networks/backbone.h"
#include "stages/networks/cost.h"
#include "stages/networks/layer_writer.h"

namespace exitaudit::networks {
namespace {

constexpr std::int64_t kSmallestSide = 32;  // VGG halves the map five times, ResNet ends in a pooling of 8
constexpr std::int64_t kLargestSide = 1024;

MapSize check_images(const NetworkOptions& options, const NetworkShape& shape) {
  const std::vector<std::int64_t>& input = shape.input;
  const bool fits = input.size() == 3 && input[0] >= 1 && input[1] == input[2] && input[1] >= kSmallestSide &&
                    input[1] <= kLargestSide;
  if (!fits) {
    throw BadInput(fmt::format("network {} takes square images of {} to {} pixels a side, the dataset's samples are {}",
                               name(options.family), kSmallestSide, kLargestSide, fmt::join(input, " x ")));
  }
  for (const double deviation : shape.deviation) {
    if (!(deviation > 0)) throw BadInput(fmt::format("the dataset's deviations must be above 0, not {}", deviation));
  }
  const bool normalises = !shape.mean.empty() || !shape.deviation.empty();
  const auto channels = static_cast<std::size_t>(input[0]);
  if (normalises && (shape.mean.size() != channels || shape.deviation.size() != channels)) {
    throw BadInput(
        fmt::format("the dataset has {} channels but {} means and {} deviations; write one of each a channel", channels,
                    shape.mean.size(), shape.deviation.size()));
  }
  return {input[0], input[1]};
}

MapSize check_rows(const NetworkOptions& options, const NetworkShape& shape) {
  if (shape.input.size() != 1 || shape.input[0] < 1) {
    throw BadInput(fmt::format("network {} takes rows of features, the dataset's samples are {}", name(options.family),
                               fmt::join(shape.input, " x ")));
  }
  return {shape.input[0], 0};
}

void check_options(const NetworkOptions& options, const NetworkShape& shape) {
  if (options.exits < 1 || options.exits > kMostExits) {
    throw BadInput(fmt::format("a network has 1 to {} exits, not {}", kMostExits, options.exits));
  }
  if (!(options.width > 0)) throw BadInput(fmt::format("width must be above 0, not {}", options.width));
  if (shape.classes < 2) throw BadInput(fmt::format("a network needs at least 2 classes, not {}", shape.classes));
}

Backbone backbone_of(Family family, const BackboneRequest& request) {
  switch (family) {
    case Family::kVgg16:
      return vgg16(request);
    case Family::kResnet56:
      return resnet56(request);
    case Family::kMobilenet:
      return mobilenet(request);
    case Family::kMobilenetV2:
      return mobilenet_v2(request);
    case Family::kWideResnet32:
      return wide_resnet32(request);
    case Family::kFcn18_1:
      return fcn18(request, 1024);
    case Family::kFcn18_2:
      return fcn18(request, 2048);
    case Family::kFcn18_3:
      return fcn18(request, 3072);
    case Family::kFcn18_4:
      return fcn18(request, 4096);
  }
  throw BadInput("unknown network family");
}

/// For E exits the blocks whose backbone cost is nearest to i/E of the whole, distinct and increasing (2).
std::vector<std::int64_t> equidistant_places(const Backbone& backbone, std::int64_t exits) {
  const std::vector<double> costs = backbone_costs(backbone.stem, backbone.blocks, CostRule::kCorrected);
  const double whole = costs.back() + chain_cost(backbone.end, CostRule::kCorrected);
  const auto blocks = static_cast<std::int64_t>(costs.size());
  std::vector<std::int64_t> places;
  for (std::int64_t i = 1; i < exits; ++i) {
    const double wanted = whole * static_cast<double>(i) / static_cast<double>(exits);
    std::int64_t best = places.empty() ? 0 : places.back() + 1;
    const std::int64_t last = blocks - (exits - i);  // leaves a block for each exit to come
    for (std::int64_t block = best; block <= last; ++block) {
      const auto distance = [&](std::int64_t b) { return std::abs(costs[static_cast<std::size_t>(b)] - wanted); };
      if (distance(block) < distance(best)) best = block;
    }
    places.push_back(best);
  }
  return places;
}

std::vector<std::int64_t> places_of(const Backbone& backbone, const NetworkOptions& options) {
  if (options.placement == Placement::kEquidistant) return equidistant_places(backbone, options.exits);
  return {backbone.placements.begin(), backbone.placements.begin() + (options.exits - 1)};
}

HeadPlan make_head(const Backbone& backbone, std::int64_t place, const NetworkOptions& options, std::int64_t classes) {
  const MapSize in = backbone.blocks[static_cast<std::size_t>(place)].out();
  HeadPlan head{.after_block = place, .in = in, .pool = in.side / 4, .pooled = in, .layers = {}};
  if (head.pool > 0) head.pooled.side = (in.side - head.pool) / head.pool + 1;
  LayerWriter writer(head.pooled);
  if (head.pooled.side > 0) writer.flatten();
  writer.linear("linear0", backbone.head_hidden);
  if (options.head_activation == HeadActivation::kRelu) writer.relu();
  if (options.head_activation == HeadActivation::kDropout) writer.dropout();
  head.layers = writer.linear("linear1", classes).layers();
  return head;
}

}  // namespace

std::int64_t BackboneRequest::scaled(std::int64_t paper_width) const {
  return std::max<std::int64_t>(1, std::llround(static_cast<double>(paper_width) * width));
}

NetworkPlan make_plan(const NetworkOptions& options, const NetworkShape& shape) {
  check_options(options, shape);
  const MapSize input = takes_images(options.family) ? check_images(options, shape) : check_rows(options, shape);
  Backbone backbone = backbone_of(options.family, {input, shape.classes, options.width});
  NetworkPlan plan{
      .options = options, .shape = shape, .init = backbone.init, .stem = {}, .blocks = {}, .heads = {}, .end = {}};
  for (const std::int64_t place : places_of(backbone, options)) {
    plan.heads.push_back(make_head(backbone, place, options, shape.classes));
  }
  plan.stem = std::move(backbone.stem);
  plan.blocks = std::move(backbone.blocks);
  plan.end = std::move(backbone.end);
  return plan;
}

void for_each_backbone_layer(const NetworkPlan& plan,
                             const std::function<void(const std::string&, const Layer&)>& visit) {
  const auto visit_all = [&](const std::string& prefix, const std::vector<Layer>& layers) {
    for (const Layer& layer : layers) visit(prefix, layer);
  };
  visit_all("stem.", plan.stem);
  for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
    visit_all(fmt::format("blocks.{}.", i), plan.blocks[i].body);
    visit_all(fmt::format("blocks.{}.shortcut.", i), plan.blocks[i].shortcut);
  }
  visit_all("end.", plan.end);
}

std::int64_t count_parameters(const Layer& layer) {
  const std::int64_t out = layer.out.channels;
  if (layer.kind == LayerKind::kBatchNorm) return 2 * out;
  if (layer.kind == LayerKind::kLinear) return (layer.in.channels + 1) * out;
  if (layer.kind != LayerKind::kConv) return 0;
  return (layer.kernel * layer.kernel * layer.in.channels / layer.groups + (layer.bias ? 1 : 0)) * out;
}

std::int64_t count_parameters(const NetworkPlan& plan) {
  std::int64_t count = 0;
  for_each_backbone_layer(plan, [&](const std::string&, const Layer& layer) { count += count_parameters(layer); });
  for (const HeadPlan& head : plan.heads) {
    count += head.pool > 0 ? 1 : 0;
    for (const Layer& layer : head.layers) count += count_parameters(layer);
  }
  return count;
}

}  // namespace exitaudit::networks
