#include "stages/networks/network_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "stages/networks/cost.h"

namespace exitaudit::networks {
namespace {

std::string size_text(const MapSize& size) {
  return size.side == 0 ? std::to_string(size.channels) : fmt::format("{}x{}x{}", size.channels, size.side, size.side);
}

std::int64_t count(const std::vector<Layer>& layers) {
  std::int64_t sum = 0;
  for (const Layer& layer : layers) sum += count_parameters(layer);
  return sum;
}

/// Writes the rows and adds the operations up on the way.
class Rows {
 public:
  void add(const std::string& name, const MapSize& in, const MapSize& out, std::int64_t parameters, double operations) {
    operations_ += operations;
    text_ += fmt::format("  {:<18} {:>11} -> {:<11} {:>12} {:>12.2f}\n", name, size_text(in), size_text(out),
                         parameters, operations_ / 1e6);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_ = fmt::format("  {:<18} {:>26} {:>12} {:>12}\n", "", "", "parameters", "Mops so far");
  double operations_ = 0;
};

}  // namespace

std::string to_text(const NetworkPlan& plan) {
  constexpr CostRule kRule = CostRule::kCorrected;
  Rows rows;
  if (!plan.stem.empty()) {
    rows.add("stem", plan.stem.front().in, plan.stem.back().out, count(plan.stem), chain_cost(plan.stem, kRule));
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
    const BlockPlan& block = plan.blocks[i];
    rows.add(fmt::format("blocks.{}", i), block.body.front().in, block.out(), count(block.body) + count(block.shortcut),
             block_cost(block, kRule));
    if (next == plan.heads.size() || plan.heads[next].after_block != static_cast<std::int64_t>(i)) continue;
    const HeadPlan& head = plan.heads[next];
    rows.add(fmt::format("heads.{0} = exit {0}", next), head.in, head.layers.back().out,
             count(head.layers) + (head.pool > 0 ? 1 : 0), head_cost(head, kRule));
    ++next;
  }
  rows.add(fmt::format("end = exit {}", next), plan.end.front().in, plan.end.back().out, count(plan.end),
           chain_cost(plan.end, kRule));
  return fmt::format("{}, {} exit(s), width {}, input {}, {} classes: {} parameters\n{}", name(plan.options.family),
                     plan.exits(), plan.options.width, fmt::join(plan.shape.input, "x"), plan.shape.classes,
                     count_parameters(plan), rows.text());
}

}  // namespace exitaudit::networks
