#pragma once
// Bytes as tests write them: in hexadecimal, counted up, or all alike.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace exitaudit::guard_time {

using Bytes = std::vector<std::byte>;

/// first, first + 1, … last.
inline Bytes count_up(int first, int last) {
  Bytes bytes;
  for (int value = first; value <= last; ++value) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

inline Bytes bytes_of(const std::string& text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::string hex(std::span<const std::byte> bytes) {
  std::string text;
  for (const std::byte byte : bytes) {
    for (const unsigned int digit :
         {std::to_integer<unsigned int>(byte) >> 4U, std::to_integer<unsigned int>(byte) & 15U})
      text += "0123456789abcdef"[digit];
  }
  return text;
}

}  // namespace exitaudit::guard_time
