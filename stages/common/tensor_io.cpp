#include "stages/common/tensor_io.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

bool is_batch_counter(const std::string& name) {
  return name.ends_with("num_batches_tracked");
}

/// The module's own tensors, parameters first.
std::vector<std::pair<std::string, torch::Tensor>> tensors_of(const torch::nn::Module& module) {
  std::vector<std::pair<std::string, torch::Tensor>> found;
  for (const auto& parameter : module.named_parameters()) found.emplace_back(parameter.key(), parameter.value());
  for (const auto& buffer : module.named_buffers()) {
    if (!is_batch_counter(buffer.key())) found.emplace_back(buffer.key(), buffer.value());
  }
  return found;
}

[[noreturn]] void fail(const std::string& source, const std::string& what) {
  throw Error(ErrorKind::kFailure,
              fmt::format("{}: {}; the weights are of another network than the study's", source, what));
}

void load_one(const std::string& name, torch::Tensor tensor, const schema::NamedArray& array,
              const std::string& source) {
  if (tensor.sizes() != torch::IntArrayRef(array.shape)) {
    fail(source, fmt::format("array \"{}\" has shape [{}], expected [{}]", name, fmt::join(array.shape, ", "),
                             fmt::join(tensor.sizes(), ", ")));
  }
  if (static_cast<std::int64_t>(array.values.size()) != tensor.numel()) {
    fail(source,
         fmt::format("array \"{}\" holds {} values, its shape needs {}", name, array.values.size(), tensor.numel()));
  }
  tensor.copy_(torch::tensor(array.values, torch::kFloat).view(tensor.sizes()));
}

}  // namespace

schema::NamedArray to_array(const std::string& name, const torch::Tensor& tensor) {
  return {.name = name, .shape = tensor.sizes().vec(), .values = to_vector<float>(tensor.detach())};
}

std::vector<schema::NamedArray> module_arrays(const torch::nn::Module& module) {
  std::vector<schema::NamedArray> arrays;
  for (const auto& [name, tensor] : tensors_of(module)) arrays.push_back(to_array(name, tensor));
  return arrays;
}

void load_arrays(torch::nn::Module& module, const std::vector<schema::NamedArray>& arrays, const std::string& source) {
  const torch::NoGradGuard no_gradient;
  std::map<std::string, const schema::NamedArray*> by_name;
  for (const schema::NamedArray& array : arrays) {
    if (!by_name.emplace(array.name, &array).second)
      fail(source, fmt::format("array \"{}\" is there twice", array.name));
  }
  for (const auto& [name, tensor] : tensors_of(module)) {
    const auto found = by_name.find(name);
    if (found == by_name.end()) fail(source, fmt::format("array \"{}\" is missing", name));
    load_one(name, tensor, *found->second, source);
    by_name.erase(found);
  }
  if (!by_name.empty()) fail(source, fmt::format("array \"{}\" has no place in the network", by_name.begin()->first));
}

}  // namespace exitaudit
