#include "stages/split/split_stage.h"

#include "stages/schema/dataset.h"
#include "stages/schema/partition.h"
#include "stages/split/partition.h"

namespace exitaudit::split {

void split_stage(StageContext& context) {
  const auto job = read_slice<SplitJob>(context.config());
  const schema::Dataset outline = schema::read_dataset_outline(context.input("dataset"));
  const schema::Partition partition = make_partition(outline.count(), outline.train_count, job);
  schema::check(partition, outline.count());
  schema::write(context.output(), partition);
}

}  // namespace exitaudit::split
