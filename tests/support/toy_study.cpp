#include "tests/support/toy_study.h"

#include <fmt/format.h>

#include <cstdlib>

#include "pipeline/run/run_study.h"
#include "pipeline/run/study_folders.h"

namespace exitaudit::test {

Job toy_job(const std::string& id, const std::string& config, const std::vector<std::string>& inputs) {
  Job job;
  job.id = id;
  job.stage = {.name = id.substr(0, id.find('/')), .version = 1, .noun = "toy"};
  job.config = ConfigSlice(config);
  for (const std::string& input : inputs) job.inputs.push_back({fmt::format("in{}", job.inputs.size()), input});
  return job;
}

JobGraph toy_graph() {
  return JobGraph({toy_job("source/a", "value = 1"), toy_job("source/b", "value = 2"),
                   toy_job("mix/ab", "", {"source/a", "source/b"}), toy_job("mix/deep", "", {"mix/ab"}),
                   toy_job("mix/b", "", {"source/b"})});
}

RunOptions ToyStudy::options(int slots) const {
  RunOptions options;
  options.root = root();
  options.slots = slots;
  options.light_worker = worker_;
  options.torch_worker = worker_;
  return options;
}

RunSummary ToyStudy::run(const JobGraph& graph, const RunOptions& options) const {
  return run_study(graph, options, *make_local_mailboxes(1).front());
}

std::filesystem::path ToyStudy::artifact(const JobGraph& graph, const std::string& job) const {
  return Store(root() / "artifacts").path("toy", graph.fingerprint(graph.index_of(job)));
}

std::map<std::string, std::string> ToyStudy::contents() const {
  std::map<std::string, std::string> contents;
  for (const auto& path : Store(root() / "artifacts").list()) {
    verify_content(path);
    contents[path.filename().string()] = read_seal(path).content;
  }
  return contents;
}

JobHistory ToyStudy::history(const JobGraph& graph, const std::string& job) const {
  const auto dead = [](const std::string&) { return false; };
  const LedgerSummary ledger = read_ledger(StudyFolders{root()}.ledger(), dead);
  const auto found = ledger.jobs.find(graph.fingerprint(graph.index_of(job)));
  return found == ledger.jobs.end() ? JobHistory{} : found->second;
}

void ToyStudy::retry(const JobGraph& graph, const std::string& job) const {
  LedgerWriter ledger(StudyFolders{root()}.ledger(), {.launch = "retry-" + std::to_string(std::rand()),
                                                      .host = {},
                                                      .version = {},
                                                      .command = "retry",
                                                      .started = SystemClock().unix_seconds()});
  ledger.retry(job, graph.fingerprint(graph.index_of(job)), history(graph, job).last_word);
}

ScopedVariable::ScopedVariable(const std::string& name, const std::string& value) : name_(name) {
  if (const char* before = std::getenv(name.c_str())) before_ = before;
  ::setenv(name.c_str(), value.c_str(), 1);
}

ScopedVariable::~ScopedVariable() {
  if (before_) {
    ::setenv(name_.c_str(), before_->c_str(), 1);
  } else {
    ::unsetenv(name_.c_str());
  }
}

}  // namespace exitaudit::test
