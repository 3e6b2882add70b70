#include "stages/record/recorder.h"

#include <algorithm>

#include "pipeline/base/error.h"
#include "stages/common/tensor_io.h"
#include "stages/networks/early_exit.h"

namespace exitaudit::record {
namespace {

constexpr std::int64_t kCheckedTwice = 32;  // shows dropout or batch statistics at work, and costs next to nothing

template <class T>
void append(std::vector<T>& all, const torch::Tensor& tensor) {
  const std::vector<T> more = to_vector<T>(tensor);
  all.insert(all.end(), more.begin(), more.end());
}

/// [batch] exit of each sample, from the confidences [batch, exits].
torch::Tensor exits_taken(const torch::Tensor& confidence, double tau) {
  const std::vector<float> values = to_vector<float>(confidence);
  const auto exits = static_cast<std::size_t>(confidence.size(1));
  std::vector<std::int64_t> taken;
  for (std::size_t row = 0; row < values.size(); row += exits) {
    taken.push_back(networks::exit_taken({values.data() + row, exits}, tau));
  }
  return index_tensor(taken, confidence.device());
}

/// [batch, width] rows of `views`, [exits] of [batch, width], at each sample's exit.
torch::Tensor at_exit(const std::vector<torch::Tensor>& views, const torch::Tensor& exits) {
  const torch::Tensor stacked = torch::stack(views, 1);
  return stacked.index({torch::arange(stacked.size(0), exits.options()), exits});
}

void append_batch(schema::Observations& found, const networks::ExitViews& views, const torch::Tensor& labels) {
  const torch::Tensor logits = torch::stack(views.logits, 1);
  const torch::Tensor confidence = logits.softmax(2).amax(2);
  const torch::Tensor each_label = labels.view({-1, 1, 1}).expand({-1, logits.size(1), 1});
  const torch::Tensor loss = -logits.log_softmax(2).gather(2, each_label).squeeze(2);
  const torch::Tensor exits = exits_taken(confidence, found.tau);
  append(found.label, labels);
  append(found.exit_taken, exits);
  append(found.prediction, logits.argmax(2));  // of the logits: softmax may round two classes to one value
  append(found.confidence, confidence);
  append(found.loss, loss);
  append(found.logits, at_exit(views.logits, exits));
  append(found.feature, at_exit(views.features, exits));
}

/// How many samples were answered twice with the same bits: all of the batch, or it is a failure.
std::int64_t check_repeatable(networks::MultiExitNetwork& network, const Batch& batch,
                              const networks::ExitViews& views) {
  const std::vector<torch::Tensor> again = network.forward_all(batch.inputs);
  for (std::size_t i = 0; i < again.size(); ++i) {
    const bool same = torch::equal(again[i], views.logits[i]) || again[i].isnan().any().item<bool>();
    if (!same)
      throw Error(ErrorKind::kFailure, "the network answers the same batch in two ways; set deterministic: true");
  }
  return batch.count();
}

}  // namespace

std::int64_t batch_size_on(const torch::Device& device, std::int64_t wish) {
  constexpr std::int64_t kCpuBatch = 64;
  constexpr std::int64_t kGpuBatch = 1024;
  if (wish > 0) return wish;
  return device.is_cpu() ? kCpuBatch : kGpuBatch;
}

schema::Observations record(networks::MultiExitNetwork& network, const SampleBank& samples,
                            const schema::ChosenSamples& recorded, double tau, std::int64_t batch_size) {
  const torch::NoGradGuard no_gradient;
  network.eval();
  schema::Observations found;
  found.exits = network.exits();
  found.classes = network.plan().shape.classes;
  found.features = network.plan().features();
  found.tau = tau;
  found.index = recorded.index;
  found.member = recorded.member;
  // A small first batch is answered twice; the same shape gives the same bits, so it cannot be a part of a larger one.
  const auto rest = recorded.index.begin() +
                    std::min<std::ptrdiff_t>(std::min(kCheckedTwice, batch_size), std::ssize(recorded.index));
  const auto see = [&](const Batch& batch, bool twice) {
    const networks::ExitViews views = network.forward_with_features(batch.inputs);
    if (twice) found.checked_twice = check_repeatable(network, batch, views);
    append_batch(found, views, batch.labels);
  };
  for_each_batch(samples, {recorded.index.begin(), rest}, batch_size, [&](const Batch& batch) { see(batch, true); });
  for_each_batch(samples, {rest, recorded.index.end()}, batch_size, [&](const Batch& batch) { see(batch, false); });
  return found;
}

}  // namespace exitaudit::record
