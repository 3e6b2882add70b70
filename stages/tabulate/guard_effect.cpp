#include "stages/tabulate/guard_effect.h"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "stages/schema/guarded_source.h"

namespace exitaudit::tabulate {
namespace {

using schema::Measurement;
using schema::TableRow;

/// A model and an attack on it, by what the shadow is.
auto key(const TableRow& row, const std::string& source) {
  return std::tuple(row.dataset, row.network, row.exits, row.seed, row.attack, row.shadow, source);
}

struct Sweep {
  TableRow carrier;  ///< without its measurement
  std::string before;
  std::map<double, Measurement> hybrid;  ///< by sigma
};

/// The first sigma whose hybrid is as good as the original; 0 where no guard is needed.
std::optional<double> crossing(const Sweep& sweep, const Measurement& original, const Measurement& unguarded) {
  const double level = original.value + kAsGood;
  if (unguarded.value <= level) return 0;
  for (const auto& [sigma, hybrid] : sweep.hybrid) {
    if (hybrid.value <= level) return sigma;
  }
  return std::nullopt;
}

void add(std::vector<TableRow>& rows, TableRow row, const std::string& metric, Measurement measurement) {
  measurement.slice = "all";
  measurement.metric = metric;
  row.measurement = std::move(measurement);
  rows.push_back(std::move(row));
}

}  // namespace

std::vector<TableRow> guard_effects(const std::vector<TableRow>& rows) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::map<decltype(key(TableRow(), "")), Measurement> success;
  std::map<decltype(key(TableRow(), "")), Sweep> sweeps;
  for (const TableRow& row : rows) {
    if (row.attack.empty() || row.measurement.slice != "all" || row.measurement.metric != "attack_success") continue;
    success[key(row, row.exit_source)] = row.measurement;
    const auto guarded = schema::parse_guarded_source(row.exit_source);
    if (!guarded) continue;
    const std::string adversary = guarded->adversary == "unaware" ? "" : "/" + guarded->adversary;
    Sweep& sweep = sweeps[key(row, guarded->before + "/guard" + adversary)];
    sweep.carrier = row;
    sweep.before = guarded->before;
    sweep.hybrid[guarded->sigma_ms] = row.measurement;
  }
  std::vector<TableRow> found;
  for (const auto& [subject, sweep] : sweeps) {
    const auto original = success.find(key(sweep.carrier, "none"));
    const auto unguarded = success.find(key(sweep.carrier, sweep.before));
    if (original == success.end() || unguarded == success.end()) continue;
    TableRow row = sweep.carrier;
    row.exit_source = fmt::format("{}/{}", row.attack, std::get<6>(subject));
    row.attack.clear();
    row.job.clear();
    const std::optional<double> sigma = crossing(sweep, original->second, unguarded->second);
    const auto tried = static_cast<std::int64_t>(sweep.hybrid.size());
    add(found, row, "smallest_sigma_ms", {"", "", sigma.value_or(kNone), kNone, kNone, tried});
    add(found, row, "original_success", original->second);
    add(found, row, "unguarded_success", unguarded->second);
    const double at = sigma.value_or(sweep.hybrid.rbegin()->first);
    add(found, row, "guarded_success", at == 0 ? unguarded->second : sweep.hybrid.at(at));
  }
  return found;
}

}  // namespace exitaudit::tabulate
