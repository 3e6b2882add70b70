#include "stages/import_weights/import_weights_options.h"

namespace exitaudit::import_weights {
namespace {

std::string hint_prefix(const std::string& sha256) {
  return "sha256:" + sha256 + "=";
}

}  // namespace

void describe(Fields& f, ImportRow& o) {
  f.text("dataset", o.dataset, "dataset of the model");
  choice(f, "network", o.network, networks::kFamilyNames, "architecture of the model");
  f.integer("exits", o.exits, {1, networks::kMostExits}, "exits of the model");
  choice(f, "role", o.role, kRoleNames, "which of the cell's two models it is");
  f.integer("seed", o.seed, {0, 1000000000}, "seed of the study whose members it was trained on");
  f.text("file", o.file, "HDF5 file of named arrays, as README.md shows; relative to the study file");
  f.text("sha256", o.sha256, "SHA-256 that the file must have; none = taken when the study is loaded");
}

void describe(Fields& f, ImportWeightsJob& o) {
  block(f, "network", o.network, "the architecture");
  f.text("sha256", o.sha256, "SHA-256 of the file");
}

std::vector<std::string> file_hints(const std::vector<ImportRow>& rows) {
  std::vector<std::string> hints;
  for (const ImportRow& row : rows) hints.push_back(hint_prefix(row.sha256) + row.path);
  return hints;
}

std::string hinted_file(const std::vector<std::string>& data_folders, const std::string& sha256) {
  const std::string prefix = hint_prefix(sha256);
  for (const std::string& entry : data_folders) {
    if (entry.starts_with(prefix)) return entry.substr(prefix.size());
  }
  return "";
}

}  // namespace exitaudit::import_weights
