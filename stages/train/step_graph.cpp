#include "stages/train/step_graph.h"

#include <utility>

#ifdef EXITAUDIT_CUDA
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#endif

namespace exitaudit::train {

#ifdef EXITAUDIT_CUDA

namespace {
constexpr int kWarmUps = 3;  // as torch.cuda.graphs' documentation asks before a capture
}  // namespace

/// The graph and the places that it reads its inputs from.
struct StepGraph::Capture {
  explicit Capture(const torch::Device& device)
      : stream(at::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  /// Runs `work` on the capture's own stream, ordered after and before what the current stream does.
  template <class Work>
  void on_own_stream(Work work) {
    const at::cuda::CUDAStream current = at::cuda::getCurrentCUDAStream(stream.device_index());
    at::cuda::CUDAEvent before;
    at::cuda::CUDAEvent after;
    before.record(current);
    before.block(stream);
    {
      const c10::cuda::CUDAStreamGuard guard(stream);
      work();
    }
    after.record(stream);
    after.block(current);
  }

  void record(const Step& step, const torch::Tensor& like_inputs, const torch::Tensor& like_labels) {
    inputs = torch::empty_like(like_inputs);
    labels = torch::empty_like(like_labels);
    inputs.copy_(like_inputs);
    labels.copy_(like_labels);
    on_own_stream([&] {
      graph.capture_begin();
      step(inputs, labels);  // is written down, not done
      graph.capture_end();
    });
    recorded = true;
  }

  bool fits(const torch::Tensor& other) const { return recorded && inputs.sizes() == other.sizes(); }

  at::cuda::CUDAStream stream;
  at::cuda::CUDAGraph graph;
  torch::Tensor inputs;
  torch::Tensor labels;
  c10::SmallVector<std::int64_t, 4> warm_shape;
  int warm_ups = 0;
  bool recorded = false;
};

void StepGraph::run(const torch::Tensor& inputs, const torch::Tensor& labels) {
  if (!capture_) return step_(inputs, labels);
  if (capture_->fits(inputs)) {
    capture_->inputs.copy_(inputs);
    capture_->labels.copy_(labels);
    capture_->graph.replay();
    return;
  }
  const bool same_shape = inputs.sizes() == c10::IntArrayRef(capture_->warm_shape);
  if (!capture_->recorded && same_shape && capture_->warm_ups >= kWarmUps) {
    capture_->record(step_, inputs, labels);
    capture_->graph.replay();
    return;
  }
  if (!capture_->recorded) {
    capture_->warm_ups = same_shape ? capture_->warm_ups + 1 : 1;
    capture_->warm_shape.assign(inputs.sizes().begin(), inputs.sizes().end());
  }
  capture_->on_own_stream([&] { step_(inputs, labels); });
}

StepGraph::StepGraph(Step step, const torch::Device& device)
    : step_(std::move(step)), capture_(device.is_cuda() ? std::make_unique<Capture>(device) : nullptr) {}

#else

struct StepGraph::Capture {};

StepGraph::StepGraph(Step step, const torch::Device&) : step_(std::move(step)) {}

void StepGraph::run(const torch::Tensor& inputs, const torch::Tensor& labels) {
  step_(inputs, labels);
}

#endif

StepGraph::~StepGraph() = default;

}  // namespace exitaudit::train
