#include "stages/train/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "pipeline/base/log.h"

namespace exitaudit::train {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kKept = 2;
constexpr const char* kNoun = "checkpoint";

std::string header_job(const std::string& job) {
  return "checkpoint/" + job;
}

void write_state(ArtifactWriter& out, const TrainingState& state) {
  schema::write(out, state.weights);
  out.write_attribute("epochs_done", state.epoch);
  out.write_attribute("steps_done", state.step);
  out.write_attribute("loss_sum", state.loss_sum);
  out.write("generator", state.generator);
  for (const schema::NamedArray& array : state.optimizer) out.write("optimizer/" + array.name, array.values);
}

std::vector<schema::NamedArray> read_optimizer(const ArtifactReader& in) {
  std::vector<schema::NamedArray> arrays;
  for (const std::string& name : in.names()) {
    if (!name.starts_with("optimizer/")) continue;
    arrays.push_back({.name = name.substr(10), .shape = in.shape(name), .values = in.read<float>(name)});
  }
  return arrays;
}

TrainingState read_state(const fs::path& path, const std::string& job) {
  const ArtifactReader in = ArtifactReader::open(path, kNoun);
  if (in.header().job != header_job(job)) {
    throw Error(ErrorKind::kFailure, fmt::format("{}: is of {}", path.string(), in.header().job));
  }
  TrainingState state;
  state.epoch = in.integer_attribute("epochs_done");
  state.step = in.integer_attribute("steps_done");
  state.loss_sum = in.real_attribute("loss_sum");
  state.generator = in.read<std::uint8_t>("generator");
  state.optimizer = read_optimizer(in);
  state.weights = schema::read_weights(in);
  return state;
}

}  // namespace

CheckpointFolder::CheckpointFolder(fs::path folder, std::string job, double every_seconds, const Clock& clock)
    : folder_(std::move(folder)),
      job_(std::move(job)),
      every_seconds_(every_seconds),
      clock_(clock),
      last_seconds_(clock.monotonic_seconds()) {}

fs::path CheckpointFolder::path(const TrainingState& state) const {
  return folder_ / fmt::format("resume-{:06}-{:08}.h5", state.epoch, state.step);
}

std::vector<fs::path> CheckpointFolder::saved() const {
  std::vector<fs::path> found;
  std::error_code none;
  if (folder_.empty()) return found;
  for (const auto& entry : fs::directory_iterator(folder_, none)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("resume-") && name.ends_with(".h5")) found.push_back(entry.path());
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

std::optional<TrainingState> CheckpointFolder::newest() const {
  for (const fs::path& path : saved()) {
    try {
      TrainingState state = read_state(path, job_);
      log_info("{}: goes on from {}, {} epochs and {} steps done", job_, path.string(), state.epoch, state.step);
      return state;
    } catch (const Error& error) {
      log_warning("{}: passes over a resume point: {}", job_, error.what());
    }
  }
  return std::nullopt;
}

bool CheckpointFolder::due() const {
  return !folder_.empty() && clock_.monotonic_seconds() - last_seconds_ >= every_seconds_;
}

void CheckpointFolder::save(const TrainingState& state) {
  if (folder_.empty()) return;
  fault_point("checkpoint", job_);
  const fs::path target = path(state);
  std::error_code gone;
  fs::remove(target, gone);  // a damaged one of the same step, from before
  ArtifactWriter out(target, {.noun = kNoun,
                              .job = header_job(job_),
                              .fingerprint = sha256_hex(job_),
                              .stage = "train",
                              .config = {},
                              .inputs = {},
                              .environment = {}});
  write_state(out, state);
  out.commit();
  last_seconds_ = clock_.monotonic_seconds();
  const std::vector<fs::path> all = saved();
  for (std::size_t i = kKept; i < all.size(); ++i) fs::remove(all[i], gone);
}

}  // namespace exitaudit::train
