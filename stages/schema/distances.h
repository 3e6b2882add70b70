#pragma once
// distances: how far each sample is from another label, or how often it keeps its own (specification 5.4, 5.5).

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

inline constexpr const char* kHopSkipJump = "hop_skip_jump";  ///< images
inline constexpr const char* kBitFlips = "bit_flips";         ///< rows of bits

/// Row i of every array belongs to the sample `index[i]`. Of each exit there are as many members as non-members, or
/// (population: natural) both in the proportion in which they leave there.
/// Distances and shares are raw: a misclassified sample has its own.
struct Distances {
  std::string method = kHopSkipJump;
  std::int64_t exits = 1;
  std::int64_t dimension = 0;            ///< values of a sample
  std::vector<double> exit_share;        ///< [exits] of all recorded samples, how many leave there
  std::vector<double> rates;             ///< [rates] chance of a bit to be flipped; none for hop_skip_jump
  std::vector<std::int64_t> index;       ///< [n] in the dataset
  std::vector<std::uint8_t> member;      ///< [n] 1 = the model was trained on it
  std::vector<std::int32_t> label;       ///< [n] true class
  std::vector<std::int32_t> prediction;  ///< [n] the answer to the sample itself
  std::vector<std::int32_t> exit_taken;  ///< [n] 0 .. exits-1
  std::vector<std::uint8_t> correct;     ///< [n] prediction = label
  std::vector<std::uint8_t> found;       ///< [n] hop_skip_jump: some sample with another label was found
  std::vector<double> distance;          ///< [n] hop_skip_jump: L2; 0 where none was found
  std::vector<double> share;             ///< [n, rates] bit_flips: of the copies that keep the prediction, [0, 1]
  std::vector<std::int64_t> queries;     ///< [n] labels asked for

  std::int64_t count() const { return static_cast<std::int64_t>(index.size()); }
};

/// Throws Error(kFailure) with the sample's index: a NaN, a negative distance, a share above 1, an exit out of range,
/// an index seen twice, a flag `correct` that contradicts prediction and label, unequal lengths; an unknown method.
void check(const Distances& distances);
void write(ArtifactWriter& out, const Distances& distances);
Distances read_distances(const ArtifactReader& in);

}  // namespace exitaudit::schema
