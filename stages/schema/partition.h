#pragma once
// partition: four disjoint parts of a dataset, and the calibration share of both test parts (specification 1.3, 4).

#include <cstdint>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

/// One side: what one model is trained on (members), its non-members, and the samples kept for choosing tau.
struct Side {
  std::vector<std::int64_t> members;      ///< trained on
  std::vector<std::int64_t> non_members;  ///< without the calibration share
  std::vector<std::int64_t> calibration;  ///< from the test part; attacks and analyses never use it unless share = 0
};

struct Partition {
  Side target;
  Side shadow;
  bool calibration_shared = false;  ///< share = 0: calibration is the whole test part, as the released code does

  /// "target" or "shadow0".
  const Side& side(const std::string& role) const;
};

/// Throws Error(kFailure) where parts overlap or an index is out of 0 .. count-1.
void check(const Partition& partition, std::int64_t count);

/// Which samples are shown to an adversary, in which order, and which of them the model was trained on.
struct ChosenSamples {
  std::vector<std::int64_t> index;
  std::vector<std::uint8_t> member;
};
/// The first n members and the first n non-members, n as large as both parts and `cap` allow (0 = no cap). The
/// calibration samples are never among them, unless they are the whole test part.
ChosenSamples choose_samples(const Side& side, std::int64_t cap);

void write(ArtifactWriter& out, const Partition& partition);
Partition read_partition(const ArtifactReader& in);

}  // namespace exitaudit::schema
