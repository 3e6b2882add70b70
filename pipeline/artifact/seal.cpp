#include "pipeline/artifact/seal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <string_view>

#include "pipeline/artifact/header.h"
#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"

namespace exitaudit {
namespace {

constexpr std::string_view kMagic = "exitaudit artifact ";

bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char digit) {
           return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
         });
}

bool is_noun(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
  });
}

bool is_well_formed(const Seal& seal) {
  return is_noun(seal.noun) && is_hash(seal.fingerprint) && is_hash(seal.content) && is_hash(seal.made_from);
}

[[noreturn]] void throw_corrupt(const std::filesystem::path& path, std::string_view what) {
  throw Error(ErrorKind::kCorruptArtifact, fmt::format("{}: {}; run again to rebuild it", path.string(), what));
}

std::string read_seal_bytes(const std::filesystem::path& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw_errno("cannot read " + path.string());
  std::string bytes(kSealBytes, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) throw_errno("cannot read " + path.string());
  if (bytes.size() < kSealBytes) throw_corrupt(path, fmt::format("is cut off after {} bytes", bytes.size()));
  return bytes;
}

/// Takes the text up to the next line end off the front, without `name` and the space behind it; "" where it has
/// another name.
std::string take_field(std::string_view& text, std::string_view name) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') return "";
  return std::string(line.substr(name.size() + 1));
}

/// The lines and, as the last one, their hash; every format keeps to this.
bool is_intact(std::string_view bytes) {
  const std::size_t at = bytes.find("\nseal ");
  if (at == std::string_view::npos) return false;
  const std::string_view lines = bytes.substr(0, at + 1);
  std::string expected = fmt::format("{}seal {}\n", lines, sha256_hex(lines));
  expected.resize(kSealBytes, '\0');
  return bytes == expected;
}

int format_of(std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  int format = 0;
  const std::string_view number = line.substr(kMagic.size());
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), format);
  return error == std::errc() && end == number.data() + number.size() ? format : 0;
}

}  // namespace

std::string render_seal(const Seal& seal) {
  require(is_well_formed(seal),
          fmt::format("an artifact's seal needs a noun of a-z, 0-9 and _, and three hashes of 64 hexadecimal digits; "
                      "noun \"{}\", fingerprint \"{}\"",
                      seal.noun, seal.fingerprint));
  std::string text = fmt::format("{}{}\nnoun {}\nfingerprint {}\ncontent {}\nmade_from {}\n", kMagic, kArtifactFormat,
                                 seal.noun, seal.fingerprint, seal.content, seal.made_from);
  text += fmt::format("seal {}\n", sha256_hex(text));
  text.resize(kSealBytes, '\0');
  return text;
}

Seal read_seal(const std::filesystem::path& path) {
  const std::string bytes = read_seal_bytes(path);
  std::string_view text = bytes;
  if (!text.starts_with(kMagic)) throw_corrupt(path, "is not an artifact of exitaudit, or was never completed");
  if (!is_intact(text)) throw_corrupt(path, "its seal (the first 1,024 bytes) is damaged");
  if (const int format = format_of(text); format > kArtifactFormat) {
    throw Error(ErrorKind::kFailure,
                fmt::format("{}: artifact format {} is newer than this program's {}; update exitaudit", path.string(),
                            format, kArtifactFormat));
  }
  take_field(text, "exitaudit");
  Seal seal;
  seal.noun = take_field(text, "noun");
  seal.fingerprint = take_field(text, "fingerprint");
  seal.content = take_field(text, "content");
  seal.made_from = take_field(text, "made_from");
  if (!is_well_formed(seal) || render_seal(seal) != bytes) throw_corrupt(path, "its seal is not of format 1");
  return seal;
}

void verify_content(const std::filesystem::path& path) {
  const Seal seal = read_seal(path);
  if (sha256_file(path, kSealBytes) != seal.content) {
    throw_corrupt(path, "is damaged: its bytes are not those that were written");
  }
}

std::string made_from_digest(const std::vector<std::string>& content_hashes) {
  Sha256 hash;
  for (const std::string& content : content_hashes) hash.field(content);
  return hash.hex();
}

}  // namespace exitaudit
