// exitaudit data: raw data against the manifest, and manifest entries for folders of a user's own.

#include <fmt/format.h>

#include <cstdio>

#include "jobs/commands/command.h"
#include "jobs/commands/data_folders.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/suggest.h"
#include "stages/ingest/data_check.h"
#include "stages/ingest/manifest.h"

namespace exitaudit {
namespace {

std::vector<ingest::DatasetSource> named_sources(const std::vector<std::string>& names) {
  const std::vector<ingest::DatasetSource> all = ingest::read_manifest(shipped_file("data/manifest.yaml"));
  if (names.empty()) return all;
  std::vector<std::string> known;
  for (const auto& source : all) known.push_back(source.name);
  std::vector<ingest::DatasetSource> found;
  for (const std::string& name : names) {
    const auto place = std::find(known.begin(), known.end(), name);
    if (place == known.end())
      throw BadInput(
          fmt::format("there is no dataset \"{}\" in data/manifest.yaml{}", name, did_you_mean(name, known)));
    found.push_back(all[static_cast<std::size_t>(place - known.begin())]);
  }
  return found;
}

int check(const std::vector<std::string>& names, const std::vector<std::string>& folders) {
  bool all_well = true;
  fmt::print("{}", ingest::check_datasets(named_sources(names), data_folders(folders), all_well));
  return all_well ? kExitDone : kExitBadInput;
}

}  // namespace

Action set_up_data(CLI::App& app) {
  app.require_subcommand(0, 1);
  auto names = std::make_shared<std::vector<std::string>>();
  auto folders = std::make_shared<std::vector<std::string>>();
  auto folder = std::make_shared<std::string>();
  CLI::App* checking =
      app.add_subcommand("check", "look for each dataset of the manifest and check its files (the default)");
  checking->add_option("DATASET", *names, "names from data/manifest.yaml; none = all");
  add_data_flag(*checking, *folders);
  CLI::App* hashing = app.add_subcommand("hash", "print a manifest entry for a folder of your own");
  hashing->add_option("DIR", *folder, "the folder")->required();
  return [=] {
    if (!hashing->parsed()) return check(*names, *folders);
    fmt::print("{}", ingest::hash_folder(*folder));
    return kExitDone;
  };
}

}  // namespace exitaudit
