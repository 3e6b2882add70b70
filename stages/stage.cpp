#include "stages/stage.h"

#include <fmt/format.h>

#include <fstream>
#include <new>
#include <span>

#include "pipeline/base/clock.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/log.h"
#include "pipeline/base/memory.h"
#include "pipeline/ledger/lease.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/worker_hooks.h"

namespace exitaudit {
namespace {

constexpr std::size_t kLongestMessage = 4000;

/// Peak memory from here on is this job's own, where the system can reset it (Linux).
void reset_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

Outcome outcome_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kStopped:
      return Outcome::kPreempted;
    case ErrorKind::kLeaseLost:
      return Outcome::kTakenOver;
    case ErrorKind::kCorruptArtifact:
      return Outcome::kCorruptInput;
    default:
      return Outcome::kFailed;
  }
}

/// Libraries append their call stack to what(); its first line is the sentence.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

void fail(JobResult& result, Outcome outcome, const std::string& message) {
  result.outcome = outcome;
  result.message = message.substr(0, kLongestMessage);
  log_error("{}: {}: {}", result.job, to_string(outcome), message);
}

constexpr std::string_view kMoreMemory =
    "out of memory: use fewer slots or a smaller batch, or ask the cluster for more (--set site.memory=64G)";

/// LibTorch has exceptions of its own for it, on the CPU and on a GPU.
bool is_want_of_memory(const std::string& message) {
  return message.find("can't allocate memory") != std::string::npos ||
         message.find("CUDA out of memory") != std::string::npos ||
         message.find("cudaErrorMemoryAllocation") != std::string::npos;
}

/// Runs `work` and turns whatever it throws into the result's outcome and message.
template <class Work>
void catch_all(JobResult& result, Work work) {
  try {
    work();
  } catch (const Error& error) {
    fail(result, outcome_of(error.kind()), error.what());
  } catch (const std::bad_alloc&) {
    fail(result, Outcome::kOutOfMemory, std::string(kMoreMemory));
  } catch (const std::exception& error) {
    log_error("{}", error.what());
    const std::string line = first_line(error.what());
    is_want_of_memory(line) ? fail(result, Outcome::kOutOfMemory, fmt::format("{} ({})", kMoreMemory, line))
                            : fail(result, Outcome::kFailed, line);
  } catch (...) {
    fail(result, Outcome::kFailed, "something was thrown that is no exception");
  }
}

/// The reader of one input, or a note in `result` that its bytes are not those that were committed under its name.
void open_input(const OrderInput& input, std::map<std::string, ArtifactReader>& readers, JobResult& result) {
  try {
    // Another launch that found it damaged may be rebuilding it this moment.
    if (!std::filesystem::exists(input.path)) {
      throw Error(ErrorKind::kCorruptArtifact, input.path + ": is gone; it is rebuilt");
    }
    ArtifactReader reader = ArtifactReader::open(input.path);
    if (reader.header().fingerprint != input.fingerprint) {
      throw Error(ErrorKind::kCorruptArtifact, fmt::format("{}: holds {} rather than {}; it is rebuilt", input.path,
                                                           reader.header().fingerprint, input.fingerprint));
    }
    readers.emplace(input.name, std::move(reader));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorruptArtifact) throw;
    log_error("{}", error.what());
    result.message = result.message.empty() ? error.what() : result.message;
    result.corrupt_inputs.push_back(input.path);
  }
}

void check_lease(const JobOrder& order) {
  if (order.lease.empty() || lease_names(order.lease, order.launch)) return;
  throw Error(ErrorKind::kLeaseLost, order.job + ": another launch has taken this job over; nothing was committed");
}

}  // namespace

StageContext::StageContext(const JobOrder& order, Communicator& team) : order_(order), team_(team) {}

const OrderInput& StageContext::order_input(const std::string& name) const {
  for (const OrderInput& input : order_.inputs) {
    if (input.name == name) return input;
  }
  throw Error(ErrorKind::kFailure, fmt::format("{}: has no input \"{}\"", order_.job, name));
}

bool StageContext::has_input(const std::string& name) const {
  for (const OrderInput& input : order_.inputs) {
    if (input.name == name) return true;
  }
  return false;
}

const ArtifactReader& StageContext::input(const std::string& name) {
  const auto found = readers_.find(name);
  if (found != readers_.end()) return found->second;
  return readers_.emplace(name, ArtifactReader::open(order_input(name).path)).first->second;
}

std::vector<std::string> StageContext::input_names() const {
  std::vector<std::string> names;
  for (const OrderInput& input : order_.inputs) names.push_back(input.name);
  return names;
}

const std::string& StageContext::input_job(const std::string& name) const {
  return order_input(name).job;
}

ArtifactWriter& StageContext::output() {
  if (writer_) return *writer_;
  require(team_.rank() == 0, "rank 0 alone writes a team's artifact");
  ArtifactHeader header{.noun = order_.noun,
                        .job = order_.job,
                        .fingerprint = order_.fingerprint,
                        .stage = order_.stage,
                        .stage_version = order_.stage_version,
                        .config = order_.config,
                        .inputs = {},
                        .environment = {}};
  for (const OrderInput& from : order_.inputs) {
    header.inputs.push_back({from.name, from.job, from.fingerprint, input(from.name).content()});
  }
  writer_ = std::make_unique<ArtifactWriter>(order_.output, std::move(header));
  return *writer_;
}

bool StageContext::stop_requested() const {
  std::int64_t stop = exitaudit::stop_requested() ? 1 : 0;
  team_.all_reduce_max(std::span(&stop, 1));
  return stop != 0;
}

void StageContext::note(const std::string& name, std::string text) {
  log_info("{}: {}", name, text);
  notes_[name] = std::move(text);
}

void StageContext::progress(double fraction, const std::string& what) {
  report_progress(fraction, what);
}

JobResult run_stage(const JobOrder& order, const StageFunction& stage, Communicator& team) {
  JobResult result{.job = order.job, .message = {}, .content = {}, .notes = {}, .corrupt_inputs = {}};
  const SystemClock clock;
  const double started = clock.monotonic_seconds();
  reset_peak_memory();
  log_info("{}: starts ({} version {}, {}{})", order.job, order.stage, order.stage_version, order.device,
           team.size() > 1 ? fmt::format(", rank 0 of {}", team.size()) : "");
  catch_all(result, [&] {
    StageContext context(order, team);
    for (const OrderInput& input : order.inputs) open_input(input, context.readers_, result);
    if (!result.corrupt_inputs.empty()) {
      throw Error(ErrorKind::kCorruptArtifact, std::string(result.message));
    }
    fault_point("stage", order.job);
    stage(context);
    result.notes = context.notes_;
    if (team.rank() == 0) result.content = context.output().commit([&] { check_lease(order); });
    result.outcome = Outcome::kDone;
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(order.output, unknown);
    result.bytes = unknown ? 0 : bytes;
  });
  result.seconds = clock.monotonic_seconds() - started;
  result.peak_memory_mb = peak_memory_mb();
  log_info("{}: {} after {:.2f} s, {:.0f} MB at most", order.job, to_string(result.outcome), result.seconds,
           result.peak_memory_mb);
  return result;
}

}  // namespace exitaudit
