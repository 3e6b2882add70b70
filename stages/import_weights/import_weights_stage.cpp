#include "stages/import_weights/import_weights_stage.h"

#include <fmt/format.h>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "stages/import_weights/import_weights_options.h"
#include "stages/import_weights/weights_file.h"
#include "stages/schema/dataset.h"

namespace exitaudit::import_weights {
namespace {

/// The file with the digest of the settings; it may have changed since the study was read.
std::string find_file(const StageContext& context, const std::string& sha256) {
  const std::string file = hinted_file(context.data_folders(), sha256);
  if (file.empty()) throw BadInput("this launch names no file with SHA-256 " + sha256);
  if (sha256_file(file) != sha256) {
    throw BadInput(fmt::format("{}: changed since the study was read; run the study again", file));
  }
  return file;
}

}  // namespace

void import_weights_stage(StageContext& context) {
  const auto job = read_slice<ImportWeightsJob>(context.config());
  const schema::Dataset outline = schema::read_dataset_outline(context.input("dataset"));
  const networks::NetworkPlan plan =
      networks::make_plan(job.network, {outline.shape, outline.classes, outline.mean, outline.deviation});
  schema::write(context.output(), read_weights_file(find_file(context, job.sha256), plan));
}

}  // namespace exitaudit::import_weights
