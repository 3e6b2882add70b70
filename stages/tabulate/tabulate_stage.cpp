#include "stages/tabulate/tabulate_stage.h"

#include "pipeline/base/error.h"
#include "stages/tabulate/table_builder.h"

namespace exitaudit::tabulate {

void tabulate_stage(StageContext& context) {
  const auto settings = read_slice<TabulateJob>(context.config());
  TableBuilder builder;
  for (std::size_t i = 0; i < settings.sources.size(); ++i) {
    if (context.stop_requested()) throw Error(ErrorKind::kStopped, "stopped on request; the table starts over");
    const TabulateSource& source = settings.sources[i];
    builder.see(source, context.input_job(source.input), context.input(source.input));
    context.progress(static_cast<double>(i + 1) / static_cast<double>(settings.sources.size()), source.input);
  }
  const Table table = builder.finish(settings);
  schema::write(context.output(), table.rows);
  schema::write(context.output(), table.curves);
}

}  // namespace exitaudit::tabulate
