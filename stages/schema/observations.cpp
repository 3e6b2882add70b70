#include "stages/schema/observations.h"

#include <fmt/format.h>

#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

void check_lengths(const Rows& rows, const Observations& observations) {
  const std::int64_t n = observations.count();
  check_length(rows, "member", observations.member.size(), n);
  check_length(rows, "label", observations.label.size(), n);
  check_length(rows, "exit_taken", observations.exit_taken.size(), n);
  const std::int64_t per_exit = area(rows, n, observations.seen());
  check_length(rows, "prediction", observations.prediction.size(), per_exit);
  check_length(rows, "confidence", observations.confidence.size(), per_exit);
  check_length(rows, "loss", observations.loss.size(), per_exit);
  check_length(rows, "logits", observations.logits.size(), area(rows, n, observations.classes));
  check_length(rows, "feature", observations.feature.size(), area(rows, n, observations.features));
}

}  // namespace

void check(const Observations& observations) {
  const Rows rows{"observations", observations.index};
  if (observations.exits < 1 || observations.classes < 1 || observations.features < 0) {
    rows.fail(fmt::format("{} exits, {} classes and {} features are not possible", observations.exits,
                          observations.classes, observations.features));
  }
  check_lengths(rows, observations);
  check_indices(rows);
  check_flags(rows, "member", observations.member);
  check_range(rows, "label", observations.label, observations.classes);
  check_range(rows, "exit_taken", observations.exit_taken, observations.exits);
  check_range(rows, "prediction", observations.prediction, observations.classes, observations.seen());
  check_finite<float>(rows, "confidence", observations.confidence, observations.seen());
  check_finite<float>(rows, "loss", observations.loss, observations.seen());
  check_finite<float>(rows, "logits", observations.logits, observations.classes);
  check_finite<float>(rows, "feature", observations.feature, observations.features);
}

void write(ArtifactWriter& out, const Observations& observations) {
  check(observations);
  const std::int64_t n = observations.count();
  out.write_attribute("exits", observations.exits);
  out.write_attribute("classes", observations.classes);
  out.write_attribute("features", observations.features);
  out.write_attribute("tau", observations.tau);
  if (observations.answers_only) out.write_attribute("answers_only", std::int64_t{1});
  out.write_attribute("checked_twice", observations.checked_twice);
  out.write("index", observations.index);
  out.write_flags("member", observations.member);
  out.write("label", observations.label);
  out.write("exit_taken", observations.exit_taken);
  out.write("prediction", observations.prediction, {n, observations.seen()});
  out.write("confidence", observations.confidence, {n, observations.seen()});
  out.write("loss", observations.loss, {n, observations.seen()});
  out.write("logits", observations.logits, {n, observations.classes});
  out.write("feature", observations.feature, {n, observations.features});
}

Observations read_observations(const ArtifactReader& in) {
  Observations observations;
  observations.exits = in.integer_attribute("exits");
  observations.classes = in.integer_attribute("classes");
  observations.features = in.integer_attribute("features");
  observations.tau = in.real_attribute("tau");
  observations.answers_only = in.has_attribute("answers_only") && in.integer_attribute("answers_only") != 0;
  observations.checked_twice = in.integer_attribute("checked_twice");
  observations.index = in.read<std::int64_t>("index");
  observations.member = in.read<std::uint8_t>("member");
  observations.label = in.read<std::int32_t>("label");
  observations.exit_taken = in.read<std::int32_t>("exit_taken");
  observations.prediction = in.read<std::int32_t>("prediction");
  observations.confidence = in.read<float>("confidence");
  observations.loss = in.read<float>("loss");
  observations.logits = in.read<float>("logits");
  observations.feature = in.read<float>("feature");
  check(observations);
  return observations;
}

}  // namespace exitaudit::schema
