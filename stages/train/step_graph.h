#pragma once
// StepGraph: a training step that is repeated with the same shapes. On a GPU its kernels (some hundred of a few
// microseconds each) are captured into a CUDA graph and launched as one; elsewhere the step simply runs.

#include <torch/torch.h>

#include <functional>
#include <memory>

namespace exitaudit::train {

class StepGraph {
 public:
  /// `step` must do all of its work on the device: no host synchronisation, no tensor made anew outside of it that it
  /// keeps, and nothing that changes from call to call but the contents of its two inputs and of tensors that exist
  /// before.
  using Step = std::function<void(const torch::Tensor& inputs, const torch::Tensor& labels)>;
  StepGraph(Step step, const torch::Device& device);
  ~StepGraph();
  StepGraph(const StepGraph&) = delete;
  StepGraph& operator=(const StepGraph&) = delete;

  /// Does the step once, with these inputs. The first calls run it as it is, so that caches and workspaces exist before
  /// the capture; batches of another shape always do.
  void run(const torch::Tensor& inputs, const torch::Tensor& labels);

 private:
  struct Capture;
  Step step_;
  std::unique_ptr<Capture> capture_;  ///< none on a CPU
};

}  // namespace exitaudit::train
