#include "stages/schema/distances.h"

#include <fmt/format.h>

#include <limits>
#include <span>

#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

std::int64_t size_of(const std::vector<double>& values) {
  return static_cast<std::int64_t>(values.size());
}

void check_method(const Rows& rows, const Distances& distances) {
  const bool flips = distances.method == kBitFlips;
  if (!flips && distances.method != kHopSkipJump) {
    rows.fail(
        fmt::format("there is no method \"{}\"; {} and {} are possible", distances.method, kHopSkipJump, kBitFlips));
  }
  if (flips == distances.rates.empty()) {
    rows.fail(fmt::format("{} with {} rates of flips is not possible", distances.method, distances.rates.size()));
  }
  if (distances.exits < 1 || distances.dimension < 1) {
    rows.fail(fmt::format("{} exits and {} values a sample are not possible", distances.exits, distances.dimension));
  }
  check_finite<double>({"distances"}, "rates", distances.rates);
}

void check_lengths(const Rows& rows, const Distances& distances) {
  const std::int64_t n = distances.count();
  const bool flips = distances.method == kBitFlips;
  check_length(rows, "exit_share", distances.exit_share.size(), distances.exits);
  check_length(rows, "member", distances.member.size(), n);
  check_length(rows, "label", distances.label.size(), n);
  check_length(rows, "prediction", distances.prediction.size(), n);
  check_length(rows, "exit_taken", distances.exit_taken.size(), n);
  check_length(rows, "correct", distances.correct.size(), n);
  check_length(rows, "found", distances.found.size(), flips ? 0 : n);
  check_length(rows, "distance", distances.distance.size(), flips ? 0 : n);
  check_length(rows, "share", distances.share.size(), area(rows, n, size_of(distances.rates)));
  check_length(rows, "queries", distances.queries.size(), n);
}

/// Every value in 0 .. limit; `per_row` of them belong to a row.
void check_between(const Rows& rows, const std::string& field, std::span<const double> values, double limit,
                   std::int64_t per_row = 1) {
  check_finite<double>(rows, field, values, per_row);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] >= 0 && values[i] <= limit) continue;
    rows.fail(fmt::format("{} of {} is {}", field, rows.name(i / static_cast<std::size_t>(per_row)), values[i]));
  }
}

void check_correct(const Rows& rows, const Distances& distances) {
  for (std::size_t i = 0; i < distances.correct.size(); ++i) {
    const bool right = distances.prediction[i] == distances.label[i];
    if (right == (distances.correct[i] != 0)) continue;
    rows.fail(fmt::format("correct of {} is {}, prediction {} and label {}", rows.name(i), distances.correct[i],
                          distances.prediction[i], distances.label[i]));
  }
}

}  // namespace

void check(const Distances& distances) {
  const Rows rows{"distances", distances.index};
  constexpr std::int32_t kAny = std::numeric_limits<std::int32_t>::max();
  check_method(rows, distances);
  check_lengths(rows, distances);
  check_indices(rows);
  check_flags(rows, "member", distances.member);
  check_flags(rows, "correct", distances.correct);
  check_flags(rows, "found", distances.found);
  check_range(rows, "label", distances.label, kAny);
  check_range(rows, "prediction", distances.prediction, kAny);
  check_range(rows, "exit_taken", distances.exit_taken, distances.exits);
  check_between(rows, "distance", distances.distance, std::numeric_limits<double>::max());
  check_between(rows, "share", distances.share, 1, size_of(distances.rates));
  check_between({"distances"}, "exit_share", distances.exit_share, 1);
  check_correct(rows, distances);
}

void write(ArtifactWriter& out, const Distances& distances) {
  check(distances);
  out.write_attribute("method", distances.method);
  out.write_attribute("exits", distances.exits);
  out.write_attribute("dimension", distances.dimension);
  out.write("exit_share", distances.exit_share);
  out.write("rates", distances.rates);
  out.write("index", distances.index);
  out.write_flags("member", distances.member);
  out.write("label", distances.label);
  out.write("prediction", distances.prediction);
  out.write("exit_taken", distances.exit_taken);
  out.write_flags("correct", distances.correct);
  out.write_flags("found", distances.found);
  out.write("distance", distances.distance);
  out.write("share", distances.share, {distances.rates.empty() ? 0 : distances.count(), size_of(distances.rates)});
  out.write("queries", distances.queries);
}

Distances read_distances(const ArtifactReader& in) {
  Distances distances;
  distances.method = in.text_attribute("method");
  distances.exits = in.integer_attribute("exits");
  distances.dimension = in.integer_attribute("dimension");
  distances.exit_share = in.read<double>("exit_share");
  distances.rates = in.read<double>("rates");
  distances.index = in.read<std::int64_t>("index");
  distances.member = in.read<std::uint8_t>("member");
  distances.label = in.read<std::int32_t>("label");
  distances.prediction = in.read<std::int32_t>("prediction");
  distances.exit_taken = in.read<std::int32_t>("exit_taken");
  distances.correct = in.read<std::uint8_t>("correct");
  distances.found = in.read<std::uint8_t>("found");
  distances.distance = in.read<double>("distance");
  distances.share = in.read<double>("share");
  distances.queries = in.read<std::int64_t>("queries");
  check(distances);
  return distances;
}

}  // namespace exitaudit::schema
