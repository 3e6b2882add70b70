#include "stages/measure_boundary/bit_flip.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/base/error.h"
#include "pipeline/base/random.h"
#include "stages/common/batches.h"
#include "stages/common/tensor_io.h"

namespace exitaudit::measure_boundary {
namespace {

/// The row itself, then `copies` flipped copies for each rate: [1 + rates * copies, F].
torch::Tensor make_copies(const torch::Tensor& row, const std::vector<std::string>& names,
                          const std::vector<double>& rates, std::int64_t copies) {
  const std::int64_t features = row.size(0);
  torch::Tensor all = row.repeat({1 + static_cast<std::int64_t>(rates.size()) * copies, 1});
  std::vector<std::int64_t> flipped;
  for (std::size_t r = 0; r < rates.size(); ++r) {
    std::vector<std::string> stream_names = names;
    stream_names.push_back(std::to_string(r));
    const std::int64_t first = (1 + static_cast<std::int64_t>(r) * copies) * features;
    for (const std::int64_t place : draw_places(stream_names, copies * features, rates[r])) {
      flipped.push_back(first + place);
    }
  }
  torch::Tensor bits = all.view(-1);
  const torch::Tensor places = index_tensor(flipped, row.device());
  bits.index_copy_(0, places, 1 - bits.index_select(0, places));
  return all;
}

}  // namespace

std::vector<double> flip_rates(std::int64_t features) {
  std::vector<double> rates;
  for (const double flips : std::array{1.0, 2.0, 3.0, 5.0, 10.0}) {
    rates.push_back(std::min(1.0, flips / static_cast<double>(features)));
  }
  return rates;
}

std::vector<std::int64_t> draw_places(const std::vector<std::string>& names, std::int64_t size, double rate) {
  require(rate > 0 && rate <= 1, "a rate of flips is in (0, 1]");
  RandomStream random(names);
  std::vector<std::int64_t> places;
  // The gap before the next success of independent trials is geometric: no draw for each place where little is flipped.
  const double log_stay = std::log1p(-rate);
  double place = -1;
  while (true) {
    place += rate == 1 ? 1 : 1 + std::floor(std::log1p(-random.uniform()) / log_stay);
    if (place >= static_cast<double>(size)) return places;
    places.push_back(static_cast<std::int64_t>(place));
  }
}

std::vector<FlippedRow> flip_bits(DecisionOracle& oracle, const torch::Tensor& rows,
                                  const std::vector<std::int64_t>& index, const std::vector<std::string>& names,
                                  const std::vector<double>& rates, std::int64_t copies,
                                  const std::function<void(std::int64_t)>& after_row) {
  require(rows.dim() == 2 && rows.size(0) == static_cast<std::int64_t>(index.size()), "one index a row");
  const torch::NoGradGuard no_gradient;
  std::vector<FlippedRow> found;
  for (std::size_t i = 0; i < index.size(); ++i) {
    std::vector<std::string> stream_names = names;
    stream_names.insert(stream_names.end(), {std::to_string(index[i]), "flips"});
    const torch::Tensor asked = make_copies(rows[static_cast<std::int64_t>(i)], stream_names, rates, copies);
    const std::vector<std::int64_t> labels = to_vector<std::int64_t>(oracle.decide(asked));
    FlippedRow row{.label = labels[0], .shares = {}, .queries = static_cast<std::int64_t>(labels.size())};
    for (std::size_t r = 0; r < rates.size(); ++r) {
      const auto first = labels.begin() + 1 + static_cast<std::ptrdiff_t>(r) * copies;
      const auto kept = std::count(first, first + copies, row.label);
      row.shares.push_back(static_cast<double>(kept) / static_cast<double>(copies));
    }
    found.push_back(std::move(row));
    after_row(static_cast<std::int64_t>(i) + 1);
  }
  return found;
}

}  // namespace exitaudit::measure_boundary
