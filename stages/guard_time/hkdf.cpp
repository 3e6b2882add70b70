#include "stages/guard_time/hkdf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <stdexcept>

namespace exitaudit::guard_time {
namespace {

Key hmac_sha256(std::span<const std::byte> key, std::span<const std::byte> message) {
  Key digest{};
  unsigned int size = 0;
  const auto* text = reinterpret_cast<const unsigned char*>(message.data());
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text, message.size(),
                          reinterpret_cast<unsigned char*>(digest.data()), &size);
  if (made == nullptr || size != digest.size()) throw std::runtime_error("libcrypto offers no HMAC with SHA-256");
  return digest;
}

}  // namespace

Key hkdf_extract(std::span<const std::byte> salt, std::span<const std::byte> secret) {
  return hmac_sha256(salt, secret);
}

std::vector<std::byte> hkdf_expand(std::span<const std::byte> key, std::span<const std::byte> info,
                                   std::size_t length) {
  if (length > 255 * sizeof(Key)) throw std::invalid_argument("HKDF gives at most 8160 bytes");
  std::vector<std::byte> output;
  Key last{};
  for (unsigned int block = 1; output.size() < length; ++block) {
    // T(i) = HMAC(key, T(i-1) || info || i), T(0) being empty.
    std::vector<std::byte> message;
    if (block > 1) message.assign(last.begin(), last.end());
    message.insert(message.end(), info.begin(), info.end());
    message.push_back(static_cast<std::byte>(block));
    last = hmac_sha256(key, message);
    const std::size_t wanted = std::min(last.size(), length - output.size());
    output.insert(output.end(), last.begin(), last.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  return output;
}

}  // namespace exitaudit::guard_time
