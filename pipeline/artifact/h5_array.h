#pragma once
// H5Array: the type and extent of a dataset, said without hdf5.h.

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

namespace exitaudit {

enum class H5Element { kUint8, kFlag, kInt32, kInt64, kFloat, kDouble, kText };

/// The element that a C++ type is stored as; flags are bytes that are told apart on disk.
template <class T>
constexpr H5Element element_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5Element::kUint8;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5Element::kInt32;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5Element::kInt64;
  if constexpr (std::is_same_v<T, float>) return H5Element::kFloat;
  return H5Element::kDouble;
}

/// Type and extent of a dataset.
struct H5Array {
  H5Element element = H5Element::kDouble;
  std::vector<std::int64_t> shape;  ///< {} is one value
  std::size_t text_size = 0;        ///< bytes of each text; kText only

  std::size_t element_size() const;
  /// Product of the shape. Throws Error(kFailure) where it is negative or its bytes do not fit 63 bits.
  std::int64_t count() const;
};

std::string to_string(H5Element element);                        ///< "int32", "flags", …
std::string shape_text(const std::vector<std::int64_t>& shape);  ///< "[500, 3, 32, 32]"

}  // namespace exitaudit
