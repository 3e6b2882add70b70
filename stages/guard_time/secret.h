#pragma once
// Secret: what TimeGuard's delays are drawn from. Who knows it can subtract them, so it is never printed and never
// kept.
//
// Part of the library exitaudit_guard: libcrypto and the standard library only. Errors are std::invalid_argument whose
// sentences never hold a byte of the secret.

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <span>
#include <string>

namespace exitaudit::guard_time {

inline constexpr const char* kSecretVariable = "EXITAUDIT_GUARD_SECRET";
inline constexpr const char* kSecretFileVariable = "EXITAUDIT_GUARD_SECRET_FILE";

/// Bytes that are wiped on destruction. Neither copied nor moved, so that there is one place to wipe.
class Secret {
 public:
  static constexpr std::size_t kLeastBytes = 16;
  static constexpr std::size_t kMostBytes = 1024;

  /// Throws std::invalid_argument for fewer than kLeastBytes or more than kMostBytes bytes.
  explicit Secret(std::span<const std::byte> bytes);
  ~Secret();
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  std::span<const std::byte> bytes() const { return std::span(bytes_).first(size_); }

 private:
  std::array<std::byte, kMostBytes> bytes_{};
  std::size_t size_ = 0;
};
std::ostream& operator<<(std::ostream&, const Secret&) = delete;

/// All bytes of a file, a newline at its end included. Throws std::invalid_argument where it cannot be read.
Secret read_secret(const std::filesystem::path& file);

/// Whether somebody other than the file's owner may read it.
bool readable_by_others(const std::filesystem::path& file);

/// From the file that EXITAUDIT_GUARD_SECRET_FILE names, or the text of EXITAUDIT_GUARD_SECRET. `warn` hears of a file
/// that others may read. Throws std::invalid_argument, telling how to make one, where neither or both are set.
Secret secret_from_environment(const std::function<void(const std::string& warning)>& warn);

}  // namespace exitaudit::guard_time
