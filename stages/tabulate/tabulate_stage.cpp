#include "stages/tabulate/tabulate_stage.h"

#include <fmt/format.h>

#include "pipeline/base/error.h"
#include "stages/schema/latencies.h"
#include "stages/schema/stolen_exits.h"
#include "stages/schema/verdicts.h"
#include "stages/tabulate/aggregate.h"
#include "stages/tabulate/checks.h"
#include "stages/tabulate/guard_effect.h"
#include "stages/tabulate/rows.h"

namespace exitaudit::tabulate {
namespace {

using schema::Measurement;
using schema::TableRow;

/// What an input says of its subject; what it says of the audit goes to `checks`.
std::vector<Measurement> measurements_of(const TabulateSource& source, const ArtifactReader& in, Checks& checks) {
  if (source.noun == "thresholds") return measure(schema::read_thresholds(in));
  if (source.noun == "weights") return measure(schema::read_weights(in));
  if (source.noun == "characteristics") return measure(schema::read_characteristics(in));
  if (source.noun == "stolen_exits") return schema::read_stolen_exits(in).measurements;
  if (source.noun == "latencies") return schema::read_latencies(in).measurements;
  if (source.noun == "partition") {
    checks.see(source, schema::read_partition(in));
    return {};
  }
  if (source.noun == "observations") {
    const schema::Observations observations = schema::read_observations(in);
    checks.see(source, observations);
    return measure(observations);
  }
  if (source.noun == "verdicts") {
    const schema::Verdicts verdicts = schema::read_verdicts(in);
    checks.see(source, verdicts);
    return verdicts.measurements;
  }
  throw Error(ErrorKind::kFailure, fmt::format("{}: this version of exitaudit cannot put {} into a table; take what "
                                               "makes them out of the study",
                                               source.input, source.noun));
}

}  // namespace

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

void tabulate_stage(StageContext& context) {
  const auto settings = read_slice<TabulateJob>(context.config());
  std::vector<TableRow> table;
  Checks checks;
  for (std::size_t i = 0; i < settings.sources.size(); ++i) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the table starts over");
    const TabulateSource& source = settings.sources[i];
    const auto rows =
        rows_of(source, context.input_job(source.input), measurements_of(source, context.input(source.input), checks));
    table.insert(table.end(), rows.begin(), rows.end());
    context.progress(static_cast<double>(i + 1) / static_cast<double>(settings.sources.size()), source.input);
  }
  const std::vector<TableRow> effects = guard_effects(table);
  table.insert(table.end(), effects.begin(), effects.end());
  const std::vector<TableRow> means = aggregate(table);
  table.insert(table.end(), means.begin(), means.end());
  const std::vector<TableRow> told = checks.rows(settings);
  table.insert(table.end(), told.begin(), told.end());
  sort_rows(table);
  schema::write(context.output(), table);
}

}  // namespace exitaudit::tabulate
