// exitaudit show: an artifact's header and contents, or a study with every default written out.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>

#include "jobs/commands/command.h"
#include "jobs/commands/study.h"
#include "pipeline/artifact/reader.h"
#include "pipeline/base/error.h"
#include "pipeline/config/schema_export.h"
#include "pipeline/run/progress.h"

namespace exitaudit {
namespace {

void show_artifact(const ArtifactReader& reader) {
  const ArtifactHeader& header = reader.header();
  fmt::print("{} of {}\n  made by {} version {}\n  fingerprint {}\n  content     {}\n", header.noun, header.job,
             header.stage, header.stage_version, header.fingerprint, reader.content());
  for (const auto& [name, value] : header.environment) fmt::print("  {:<11} {}\n", name, value);
  fmt::print("\ninputs\n");
  for (const ArtifactInput& input : header.inputs) {
    fmt::print("  {:<16} {}  content {}\n", input.name, input.job, input.content.substr(0, 12));
  }
  fmt::print("\nsettings\n");
  std::string_view rest = header.config;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    fmt::print("  {}\n", rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  fmt::print("\ndata\n");
  for (const std::string& name : reader.names()) {
    fmt::print("  {:<40} [{}]\n", name, fmt::join(reader.shape(name), ", "));
  }
}

/// Who made it, where and when: the ledger lies beside the artifacts/ folder.
void show_ledger(const ArtifactReader& reader) {
  const std::filesystem::path path = std::filesystem::absolute(reader.path());
  const std::filesystem::path ledger = path.parent_path().parent_path().parent_path() / "ledger";
  if (!std::filesystem::is_directory(ledger)) return;
  const LedgerSummary summary = read_ledger(ledger, [](const std::string&) { return true; });
  const auto history = summary.jobs.find(reader.header().fingerprint);
  if (history == summary.jobs.end()) return;
  fmt::print("\nattempts\n");
  for (const Attempt& attempt : history->second.attempts) {
    fmt::print("  {} on {} ({}): {}, {}{}\n", attempt.number, attempt.host, attempt.device,
               attempt.ended ? std::string(to_string(attempt.outcome)) : "running", format_duration(attempt.seconds),
               attempt.message.empty() ? "" : ", " + attempt.message);
    for (const auto& [name, text] : attempt.notes) fmt::print("    {}: {}\n", name, text);
  }
}

}  // namespace

Action set_up_show(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  auto overrides = std::make_shared<std::vector<std::string>>();
  auto schema = std::make_shared<bool>(false);
  app.add_option("FILE", *file, "an artifact (.h5) or a study (.yaml)");
  app.add_option("--set", *overrides, "override one setting of the study")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag("--schema", *schema, "print the JSON Schema of study files");
  return [=] {
    if (*schema) {
      Experiment scratch;
      fmt::print("{}\n", write_json_schema("exitaudit study", [&](Fields& f) { describe(f, scratch); }));
      return kExitDone;
    }
    if (file->empty()) throw BadInput("show: name an artifact (.h5) or a study (.yaml)");
    if (std::filesystem::path(*file).extension() == ".h5") {
      const ArtifactReader reader = ArtifactReader::open(*file);  // checks every byte, so it is opened once
      show_artifact(reader);
      show_ledger(reader);
    } else {
      fmt::print("{}", resolved_yaml(load_experiment(*file, *overrides)));
    }
    return kExitDone;
  };
}

}  // namespace exitaudit
