#pragma once
// SHA-256, the one hash behind fingerprints, content hashes and named random streams.

#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace exitaudit {

/// Incremental SHA-256. Not copyable; `digest()` may be called once.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& update(std::span<const std::byte> bytes);
  Sha256& update(std::string_view text);
  /// Length first, then the text: the concatenation of two fields is never ambiguous.
  Sha256& field(std::string_view text);

  std::array<std::byte, 32> digest();
  std::string hex();  ///< 64 lower-case hexadecimal digits

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view text);

/// Hash of a file's bytes from `offset` to its end. Throws Error(kFailure) where it cannot be read.
std::string sha256_file(const std::filesystem::path& path, std::size_t offset = 0);

}  // namespace exitaudit
