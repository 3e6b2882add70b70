#include "stages/ingest/manifest.h"

#include "pipeline/config/yaml_reader.h"

namespace exitaudit::ingest {

std::vector<DatasetSource> read_manifest(const std::filesystem::path& path) {
  std::vector<DatasetSource> sources;
  const auto visit = [&](Fields& f) { named_blocks(f, "datasets", sources, "datasets by name"); };
  throw_faults(YamlDocument::from_file(path).read(visit));
  return sources;
}

}  // namespace exitaudit::ingest
