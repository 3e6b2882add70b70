#include "stages/tabulate/table_builder.h"

#include <fmt/format.h>

#include <utility>

#include "pipeline/base/error.h"
#include "stages/tabulate/aggregate.h"
#include "stages/tabulate/curves.h"
#include "stages/tabulate/guard_effect.h"
#include "stages/tabulate/rows.h"

namespace exitaudit::tabulate {

using schema::Curve;
using schema::Measurement;
using schema::TableRow;

std::vector<TableRow> rows_of(const TabulateSource& source, const std::string& job,
                              const std::vector<Measurement>& measurements) {
  std::vector<TableRow> rows;
  for (const Measurement& measurement : measurements) {
    rows.push_back({.dataset = source.dataset,
                    .network = source.network,
                    .exits = source.exits,
                    .seed = source.seed,
                    .role = source.role,
                    .attack = source.attack,
                    .exit_source = source.exit_source,
                    .shadow = source.shadow,
                    .job = job,
                    .measurement = measurement});
  }
  return rows;
}

TableBuilder::Found TableBuilder::read(const TabulateSource& source, const ArtifactReader& in) {
  if (source.noun == "thresholds") {
    const schema::Thresholds thresholds = schema::read_thresholds(in);
    return {measure(thresholds), curves(thresholds)};
  }
  if (source.noun == "weights") {
    const schema::Weights weights = schema::read_weights(in);
    return {measure(weights), curves(weights)};
  }
  if (source.noun == "characteristics") {
    const schema::Characteristics characteristics = schema::read_characteristics(in);
    return {measure(characteristics), curves(characteristics)};
  }
  if (source.noun == "stolen_exits") {
    const schema::StolenExits stolen = schema::read_stolen_exits(in);
    return {stolen.measurements, curves(stolen)};
  }
  if (source.noun == "latencies") {
    const schema::Latencies latencies = schema::read_latencies(in);
    return {latencies.measurements, curves(latencies)};
  }
  if (source.noun == "partition") {
    checks_.see(source, schema::read_partition(in));
    return {};
  }
  if (source.noun == "observations") {
    const schema::Observations observations = schema::read_observations(in);
    checks_.see(source, observations);
    return {measure(observations), {}};
  }
  if (source.noun == "verdicts") {
    const schema::Verdicts verdicts = schema::read_verdicts(in);
    checks_.see(source, verdicts);
    return {verdicts.measurements, curves(verdicts)};
  }
  throw Error(ErrorKind::kFailure, fmt::format("{}: this version of exitaudit cannot put {} into a table; take what "
                                               "makes them out of the study",
                                               source.input, source.noun));
}

void TableBuilder::append(const std::vector<TableRow>& rows) {
  table_.rows.insert(table_.rows.end(), rows.begin(), rows.end());
}

void TableBuilder::see(const TabulateSource& source, const std::string& job, const ArtifactReader& in) {
  Found found = read(source, in);
  append(rows_of(source, job, found.measurements));
  for (Curve& curve : found.curves) {
    curve.dataset = source.dataset;
    curve.network = source.network;
    curve.exits = source.exits;
    curve.seed = source.seed;
    curve.role = source.role;
    curve.attack = source.attack;
    curve.exit_source = source.exit_source;
    curve.shadow = source.shadow;
    table_.curves.push_back(std::move(curve));
  }
}

Table TableBuilder::finish(const TabulateJob& job) {
  // A smallest sigma that one seed has and another has not has no mean.
  const std::vector<TableRow> effects = guard_effects(table_.rows);
  append(aggregate(table_.rows));
  append(effects);
  append(checks_.rows(job));
  sort_rows(table_.rows);
  sort_curves(table_.curves);
  return std::move(table_);
}

}  // namespace exitaudit::tabulate
