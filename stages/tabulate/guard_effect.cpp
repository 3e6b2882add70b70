#include "stages/tabulate/guard_effect.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace exitaudit::tabulate {
namespace {

using schema::Measurement;
using schema::TableRow;

/// "stolen/copies=1/guard=0.5/likelihood" taken apart.
struct GuardedSource {
  std::string before;  ///< "stolen/copies=1"
  double sigma_ms = 0;
  std::string adversary;  ///< "/likelihood", "" for the one that knows of no guard
};

std::optional<GuardedSource> parse(const std::string& source) {
  const std::string mark = "/guard=";
  const std::size_t at = source.find(mark);
  if (at == std::string::npos) return std::nullopt;
  GuardedSource found{.before = source.substr(0, at), .adversary = ""};
  const char* const end = source.data() + source.size();
  const auto number = std::from_chars(source.data() + at + mark.size(), end, found.sigma_ms);
  if (number.ec != std::errc()) return std::nullopt;
  found.adversary.assign(number.ptr, end);
  return found;
}

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
    const auto guarded = parse(row.exit_source);
    if (!guarded) continue;
    Sweep& sweep = sweeps[key(row, guarded->before + "/guard" + guarded->adversary)];
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
