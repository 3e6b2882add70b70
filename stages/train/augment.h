#pragma once
// Augmentation of training images, off by default (specification 1.4): a flip, a shift of up to an eighth of the side,
// and for images of 64 pixels or more a jitter of brightness, contrast and saturation by up to a fifth.

#include <torch/torch.h>

#include "pipeline/base/random.h"

namespace exitaudit::train {

/// `images` [n, 3, side, side] in [0, 1]; what is shifted in is black. The same stream gives the same images.
torch::Tensor augment(const torch::Tensor& images, RandomStream& random);

/// The parts of augment(), for a caller that knows the numbers. All are [n].
torch::Tensor flip_and_shift(const torch::Tensor& images, const torch::Tensor& flip, const torch::Tensor& down,
                             const torch::Tensor& right, std::int64_t border);

}  // namespace exitaudit::train
