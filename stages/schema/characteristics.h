#pragma once
// characteristics: what explains a model's leak (specification 8): how far losses of members lie from those of others,
// overfitting, use of exits, calibration, overthinking. Positive = member.

#include <cstdint>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "stages/schema/measurement.h"

namespace exitaudit::schema {

/// Row 0 of the histograms is of the whole model, row 1+k of the samples that left at exit k; of equally many members
/// and non-members each. Rows without samples are NaN.
struct Characteristics {
  std::int64_t exits = 1;
  std::int64_t bins = 100;
  std::vector<std::int64_t> samples;       ///< [1 + exits] members in the row, and as many non-members
  std::vector<double> edges;               ///< [1 + exits, bins + 1] of the loss, nats; the last bin is open above
  std::vector<double> member_density;      ///< [1 + exits, bins] share of samples / width of the bin
  std::vector<double> non_member_density;  ///< [1 + exits, bins]
  std::vector<Measurement> measurements;
};

/// Throws Error(kFailure) where an array has another length.
void check(const Characteristics& characteristics);
void write(ArtifactWriter& out, const Characteristics& characteristics);
Characteristics read_characteristics(const ArtifactReader& in);

}  // namespace exitaudit::schema
