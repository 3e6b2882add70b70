#pragma once
// HKDF with SHA-256 (RFC 5869): from a secret and a text to as many bytes as one needs, none of which tell the secret.
//
// Part of the library exitaudit_guard.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace exitaudit::guard_time {

using Key = std::array<std::byte, 32>;

/// HMAC-SHA256(salt, secret): a key of full strength, however the secret's randomness is spread. As secret as that.
Key hkdf_extract(std::span<const std::byte> salt, std::span<const std::byte> secret);

/// `length` bytes that belong to `info`. Throws std::invalid_argument for more than 255 * 32 of them.
std::vector<std::byte> hkdf_expand(std::span<const std::byte> key, std::span<const std::byte> info, std::size_t length);

}  // namespace exitaudit::guard_time
