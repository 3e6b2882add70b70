#include "stages/train/augment.h"

#include <vector>

namespace exitaudit::train {
namespace {

constexpr std::int64_t kJitteredSide = 64;
constexpr double kJitter = 0.2;

torch::Tensor draw_below(std::int64_t count, std::int64_t bound, RandomStream& random) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(count));
  for (auto& value : values) value = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(bound)));
  return torch::tensor(values, torch::kLong);
}

/// Factors of 1 - kJitter .. 1 + kJitter, one an image.
torch::Tensor draw_factors(const torch::Tensor& images, RandomStream& random) {
  std::vector<double> values(static_cast<std::size_t>(images.size(0)));
  for (double& value : values) value = 1 + kJitter * (2 * random.uniform() - 1);
  return torch::tensor(values, torch::kFloat).to(images.device()).view({-1, 1, 1, 1});
}

torch::Tensor grey(const torch::Tensor& images) {
  const torch::Tensor weights = torch::tensor({0.299, 0.587, 0.114}, images.options()).view({1, 3, 1, 1});
  return (images * weights).sum(1, /*keepdim=*/true);
}

/// Moves from `towards` (factor 0) through the image (factor 1) and beyond.
torch::Tensor blend(const torch::Tensor& images, const torch::Tensor& towards, const torch::Tensor& factor) {
  return (towards + factor * (images - towards)).clamp(0, 1);
}

torch::Tensor jitter_colours(torch::Tensor images, RandomStream& random) {
  images = blend(images, torch::zeros_like(images), draw_factors(images, random));
  if (images.size(1) != 3) return images;
  images = blend(images, grey(images).mean({2, 3}, /*keepdim=*/true), draw_factors(images, random));
  return blend(images, grey(images), draw_factors(images, random));
}

}  // namespace

torch::Tensor flip_and_shift(const torch::Tensor& images, const torch::Tensor& flip, const torch::Tensor& down,
                             const torch::Tensor& right, std::int64_t border) {
  const std::int64_t side = images.size(2);
  const torch::Tensor padded = torch::constant_pad_nd(images, {border, border, border, border}).permute({0, 2, 3, 1});
  const auto options = torch::TensorOptions(torch::kLong).device(images.device());
  const torch::Tensor line = torch::arange(side, options).view({1, side});
  const torch::Tensor column = torch::where(flip.to(torch::kBool).view({-1, 1}), side - 1 - line, line);
  const torch::Tensor sample = torch::arange(images.size(0), options).view({-1, 1, 1});
  const torch::Tensor rows = (line + down.view({-1, 1})).unsqueeze(2);
  const torch::Tensor columns = (column + right.view({-1, 1})).unsqueeze(1);
  return padded.index({sample, rows, columns}).permute({0, 3, 1, 2});
}

torch::Tensor augment(const torch::Tensor& images, RandomStream& random) {
  const std::int64_t count = images.size(0);
  const std::int64_t border = images.size(2) / 8;
  const torch::Tensor flip = draw_below(count, 2, random).to(images.device());
  const torch::Tensor down = draw_below(count, 2 * border + 1, random).to(images.device());
  const torch::Tensor right = draw_below(count, 2 * border + 1, random).to(images.device());
  const torch::Tensor moved = flip_and_shift(images, flip, down, right, border);
  return images.size(2) >= kJitteredSide ? jitter_colours(moved, random) : moved;
}

}  // namespace exitaudit::train
