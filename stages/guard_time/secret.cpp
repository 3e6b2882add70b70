#include "stages/guard_time/secret.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace exitaudit::guard_time {
namespace {

constexpr const char* kRecipe =
    "make one with `head -c 32 /dev/urandom > guard.secret; chmod 600 guard.secret` and set "
    "EXITAUDIT_GUARD_SECRET_FILE to that file's path";

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument(what);
}

/// Room for a whole secret and one byte more, wiped like the secret itself.
struct Buffer {
  std::array<std::byte, Secret::kMostBytes + 1> bytes{};
  Buffer() = default;
  ~Buffer() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
};

/// Closed on every way out.
struct OpenFile {
  int handle;
  explicit OpenFile(const std::filesystem::path& path) : handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (handle >= 0) ::close(handle);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
};

/// Unbuffered, for a stream's buffer would be a second copy that nobody wipes.
std::size_t read_up_to(const std::filesystem::path& path, std::span<std::byte> into) {
  const OpenFile file(path);
  std::size_t size = 0;
  while (file.handle >= 0 && size < into.size()) {
    const ssize_t more = ::read(file.handle, into.data() + size, into.size() - size);
    if (more == 0) return size;
    if (more > 0) size += static_cast<std::size_t>(more);
    if (more < 0 && errno != EINTR) break;
  }
  if (size < into.size()) refuse("cannot read the guard's secret from " + path.string() + ": " + std::strerror(errno));
  return size;
}

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

Secret::Secret(std::span<const std::byte> bytes) : size_(bytes.size()) {
  if (bytes.size() < kLeastBytes) {
    refuse("the guard's secret is too short: it has " + std::to_string(bytes.size()) + " bytes and needs at least " +
           std::to_string(kLeastBytes) + "; " + kRecipe);
  }
  if (bytes.size() > kMostBytes) {
    refuse("the guard's secret is longer than " + std::to_string(kMostBytes) + " bytes; " + kRecipe);
  }
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

Secret::~Secret() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

Secret read_secret(const std::filesystem::path& file) {
  Buffer buffer;
  const std::size_t size = read_up_to(file, buffer.bytes);
  return Secret(std::span<const std::byte>(buffer.bytes).first(size));
}

bool readable_by_others(const std::filesystem::path& file) {
  using std::filesystem::perms;
  std::error_code unreadable;  // then nobody else is known to read it, and whoever reads it says what is wrong
  const std::filesystem::file_status status = std::filesystem::status(file, unreadable);
  if (unreadable) return false;
  return (status.permissions() & (perms::group_read | perms::others_read)) != perms::none;
}

Secret secret_from_environment(const std::function<void(const std::string& warning)>& warn) {
  const std::string_view text = variable(kSecretVariable);
  const std::filesystem::path file = variable(kSecretFileVariable);
  if (text.empty() && file.empty()) refuse(std::string("the guard needs a secret: ") + kRecipe);
  if (!text.empty() && !file.empty()) {
    refuse("EXITAUDIT_GUARD_SECRET and EXITAUDIT_GUARD_SECRET_FILE are both set; unset one of them");
  }
  if (file.empty()) return Secret(std::as_bytes(std::span(text)));
  if (readable_by_others(file)) {
    warn("the guard's secret " + file.string() + " can be read by others; `chmod 600 " + file.string() + "`");
  }
  return read_secret(file);
}

}  // namespace exitaudit::guard_time
