#include "pipeline/artifact/reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/artifact/h5_input.h"
#include "pipeline/artifact/header_attributes.h"
#include "pipeline/artifact/seal.h"
#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

/// Deflate shrinks at most 1,032 times: an array that claims more than its file can hold is never allocated.
constexpr std::int64_t kLargestRatio = 1100;

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw Error(ErrorKind::kFailure, path.string() + ": " + what);
}

bool fits(H5Element stored, H5Element wanted) {
  return stored == wanted || (stored == H5Element::kFlag && wanted == H5Element::kUint8);
}

template <class Value>
Value present(const std::optional<Value>& value, const std::filesystem::path& path, const std::string& name) {
  if (!value) fail(path, fmt::format("has no attribute \"{}\" of the type that is asked for", name));
  return *value;
}

std::string text_at(const std::string& bytes, std::size_t place, std::size_t size) {
  const std::string text = bytes.substr(place * size, size);
  return text.substr(0, text.find('\0'));
}

}  // namespace

ArtifactReader::ArtifactReader() = default;
ArtifactReader::~ArtifactReader() = default;
ArtifactReader::ArtifactReader(ArtifactReader&&) noexcept = default;
ArtifactReader& ArtifactReader::operator=(ArtifactReader&&) noexcept = default;

ArtifactReader ArtifactReader::open(const std::filesystem::path& path, const std::string& expected_noun) {
  const Seal seal = read_seal(path);
  if (!expected_noun.empty() && seal.noun != expected_noun) {
    fail(path, fmt::format("holds {}, where {} is expected", seal.noun, expected_noun));
  }
  verify_content(path);
  ArtifactReader reader;
  reader.path_ = path;
  reader.content_ = seal.content;
  reader.file_ = std::make_unique<H5Input>(path);
  reader.header_ = read_header(*reader.file_, path);
  const ArtifactHeader& header = reader.header_;
  if (seal != Seal{header.noun, header.fingerprint, seal.content, made_from(header)}) {
    throw Error(ErrorKind::kCorruptArtifact,
                path.string() + ": its seal and its attributes name different work; run again to rebuild it");
  }
  return reader;
}

std::vector<std::string> ArtifactReader::names() const {
  return file_->names();
}

bool ArtifactReader::has(const std::string& name) const {
  return std::binary_search(file_->names().begin(), file_->names().end(), name);
}

H5Array ArtifactReader::describe(const std::string& name) const {
  if (!has(name)) {
    fail(path_, fmt::format("has no dataset \"{}\"; it has {}", name,
                            names().empty() ? "none" : fmt::format("{}", fmt::join(names(), ", "))));
  }
  const auto array = file_->describe(name);
  if (!array) fail(path_, fmt::format("dataset \"{}\" is of a type that exitaudit does not write", name));
  std::error_code ignored;
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path_, ignored));
  if (array->count() >
      size * kLargestRatio / static_cast<std::int64_t>(std::max<std::size_t>(1, array->element_size()))) {
    fail(path_, fmt::format("dataset \"{}\" claims the shape {}, more than a file of {} bytes can hold", name,
                            shape_text(array->shape), size));
  }
  return *array;
}

H5Array ArtifactReader::describe(const std::string& name, H5Element wanted) const {
  H5Array array = describe(name);
  if (!fits(array.element, wanted)) {
    fail(path_, fmt::format("dataset \"{}\" holds {}, not {}", name, to_string(array.element), to_string(wanted)));
  }
  return array;
}

std::vector<std::int64_t> ArtifactReader::shape(const std::string& name) const {
  return describe(name).shape;
}

template <class T>
std::vector<T> ArtifactReader::read(const std::string& name) const {
  const H5Array array = describe(name, element_of<T>());
  std::vector<T> values(static_cast<std::size_t>(array.count()));
  file_->read(name, array, values.data());
  return values;
}

template <class T>
std::vector<T> ArtifactReader::read_rows(const std::string& name, std::int64_t first, std::int64_t count) const {
  const H5Array array = describe(name, element_of<T>());
  const std::int64_t rows = array.shape.empty() ? 0 : array.shape[0];
  if (first < 0 || count < 0 || first > rows || count > rows - first) {
    fail(path_, fmt::format("dataset \"{}\" has {} rows; {} from {} on were asked for", name, rows, count, first));
  }
  H5Array part = array;
  if (!part.shape.empty()) part.shape[0] = count;
  std::vector<T> values(array.shape.empty() ? 0 : static_cast<std::size_t>(part.count()));
  if (!values.empty()) file_->read_rows(name, array, first, count, values.data());
  return values;
}

std::vector<std::string> ArtifactReader::read_texts(const std::string& name) const {
  const H5Array array = describe(name, H5Element::kText);
  std::string bytes(static_cast<std::size_t>(array.count()) * array.text_size, '\0');
  file_->read(name, array, bytes.data());
  std::vector<std::string> texts(static_cast<std::size_t>(array.count()));
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = text_at(bytes, i, array.text_size);
  return texts;
}

bool ArtifactReader::has_attribute(const std::string& name) const {
  return file_->has_attribute(name);
}

std::string ArtifactReader::text_attribute(const std::string& name) const {
  return present(file_->text_attribute(name), path_, name);
}

double ArtifactReader::real_attribute(const std::string& name) const {
  return present(file_->real_attribute(name), path_, name);
}

std::int64_t ArtifactReader::integer_attribute(const std::string& name) const {
  return present(file_->integer_attribute(name), path_, name);
}

template std::vector<std::uint8_t> ArtifactReader::read(const std::string&) const;
template std::vector<std::int32_t> ArtifactReader::read(const std::string&) const;
template std::vector<std::int64_t> ArtifactReader::read(const std::string&) const;
template std::vector<float> ArtifactReader::read(const std::string&) const;
template std::vector<double> ArtifactReader::read(const std::string&) const;
template std::vector<std::uint8_t> ArtifactReader::read_rows(const std::string&, std::int64_t, std::int64_t) const;
template std::vector<std::int32_t> ArtifactReader::read_rows(const std::string&, std::int64_t, std::int64_t) const;
template std::vector<std::int64_t> ArtifactReader::read_rows(const std::string&, std::int64_t, std::int64_t) const;
template std::vector<float> ArtifactReader::read_rows(const std::string&, std::int64_t, std::int64_t) const;
template std::vector<double> ArtifactReader::read_rows(const std::string&, std::int64_t, std::int64_t) const;

}  // namespace exitaudit
