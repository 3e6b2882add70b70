// The include rule (docs/architecture.md, "Who may include whom"), checked on every file of the tree.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace exitaudit {
namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;

const fs::path& root() {
  static const fs::path path = EXITAUDIT_SOURCE_DIR;
  return path;
}

/// Folder of a file as the rule names it: "pipeline/graph", "stages/train", "stages", "report/html", "jobs", "tests".
std::string folder_of(const std::string& file) {
  const auto first = file.find('/');
  const std::string top = file.substr(0, first);
  if (top != "pipeline" && top != "stages" && top != "report") return top;
  const auto second = file.find('/', first + 1);
  return second == std::string::npos ? top : file.substr(0, second);
}

const Folders kVerbs{"stages/ingest",        "stages/split",        "stages/train",
                     "stages/calibrate",     "stages/record",       "stages/measure_latency",
                     "stages/add_noise",     "stages/guard_time",   "stages/measure_boundary",
                     "stages/steal_exits",   "stages/attack",       "stages/tabulate",
                     "stages/predict_exits", "stages/characterize", "stages/import_observations",
                     "stages/import_weights"};

/// The table: folder -> folders it may include besides itself.
std::map<std::string, Folders> allowed() {
  const Folders base{"pipeline/base"};
  const Folders machine{"pipeline/base",  "pipeline/config", "pipeline/artifact", "pipeline/ledger",
                        "pipeline/graph", "pipeline/ranks",  "pipeline/run"};
  auto with = [](Folders folders, const Folders& more) {
    folders.insert(more.begin(), more.end());
    return folders;
  };
  std::map<std::string, Folders> table{
      {"pipeline/base", {}},
      {"pipeline/config", base},
      {"pipeline/artifact", base},
      {"pipeline/ledger", base},
      {"pipeline/ranks", base},
      {"pipeline/graph", with(base, {"pipeline/config"})},
      {"pipeline/run", machine},
      {"pipeline/slurm", machine},
      {"stages", machine},
      {"stages/schema", with(machine, {"stages"})},
      {"stages/statistics", with(machine, {"stages/schema"})},
      {"stages/common", with(machine, {"stages", "stages/schema", "stages/networks"})},
      {"stages/networks", {"pipeline/base", "pipeline/config"}},
  };
  const Folders results = with(machine, {"stages/schema", "stages/statistics"});
  table["report/formats"] = results;
  table["report/charts"] = with(results, {"report/formats"});
  table["report/tables"] = with(results, {"report", "report/formats"});
  table["report/html"] = with(results, {"report", "report/formats", "report/charts"});
  table["report/items"] = with(results, {"report", "report/formats", "report/charts", "report/tables"});
  table["report/gates"] = with(results, {"report", "report/formats", "report/items"});
  table["report/pages"] = with(results, {"report", "report/formats", "report/charts", "report/tables", "report/html"});
  table["report"] = with(results, {"report/formats", "report/charts", "report/tables", "report/html", "report/items",
                                   "report/gates", "report/pages"});
  for (const std::string& verb : kVerbs) {
    table[verb] = with(machine, {"stages", "stages/common", "stages/schema", "stages/statistics", "stages/networks"});
  }
  Folders everything = machine;
  for (const auto& [folder, ignored] : table) everything.insert(folder);
  table["jobs"] = everything;
  everything.insert("jobs");
  table["tests"] = everything;
  return table;
}

/// What a verb's settings are called is no part of what it does: another verb may be told the same.
bool is_options_of_a_verb(const std::string& file) {
  return kVerbs.contains(folder_of(file)) && file.ends_with("_options.h");
}

struct Include {
  std::string file;
  int line;
  std::string target;
  bool quoted;
};

std::vector<Include> includes() {
  static const std::regex pattern(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  std::vector<Include> found;
  for (const char* top : {"pipeline", "stages", "report", "jobs", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root() / top)) {
      const std::string extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp" && extension != ".cu") continue;
      std::ifstream file(entry.path());
      std::string line;
      for (int number = 1; std::getline(file, line); ++number) {
        std::smatch match;
        if (!std::regex_search(line, match, pattern)) continue;
        found.push_back({fs::relative(entry.path(), root()).string(), number, match[2], match[1] == "\""});
      }
    }
  }
  return found;
}

TEST(IncludeRule, HoldsForEveryFile) {
  const auto table = allowed();
  int checked = 0;
  for (const Include& include : includes()) {
    if (!include.quoted) continue;
    ++checked;
    const std::string from = folder_of(include.file);
    const std::string to = folder_of(include.target);
    ASSERT_TRUE(table.contains(from)) << include.file << ": the folder " << from << " is not in the table of this test";
    if (kVerbs.contains(from) && is_options_of_a_verb(include.target)) continue;
    EXPECT_TRUE(from == to || table.at(from).contains(to))
        << include.file << ":" << include.line << ": " << from << " may not include " << to;
  }
  EXPECT_GT(checked, 300);
}

/// The library exitaudit_guard is built alone and installed: its files know each other, libcrypto and the system.
TEST(IncludeRule, KeepsTheGuardFreeOfEverythingElse) {
  static const std::regex library(R"(stages/guard_time/(secret|hkdf|content_hash|time_guard)\.(h|cpp))");
  int checked = 0;
  for (const Include& include : includes()) {
    if (!std::regex_match(include.file, library)) continue;
    ++checked;
    const bool own = include.quoted && std::regex_match(include.target, library);
    const bool system =
        !include.quoted && (include.target.find('/') == std::string::npos || include.target.starts_with("openssl/"));
    EXPECT_TRUE(own || system) << include.file << ":" << include.line << " includes " << include.target;
  }
  EXPECT_GT(checked, 20);
}

/// Each outside library that is dear or that binds stands where the house says, and nowhere else.
TEST(IncludeRule, KeepsOutsideLibrariesInTheirPlaces) {
  const std::vector<std::pair<std::string, Folders>> places{
      {"mpi.h", {"pipeline/ranks/mpi_session.cpp", "pipeline/ranks/mpi_communicator.cpp"}},
      {"nccl.h", {"pipeline/ranks/nccl_communicator.cpp"}},
      {"hdf5.h", {"pipeline/artifact/h5.cpp", "pipeline/artifact/h5.h"}},
      {"yaml-cpp/", {"pipeline/config/yaml_parse.cpp", "pipeline/config/yaml_tree.cpp"}},
  };
  for (const Include& include : includes()) {
    for (const auto& [library, files] : places) {
      if (!include.target.starts_with(library)) continue;
      EXPECT_TRUE(files.contains(include.file))
          << include.file << ":" << include.line << " includes " << include.target;
    }
    const bool torch = include.target.starts_with("torch/") || include.target.starts_with("ATen/") ||
                       include.target.starts_with("c10/");
    if (!torch) continue;
    const std::string from = folder_of(include.file);
    // The worker's own: its main file and the benchmarks, but for their flags, which the light program reads.
    const bool worker =
        include.file == "jobs/exitaudit_worker.cpp" ||
        (include.file.starts_with("jobs/bench/") && !include.file.starts_with("jobs/bench/bench_flags"));
    EXPECT_TRUE(from.starts_with("stages/") || from == "tests" || worker)
        << include.file << ":" << include.line << ": only stages may include torch";
  }
}

}  // namespace
}  // namespace exitaudit
