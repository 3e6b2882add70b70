#include "stages/record/record_stage.h"

#include <utility>

#include "stages/common/device.h"
#include "stages/common/trained_network.h"
#include "stages/record/record_options.h"
#include "stages/record/recorder.h"
#include "stages/schema/thresholds.h"

namespace exitaudit::record {

void record_stage(StageContext& context) {
  const auto job = read_slice<RecordJob>(context.config());
  const torch::Device device = prepare_device(context.device(), job.execution);
  schema::Dataset dataset = schema::read_dataset(context.input("dataset"));
  const schema::Partition partition = schema::read_partition(context.input("partition"));
  schema::check(partition, dataset.count());
  const double tau = schema::read_thresholds(context.input("thresholds")).tau;
  const auto network = load_network(context, "weights", job.network, shape_for(dataset), device);
  const SampleBank samples(std::move(dataset), device);
  const schema::ChosenSamples chosen = schema::choose_samples(partition.side(job.role), job.record.attack_cap);
  const schema::Observations found =
      record(*network, samples, chosen, tau, batch_size_on(device, job.record.batch_size));
  note_environment(context.output().header(), device, job.execution);
  schema::write(context.output(), found);
}

}  // namespace exitaudit::record
