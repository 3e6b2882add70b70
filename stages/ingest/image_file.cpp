#include "stages/ingest/image_file.h"

#include <fmt/format.h>
#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"

namespace exitaudit::ingest {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kLargestSide = 1024;
constexpr std::size_t kLargestFile = std::size_t{64} << 20U;

/// [height, width, 3] to [3, height, width].
Image planes_of(const std::vector<std::uint8_t>& interleaved, std::int64_t height, std::int64_t width) {
  Image image{.height = height, .width = width, .pixels = std::vector<std::uint8_t>(interleaved.size())};
  const std::size_t plane = interleaved.size() / 3;
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      image.pixels[channel * plane + i] = interleaved[3 * i + channel];
    }
  }
  return image;
}

void check_size(const fs::path& path, std::int64_t height, std::int64_t width) {
  if (height >= 1 && width >= 1 && height <= kLargestSide && width <= kLargestSide) return;
  throw BadInput(fmt::format("{}: an image of {}x{} pixels; expected 1 to {} a side; scale the images down",
                             path.string(), width, height, kLargestSide));
}

[[noreturn]] void throw_undecodable(const fs::path& path, std::string_view kind, std::string_view fault) {
  throw BadInput(
      fmt::format("{}: not a complete {} image ({}); replace or remove the file", path.string(), kind, fault));
}

Image decode_jpeg(const fs::path& path, const std::string& bytes) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), &tjDestroy);
  require(decoder != nullptr, "turbojpeg offers no decoder");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(decoder.get(), data, bytes.size(), &width, &height, &subsampling, &colours) != 0) {
    throw_undecodable(path, "JPEG", tjGetErrorStr2(decoder.get()));
  }
  check_size(path, height, width);
  if (colours == TJCS_CMYK || colours == TJCS_YCCK)
    throw_undecodable(path, "JPEG", "CMYK colours; expected RGB or grey");
  std::vector<std::uint8_t> pixels(3 * static_cast<std::size_t>(height) * static_cast<std::size_t>(width));
  const int flags = TJFLAG_ACCURATEDCT;
  if (tjDecompress2(decoder.get(), data, bytes.size(), pixels.data(), width, 0, height, TJPF_RGB, flags) != 0) {
    throw_undecodable(path, "JPEG", tjGetErrorStr2(decoder.get()));
  }
  return planes_of(pixels, height, width);
}

/// Frees what libpng keeps between reading the header and the pixels.
struct PngImage {
  png_image state{};
  PngImage() { state.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&state); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

Image decode_png(const fs::path& path, const std::string& bytes) {
  PngImage png;
  if (png_image_begin_read_from_memory(&png.state, bytes.data(), bytes.size()) == 0) {
    throw_undecodable(path, "PNG", png.state.message);
  }
  check_size(path, png.state.height, png.state.width);
  png.state.format = PNG_FORMAT_RGB;
  std::vector<std::uint8_t> pixels(PNG_IMAGE_SIZE(png.state));
  const png_color black{0, 0, 0};
  if (png_image_finish_read(&png.state, &black, pixels.data(), 0, nullptr) == 0) {
    throw_undecodable(path, "PNG", png.state.message);
  }
  return planes_of(pixels, png.state.height, png.state.width);
}

}  // namespace

bool is_image_name(const fs::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

Image read_image(const fs::path& path) {
  const std::string bytes = read_file(path, kLargestFile);
  if (bytes.starts_with("\xff\xd8")) return decode_jpeg(path, bytes);
  if (bytes.starts_with("\x89PNG")) return decode_png(path, bytes);
  throw BadInput(fmt::format("{}: neither a JPEG nor a PNG image ({} bytes); replace or remove the file", path.string(),
                             bytes.size()));
}

}  // namespace exitaudit::ingest
