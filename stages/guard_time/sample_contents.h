#pragma once
// What the guard hashes of a dataset's samples, and of near-duplicates: what an adversary asks instead of a sample to
// get another delay for the same clean time (specification 7, adaptive adversary a).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/guard_time/content_hash.h"
#include "stages/schema/dataset.h"

namespace exitaudit::guard_time {

/// `dataset` must outlive it.
class SampleContents {
 public:
  /// Throws Error(kFailure) for images of neither one nor three channels.
  explicit SampleContents(const schema::Dataset& dataset);

  /// The most near-duplicates that one sample has: its bits, or its pixels.
  std::int64_t near_duplicates() const { return places_; }

  /// Average hash of the pixels in row, column, channel order, or SHA-512 of the bits.
  std::string hash(std::int64_t sample) const;
  /// The same of its near-duplicate `place` (below near_duplicates()): bit `place` flipped, or every channel of pixel
  /// `place` (row by row) one level up, from 255 one down.
  std::string hash_near(std::int64_t sample, std::int64_t place) const;

 private:
  std::vector<std::uint8_t> content(std::int64_t sample) const;
  std::string hash_of(const std::vector<std::uint8_t>& content) const;

  const schema::Dataset& dataset_;
  std::int64_t channels_ = 1;
  std::int64_t places_ = 0;
  std::optional<ImageHasher> images_;  ///< none: rows of bits
};

}  // namespace exitaudit::guard_time
