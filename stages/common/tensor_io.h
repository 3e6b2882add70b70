#pragma once
// Between a module and the named arrays of an artifact; strict: what does not fit exactly is named and refused.

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

#include "stages/schema/weights.h"

namespace exitaudit {

/// Every parameter and buffer by its name, but the batch counters, which nothing reads.
std::vector<schema::NamedArray> module_arrays(const torch::nn::Module& module);

/// Throws Error(kFailure) naming `source` and the array: missing, one too many, or of another shape.
void load_arrays(torch::nn::Module& module, const std::vector<schema::NamedArray>& arrays, const std::string& source);

schema::NamedArray to_array(const std::string& name, const torch::Tensor& tensor);

template <class T>
std::vector<T> to_vector(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.to(torch::kCPU, c10::CppTypeToScalarType<T>::value).contiguous();
  return {flat.template const_data_ptr<T>(), flat.template const_data_ptr<T>() + flat.numel()};
}

}  // namespace exitaudit
