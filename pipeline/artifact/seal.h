#pragma once
// Seal: the first 1,024 bytes of an artifact, which say what it is and what its other bytes must hash to.
//
// It lies in HDF5's user block, so that "is this artifact there, whole, and made from what we have?" needs neither
// HDF5 nor trust in the bytes that HDF5 would parse. Its own last line is a hash of the lines before it: no byte of
// the file can change unnoticed.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace exitaudit {

inline constexpr std::size_t kSealBytes = 1024;

struct Seal {
  std::string noun;         ///< kind of artifact: "weights"
  std::string fingerprint;  ///< 64 hexadecimal digits: what should be in it
  std::string content;      ///< SHA-256 of every byte after the seal: what is in it
  std::string made_from;    ///< digest of its inputs' content hashes, see made_from_digest()

  bool operator==(const Seal&) const = default;
};

/// Exactly kSealBytes bytes (FORMAT.md). Throws Error(kFailure) where a field is not of its form.
std::string render_seal(const Seal& seal);

/// Throws Error(kCorruptArtifact) where the seal is damaged, cut off or of another program, Error(kFailure) where
/// the file cannot be read or has a newer format.
Seal read_seal(const std::filesystem::path& path);

/// Whether the bytes behind the seal are those it names. Throws Error(kCorruptArtifact) if not.
void verify_content(const std::filesystem::path& path);

/// Digest over the inputs' content hashes in the order of the job's inputs.
std::string made_from_digest(const std::vector<std::string>& content_hashes);

}  // namespace exitaudit
