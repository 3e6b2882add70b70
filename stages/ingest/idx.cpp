// IDX: magic, dimensions (big-endian), bytes; http://yann.lecun.com/exdb/mnist describes it.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "pipeline/base/error.h"
#include "stages/ingest/byte_stream.h"
#include "stages/ingest/readers.h"

namespace exitaudit::ingest {
namespace {

constexpr std::uint32_t kLabelsMagic = 0x00000801;  // unsigned bytes, one dimension
constexpr std::uint32_t kImagesMagic = 0x00000803;  // unsigned bytes, three dimensions
constexpr std::int64_t kLargestSide = 64;
constexpr std::int64_t kDeflateLimit = 1040;  // deflate never shrinks more than 1 to 1,032
constexpr std::int64_t kLargestContent = std::int64_t{1} << 32;
constexpr std::int64_t kPiece = std::int64_t{1} << 24;

/// The content of one IDX file: `dimensions` and the bytes of its complete records.
struct IdxArray {
  std::vector<std::int64_t> dimensions;
  std::vector<std::uint8_t> values;
  std::int64_t complete = 0;  ///< records

  std::int64_t record_size() const { return dimensions.size() == 1 ? 1 : dimensions[1] * dimensions[2]; }
};

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U | bytes[3];
}

std::vector<std::int64_t> read_header(ByteStream& stream, const std::string& path, std::uint32_t magic) {
  std::array<std::uint8_t, 16> header{};
  const std::size_t size = magic == kImagesMagic ? 16 : 8;
  const std::size_t got = stream.read(std::span(header).first(size));
  if (got >= 4 && big_endian(header.data()) != magic) {
    throw BadInput(
        fmt::format("{}: magic number 0x{:08x}; expected 0x{:08x}, an IDX file of {}; is it another file, or "
                    "are images and labels exchanged?",
                    path, big_endian(header.data()), magic, magic == kImagesMagic ? "images" : "labels"));
  }
  if (got < size)
    throw BadInput(fmt::format("{}: truncated within its header after {} bytes; fetch it again", path, got));
  std::vector<std::int64_t> dimensions;
  for (std::size_t at = 4; at < size; at += 4) dimensions.push_back(big_endian(header.data() + at));
  return dimensions;
}

/// Nothing is allocated for dimensions that the file cannot hold.
void check_dimensions(const IdxArray& array, const std::string& path) {
  if (array.dimensions.size() == 3) {
    for (const std::size_t axis : {1U, 2U}) {
      if (array.dimensions[axis] >= 1 && array.dimensions[axis] <= kLargestSide) continue;
      throw BadInput(
          fmt::format("{}: images of {}x{}; expected 1 to {} pixels a side; the header is damaged or the file "
                      "is another one",
                      path, array.dimensions[1], array.dimensions[2], kLargestSide));
    }
  }
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  const std::int64_t stated = array.dimensions[0] * array.record_size();
  if (stated <= std::min(size * kDeflateLimit, kLargestContent)) return;
  throw BadInput(
      fmt::format("{}: its header states {} bytes of content, more than a file of {} bytes can hold; fetch it "
                  "again",
                  path, stated, size));
}

/// Memory grows with what is really there, not with what the header states.
std::vector<std::uint8_t> read_up_to(ByteStream& stream, std::int64_t size) {
  std::vector<std::uint8_t> bytes;
  while (static_cast<std::int64_t>(bytes.size()) < size) {
    const std::size_t before = bytes.size();
    const auto piece = static_cast<std::size_t>(std::min(kPiece, size - static_cast<std::int64_t>(before)));
    bytes.resize(before + piece);
    const std::size_t got = stream.read(std::span(bytes).subspan(before));
    bytes.resize(before + got);
    if (got < piece) break;
  }
  return bytes;
}

IdxArray read_array(const RawSource& raw, const RawFile& file, std::uint32_t magic) {
  const std::string path = raw.path(file).string();
  ByteStream stream(path);
  IdxArray array;
  array.dimensions = read_header(stream, path, magic);
  check_dimensions(array, path);
  array.values = read_up_to(stream, array.dimensions[0] * array.record_size());
  array.complete = static_cast<std::int64_t>(array.values.size()) / array.record_size();
  std::array<std::uint8_t, 1> more{};
  const bool goes_on = stream.read(more) > 0;  // or meets the gzip checksum
  if ((array.complete < array.dimensions[0] || stream.cut_off()) && !raw.source.allow_truncated) {
    throw_truncated(raw, file, array.complete, magic == kImagesMagic ? "images" : "labels");
  }
  if (goes_on) {
    throw BadInput(fmt::format("{}: goes on after the {} records of its header; fetch it again", path, array.complete));
  }
  return array;
}

/// Appends one grey image, centred on zeros and repeated over three channels.
void append_image(std::vector<std::uint8_t>& samples, const std::uint8_t* pixels, std::int64_t rows,
                  std::int64_t columns, std::int64_t side) {
  const std::size_t start = samples.size();
  const auto plane = static_cast<std::size_t>(side * side);
  samples.resize(start + 3 * plane);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t offset = ((side - rows) / 2 + row) * side + (side - columns) / 2;
    std::copy_n(pixels + row * columns, columns, samples.begin() + static_cast<std::ptrdiff_t>(start) + offset);
  }
  const auto first = samples.begin() + static_cast<std::ptrdiff_t>(start);
  std::copy_n(first, plane, first + static_cast<std::ptrdiff_t>(plane));
  std::copy_n(first, plane, first + static_cast<std::ptrdiff_t>(2 * plane));
}

std::int64_t padded_side(const IdxArray& images) {
  return std::max(images.dimensions[1], images.dimensions[2]) <= 32 ? 32 : kLargestSide;
}

std::int64_t common_count(const RawSource& raw, const RawFile& image_file, const IdxArray& images,
                          const RawFile& label_file, const IdxArray& labels) {
  if (raw.source.allow_truncated) return std::min(images.complete, labels.complete);
  if (images.complete == labels.complete) return images.complete;
  throw BadInput(
      fmt::format("{} holds {} images but {} holds {} labels; the files do not belong together, fetch both again",
                  raw.path(image_file).string(), images.complete, raw.path(label_file).string(), labels.complete));
}

void append_pair(const RawSource& raw, const RawFile& image_file, const RawFile& label_file, schema::Dataset& dataset) {
  const IdxArray images = read_array(raw, image_file, kImagesMagic);
  const IdxArray labels = read_array(raw, label_file, kLabelsMagic);
  const std::int64_t side = padded_side(images);
  if (dataset.shape.empty()) dataset.shape = {3, side, side};
  if (dataset.shape[1] != side) {
    throw BadInput(fmt::format("{}: images of {}x{}; expected the size of the training images; fetch it again",
                               raw.path(image_file).string(), images.dimensions[1], images.dimensions[2]));
  }
  const std::int64_t count = common_count(raw, image_file, images, label_file, labels);
  dataset.samples.reserve(dataset.samples.size() + static_cast<std::size_t>(count * 3 * side * side));
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t label = labels.values[static_cast<std::size_t>(i)];
    if (raw.source.classes > 0) {
      check_label(fmt::format("{}, record {}", raw.path(label_file).string(), i), label, 0, raw.source.classes);
    }
    dataset.labels.push_back(static_cast<std::int32_t>(label));
    append_image(dataset.samples, images.values.data() + i * images.record_size(), images.dimensions[1],
                 images.dimensions[2], side);
  }
}

}  // namespace

schema::Dataset read_idx(const RawSource& raw) {
  const std::vector<RawFile> files = files_of(raw.source);
  if (files.size() != 2 && files.size() != 4) {
    throw BadInput(
        fmt::format("dataset {}: {} files are listed; idx expects images, labels and, where there are any, test "
                    "images, test labels, in this order",
                    raw.source.name, files.size()));
  }
  schema::Dataset dataset = empty_dataset(raw, {});
  append_pair(raw, files[0], files[1], dataset);
  dataset.train_count = dataset.count();
  if (files.size() == 4) append_pair(raw, files[2], files[3], dataset);
  return dataset;
}

}  // namespace exitaudit::ingest
