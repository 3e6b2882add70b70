#include "tests/support/filled_artifact.h"

#include <cstdint>
#include <numeric>
#include <vector>

#include "pipeline/artifact/writer.h"
#include "pipeline/base/random.h"
#include "stages/schema/characteristics.h"
#include "stages/schema/partition.h"
#include "stages/schema/stolen_exits.h"
#include "stages/schema/thresholds.h"
#include "stages/schema/verdicts.h"
#include "stages/schema/weights.h"
#include "stages/statistics/membership_metrics.h"
#include "tests/support/fake_observations.h"

namespace exitaudit::test {
namespace {

std::int64_t exits_of(const Job& job) {
  for (const auto& [axis, value] : job.axes) {
    if (axis == "exits") return std::stoll(value);
  }
  return 1;
}

schema::Observations observations(std::int64_t exits, std::int64_t samples) {
  schema::Observations o = fake_observations({.members = samples, .non_members = samples, .exits = exits});
  o.checked_twice = o.count();
  return o;
}

schema::Verdicts verdicts(const Job& job, std::int64_t samples) {
  const std::int64_t exits = exits_of(job);
  const schema::Observations o = observations(exits, samples);
  RandomStream random = stream("fill_study", job.id);
  schema::Verdicts v;
  v.attack = "score";
  v.exit_source = "none";
  v.index = o.index;
  v.member = o.member;
  v.label = o.label;
  v.exit = o.exit_taken;
  for (std::size_t i = 0; i < v.index.size(); ++i) {
    v.correct.push_back(1);
    v.score.push_back(random.uniform() + .1 * v.member[i]);
    v.decision.push_back(v.score.back() > .55 ? 1 : 0);
  }
  v.measurements = statistics::measure(v, exits, job.id);
  return v;
}

schema::Thresholds thresholds(std::int64_t exits) {
  const auto count = static_cast<std::size_t>(exits);
  schema::Thresholds t;
  for (int i = 0; i < 50; ++i) t.grid.push_back({.02 * i, .8, 1e8, 1e8, std::vector<std::int64_t>(count, 20)});
  t.tau = t.grid.front().tau;
  t.exit_ops_official.assign(count, 1e8);
  t.exit_ops_corrected.assign(count, 1e8);
  t.on_test = t.on_train = t.grid.front();
  t.test_accuracy_per_exit.assign(count, .8);
  t.train_accuracy_per_exit.assign(count, .9);
  return t;
}

schema::Weights weights(std::int64_t exits) {
  schema::Weights w;
  w.exits = exits;
  w.arrays = {{"layer.weight", {100, 100}, std::vector<float>(10000, .5F)}};
  w.history.epoch.resize(100);
  std::iota(w.history.epoch.begin(), w.history.epoch.end(), 1);
  w.history.learning_rate.assign(100, .1);
  w.history.loss.assign(100, 1);
  w.history.evaluated = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
  const std::vector<double> top(10 * static_cast<std::size_t>(exits), .8);
  w.history.train_top1 = w.history.train_top5 = w.history.test_top1 = w.history.test_top5 = top;
  return w;
}

schema::Characteristics characteristics(std::int64_t exits, std::int64_t samples) {
  schema::Characteristics c;
  c.exits = exits;
  const auto rows = static_cast<std::size_t>(exits) + 1;
  const auto bins = static_cast<std::size_t>(c.bins);
  c.samples.assign(rows, samples);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t edge = 0; edge <= bins; ++edge) c.edges.push_back(.05 * static_cast<double>(edge));
  }
  c.member_density.assign(rows * bins, .2);
  c.non_member_density.assign(rows * bins, .2);
  c.measurements = {{"all", "js_divergence", .1, .05, .15, 2 * samples}};
  return c;
}

schema::StolenExits stolen_exits(std::int64_t exits, std::int64_t samples) {
  const schema::Observations o = observations(exits, samples);
  schema::StolenExits s;
  s.method = "scores";
  s.exits = s.estimated_exits = exits;
  s.index = o.index;
  s.exit = o.exit_taken;
  s.confusion.assign(static_cast<std::size_t>(exits * exits), 0);
  for (const std::int32_t exit : s.exit) ++s.confusion[static_cast<std::size_t>(exit * (exits + 1))];
  s.measurements = {{"all", "exit_accuracy", 1, .99, 1, o.count()}};
  return s;
}

schema::Partition partition(std::int64_t samples) {
  std::vector<std::int64_t> all(6 * static_cast<std::size_t>(samples));
  std::iota(all.begin(), all.end(), 0);
  const auto part = [&](std::int64_t place) {
    return std::vector<std::int64_t>(all.begin() + place * samples, all.begin() + (place + 1) * samples);
  };
  return {.target = {part(0), part(1), part(2)}, .shadow = {part(3), part(4), part(5)}};
}

void fill(ArtifactWriter& out, const Job& job, std::int64_t samples) {
  const std::string& noun = job.stage.noun;
  if (noun == "verdicts") return schema::write(out, verdicts(job, samples));
  if (noun == "observations") return schema::write(out, observations(exits_of(job), samples));
  if (noun == "thresholds") return schema::write(out, thresholds(exits_of(job)));
  if (noun == "weights") return schema::write(out, weights(exits_of(job)));
  if (noun == "characteristics") return schema::write(out, characteristics(exits_of(job), samples));
  if (noun == "stolen_exits") return schema::write(out, stolen_exits(exits_of(job), samples));
  if (noun == "partition") return schema::write(out, partition(samples));
  out.write("values", std::vector<double>(64, .5));
}

}  // namespace

std::string fill_artifact(const JobGraph& graph, std::size_t index, const Store& store,
                          const std::vector<std::string>& contents, std::int64_t samples) {
  const Job& job = graph.job(index);
  ArtifactHeader header{.noun = job.stage.noun,
                        .job = job.id,
                        .fingerprint = graph.fingerprint(index),
                        .stage = job.stage.name,
                        .stage_version = job.stage.version,
                        .config = job.config.text(),
                        .inputs = {},
                        .environment = {}};
  const auto inputs = graph.inputs(index);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    header.inputs.push_back({job.inputs[i].name, job.inputs[i].job, graph.fingerprint(inputs[i]), contents[inputs[i]]});
  }
  ArtifactWriter writer(store.path(job.stage.noun, graph.fingerprint(index)), std::move(header));
  fill(writer, job, samples);
  return writer.commit();
}

}  // namespace exitaudit::test
