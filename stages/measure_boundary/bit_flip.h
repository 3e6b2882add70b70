#pragma once
// Bit flips: how sure a model is of a row of bits, by labels alone (specification 5.5).

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "stages/measure_boundary/decision_oracle.h"

namespace exitaudit::measure_boundary {

/// Flips of one bit that the paper tries, over the number of bits: {1, 2, 3, 5, 10} / F, no more than 1.
std::vector<double> flip_rates(std::int64_t features);

/// Places 0 .. size-1, ascending, each there with chance `rate`, independently; from the stream of `names`.
std::vector<std::int64_t> draw_places(const std::vector<std::string>& names, std::int64_t size, double rate);

/// What was found of one row.
struct FlippedRow {
  std::int64_t label = 0;      ///< the oracle's answer to the row itself
  std::vector<double> shares;  ///< [rates] of the flipped copies that get the same label
  std::int64_t queries = 0;    ///< labels asked for
};

/// One for each of `rows` [n, F], float32 zeros and ones on the oracle's device: `copies` copies for each rate, every
/// bit flipped with that chance. Row i draws from the streams named by `names` and index[i]. `after_row` is called with
/// the rows done; what it throws ends the search.
std::vector<FlippedRow> flip_bits(
    DecisionOracle& oracle, const torch::Tensor& rows, const std::vector<std::int64_t>& index,
    const std::vector<std::string>& names, const std::vector<double>& rates, std::int64_t copies,
    const std::function<void(std::int64_t)>& after_row = [](std::int64_t) {});

}  // namespace exitaudit::measure_boundary
