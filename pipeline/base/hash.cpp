#include "pipeline/base/hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <cstdio>
#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit {

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(state_->context != nullptr && EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr) == 1,
          "libcrypto offers no SHA-256");
}

Sha256::~Sha256() = default;

Sha256& Sha256::update(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1, "SHA-256 failed");
  return *this;
}

Sha256& Sha256::update(std::string_view text) {
  return update(std::as_bytes(std::span(text.data(), text.size())));
}

Sha256& Sha256::field(std::string_view text) {
  return update(fmt::format("{}:", text.size())).update(text);
}

std::array<std::byte, 32> Sha256::digest() {
  std::array<std::byte, 32> bytes{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(bytes.data()), &size) == 1 && size == 32,
          "SHA-256 failed");
  return bytes;
}

std::string Sha256::hex() {
  std::string text;
  for (std::byte byte : digest()) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::string sha256_hex(std::string_view text) {
  return Sha256().update(text).hex();
}

std::string sha256_file(const std::filesystem::path& path, std::size_t offset) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file || std::fseek(file.get(), static_cast<long>(offset), SEEK_SET) != 0) {
    throw_errno("cannot read " + path.string());
  }
  Sha256 hash;
  std::vector<std::byte> buffer(std::size_t{1} << 20);
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    hash.update(std::span<const std::byte>(buffer.data(), size));
  }
  if (std::ferror(file.get()) != 0) throw_errno("cannot read " + path.string());
  return hash.hex();
}

}  // namespace exitaudit
