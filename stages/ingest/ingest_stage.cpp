#include "stages/ingest/ingest_stage.h"

#include "pipeline/base/log.h"
#include "stages/ingest/locate.h"
#include "stages/ingest/readers.h"
#include "stages/schema/dataset.h"

namespace exitaudit::ingest {

void ingest_stage(StageContext& context) {
  const auto job = read_slice<IngestJob>(context.config());
  const RawSource raw = locate(job.source, context.data_folders());
  context.progress(0,
                   is_synthetic(raw.source.format) ? "making samples" : "checking and reading " + raw.folder.string());
  const schema::Dataset dataset = read_source(raw);
  log_info("{}: {} samples of {} classes, {} from training files", dataset.name, dataset.count(), dataset.classes,
           dataset.train_count);
  schema::check(dataset);
  schema::write(context.output(), dataset);
}

}  // namespace exitaudit::ingest
