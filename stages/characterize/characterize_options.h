#pragma once
// CharacterizeOptions: how loss distributions are compared (specification 8).

#include <cstdint>
#include <string>

#include "pipeline/config/fields.h"

namespace exitaudit::characterize {

struct CharacterizeOptions {
  std::int64_t bins = 100;
  std::int64_t permutations = 20;
};
void describe(Fields& f, CharacterizeOptions& o);

/// The settings of one characterize job.
struct CharacterizeJob {
  std::string dataset;  ///< with network, exits and seed: names the random streams
  std::string network;
  std::int64_t exits = 1;
  std::int64_t seed = 1;
  CharacterizeOptions characteristics;
};
void describe(Fields& f, CharacterizeJob& o);

}  // namespace exitaudit::characterize
