#pragma once
// verdicts: what one attack says of each target sample, and how well it did. Positive = member.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "stages/schema/measurement.h"

namespace exitaudit::schema {

struct Verdicts {
  std::string attack;                  ///< "score", "gradient", "label_only", "exit_only"
  std::string exit_source;             ///< "none", "known", "stolen", "predicted"
  std::vector<std::int64_t> index;     ///< [n] sample in the target's dataset
  std::vector<std::uint8_t> member;    ///< [n] the truth
  std::vector<std::int32_t> label;     ///< [n] true class
  std::vector<std::int32_t> exit;      ///< [n] exit taken, the truth
  std::vector<std::uint8_t> correct;   ///< [n] the model's answer was right
  std::vector<double> score;           ///< [n] the attack's membership score, larger = member
  std::vector<std::uint8_t> decision;  ///< [n] the attack's answer
  std::vector<Measurement> measurements;
};

/// Throws Error(kFailure) with the sample's index: unequal lengths, a NaN, a flag that is none, an index seen twice.
void check(const Verdicts& verdicts);
void write(ArtifactWriter& out, const Verdicts& verdicts);
Verdicts read_verdicts(const ArtifactReader& in);

}  // namespace exitaudit::schema
