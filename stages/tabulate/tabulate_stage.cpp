#include "stages/tabulate/tabulate_stage.h"

#include <fmt/format.h>

#include "pipeline/base/error.h"
#include "stages/schema/verdicts.h"
#include "stages/tabulate/aggregate.h"
#include "stages/tabulate/rows.h"

namespace exitaudit::tabulate {
namespace {

using schema::Measurement;
using schema::TableRow;

std::vector<Measurement> measurements_of(const TabulateSource& source, const ArtifactReader& in) {
  if (source.noun == "verdicts") return schema::read_verdicts(in).measurements;
  if (source.noun == "thresholds") return measure(schema::read_thresholds(in));
  if (source.noun == "weights") return measure(schema::read_weights(in));
  if (source.noun == "observations") return measure(schema::read_observations(in));
  if (source.noun == "characteristics") return measure(schema::read_characteristics(in));
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
  for (std::size_t i = 0; i < settings.sources.size(); ++i) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the table starts over");
    const TabulateSource& source = settings.sources[i];
    const auto rows =
        rows_of(source, context.input_job(source.input), measurements_of(source, context.input(source.input)));
    table.insert(table.end(), rows.begin(), rows.end());
    context.progress(static_cast<double>(i + 1) / static_cast<double>(settings.sources.size()), source.input);
  }
  const std::vector<TableRow> means = aggregate(table);
  table.insert(table.end(), means.begin(), means.end());
  sort_rows(table);
  schema::write(context.output(), table);
}

}  // namespace exitaudit::tabulate
