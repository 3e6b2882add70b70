// fill_study STUDY ROOT [KEY=VALUE …]: makes every artifact and ledger line of a study without doing any of its work,
// each artifact sealed and made from its inputs, as a finished sweep leaves them. For benchmarks of what reads a whole
// study.

#include <fmt/format.h>

#include <cstdio>
#include <vector>

#include "jobs/commands/study.h"
#include "pipeline/artifact/store.h"
#include "pipeline/ledger/launch.h"
#include "tests/support/filled_artifact.h"

using namespace exitaudit;

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "fill_study STUDY ROOT [KEY=VALUE …]\n");
    return 2;
  }
  const Study study = open_study({.file = argv[1], .overrides = {argv + 3, argv + argc}, .root = argv[2]});
  const JobGraph& graph = study.graph;
  const Store store(study.folders.artifacts());
  const LaunchIdentity self = this_launch();
  LedgerWriter ledger(study.folders.ledger(),
                      {.launch = self.launch, .host = self.host, .version = "benchmark", .command = "fill_study"});
  std::vector<std::string> contents(graph.size());
  double now = 1.7e9;
  for (const std::size_t job : graph.topological_order()) {
    Attempt attempt{.job = graph.job(job).id,
                    .fingerprint = graph.fingerprint(job),
                    .stage = graph.job(job).stage.name,
                    .launch = self.launch,
                    .host = self.host,
                    .device = "cpu",
                    .slurm_job = "",
                    .started = now++,
                    .message = {},
                    .content = {},
                    .notes = {},
                    .log = StudyFolders::log(graph.job(job).id),
                    .tail = {}};
    ledger.start(attempt);
    contents[job] = test::fill_artifact(graph, job, store, contents);
    attempt.ended = true;
    attempt.outcome = Outcome::kDone;
    attempt.content = contents[job];
    attempt.seconds = 1;
    ledger.end(attempt);
  }
  fmt::print("{} jobs in {}\n", graph.size(), study.folders.root.string());
  return 0;
}
