#pragma once
// One image file: JPEG or PNG, told apart by its first bytes, decoded to three equal-sized channels.

#include <cstdint>
#include <filesystem>
#include <vector>

namespace exitaudit::ingest {

struct Image {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::vector<std::uint8_t> pixels;  ///< [3, height, width]; grey images have three equal channels
};

/// Throws BadInput where the file is neither, is damaged, or is larger than 1,024 pixels a side. Transparent pixels are
/// laid on black. Decoding is exact integer arithmetic: the same bytes on every machine.
Image read_image(const std::filesystem::path& path);

/// By its name: .jpg, .jpeg or .png in any case.
bool is_image_name(const std::filesystem::path& path);

}  // namespace exitaudit::ingest
