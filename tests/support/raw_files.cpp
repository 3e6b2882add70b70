#include "tests/support/raw_files.h"

#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <fstream>

namespace exitaudit::ingest::test {

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  std::string in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string big_endian(std::uint32_t value) {
  std::string text;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) text += static_cast<char>(value >> shift & 0xffU);
  return text;
}

std::string idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns, const std::string& pixels) {
  return big_endian(0x803) + big_endian(count) + big_endian(rows) + big_endian(columns) + pixels;
}

std::string idx_labels(const std::string& labels) {
  return big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

std::string cifar_record(const std::string& labels, std::uint8_t pixel) {
  return labels + std::string(3072, static_cast<char>(pixel));
}

namespace {

std::vector<std::uint8_t> one_colour(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), {red, green, blue});
  return pixels;
}

}  // namespace

std::string jpeg(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue, bool grey) {
  const std::vector<std::uint8_t> pixels = one_colour(width, height, red, green, blue);
  tjhandle encoder = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  tjCompress2(encoder, pixels.data(), width, 0, height, TJPF_RGB, &bytes, &size, grey ? TJSAMP_GRAY : TJSAMP_444, 95,
              0);
  std::string text(reinterpret_cast<char*>(bytes), size);
  tjFree(bytes);
  tjDestroy(encoder);
  return text;
}

std::string png(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue, bool grey) {
  const std::vector<std::uint8_t> colours = one_colour(width, height, red, green, blue);
  const std::vector<std::uint8_t> greys(static_cast<std::size_t>(width * height), red);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  const void* pixels = grey ? greys.data() : colours.data();
  png_image_write_to_memory(&image, nullptr, &size, 0, pixels, 0, nullptr);
  std::string text(size, '\0');
  png_image_write_to_memory(&image, text.data(), &size, 0, pixels, 0, nullptr);
  return text;
}

RawSource raw_source(const std::filesystem::path& folder, Format format, std::int64_t classes) {
  RawSource raw;
  raw.source.name = "tiny";
  raw.source.format = format;
  raw.source.classes = classes;
  raw.folder = folder;
  return raw;
}

}  // namespace exitaudit::ingest::test
