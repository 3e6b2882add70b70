#include "stages/schema/verdicts.h"

#include <limits>

#include "stages/schema/checks.h"

namespace exitaudit::schema {

void check(const Verdicts& verdicts) {
  const Rows rows{"verdicts", verdicts.index};
  const auto n = static_cast<std::int64_t>(verdicts.index.size());
  check_length(rows, "member", verdicts.member.size(), n);
  check_length(rows, "label", verdicts.label.size(), n);
  check_length(rows, "exit", verdicts.exit.size(), n);
  check_length(rows, "correct", verdicts.correct.size(), n);
  check_length(rows, "score", verdicts.score.size(), n);
  check_length(rows, "decision", verdicts.decision.size(), n);
  check_indices(rows);
  check_flags(rows, "member", verdicts.member);
  check_flags(rows, "correct", verdicts.correct);
  check_flags(rows, "decision", verdicts.decision);
  constexpr std::int64_t kAny = std::numeric_limits<std::int32_t>::max();
  check_range(rows, "label", verdicts.label, kAny);
  check_range(rows, "exit", verdicts.exit, kAny);
  check_finite<double>(rows, "score", verdicts.score);
}

void write(ArtifactWriter& out, const Verdicts& verdicts) {
  check(verdicts);
  out.write_attribute("attack", verdicts.attack);
  out.write_attribute("exit_source", verdicts.exit_source);
  out.write("index", verdicts.index);
  out.write_flags("member", verdicts.member);
  out.write("label", verdicts.label);
  out.write("exit", verdicts.exit);
  out.write_flags("correct", verdicts.correct);
  out.write("score", verdicts.score);
  out.write_flags("decision", verdicts.decision);
  write_measurements(out, "measurements", verdicts.measurements);
}

Verdicts read_verdicts(const ArtifactReader& in) {
  Verdicts verdicts;
  verdicts.attack = in.text_attribute("attack");
  verdicts.exit_source = in.text_attribute("exit_source");
  verdicts.index = in.read<std::int64_t>("index");
  verdicts.member = in.read<std::uint8_t>("member");
  verdicts.label = in.read<std::int32_t>("label");
  verdicts.exit = in.read<std::int32_t>("exit");
  verdicts.correct = in.read<std::uint8_t>("correct");
  verdicts.score = in.read<double>("score");
  verdicts.decision = in.read<std::uint8_t>("decision");
  verdicts.measurements = read_measurements(in, "measurements");
  check(verdicts);
  return verdicts;
}

}  // namespace exitaudit::schema
