#include "stages/characterize/answer_quality.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <limits>
#include <string>

#include "stages/statistics/accuracy.h"
#include "stages/statistics/calibration_error.h"

namespace exitaudit::characterize {
namespace {

using schema::Measurement;
using schema::Observations;
using statistics::proportion;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, 2> kSides{"non_members", "members"};

/// Calibration on both sides; `place` of a sample in the arrays over exits.
void add_calibration(const Observations& o, const std::string& slice,
                     const std::function<std::size_t(std::size_t)>& place, std::vector<Measurement>& rows) {
  for (const std::size_t side : {1U, 0U}) {
    std::vector<double> confidence;
    std::vector<std::uint8_t> correct;
    for (std::size_t i = 0; i < o.index.size(); ++i) {
      if (o.member[i] != side) continue;
      confidence.push_back(static_cast<double>(o.confidence[place(i)]));
      correct.push_back(o.prediction[place(i)] == o.label[i] ? 1 : 0);
    }
    rows.push_back({slice, std::string("calibration_error_") + kSides[side],
                    statistics::calibration_error(confidence, correct), kUnknown, kUnknown,
                    static_cast<std::int64_t>(confidence.size())});
  }
}

struct Overthinking {
  std::int64_t wasteful = 0;
  std::int64_t destructive = 0;
  std::int64_t n = 0;
};

void count_sample(const Observations& o, std::size_t i, Overthinking& counts) {
  const auto exits = static_cast<std::size_t>(o.exits);
  bool early = false;
  for (std::size_t exit = 0; exit + 1 < exits; ++exit) early = early || o.prediction[i * exits + exit] == o.label[i];
  const bool final = o.prediction[i * exits + exits - 1] == o.label[i];
  ++counts.n;
  counts.wasteful += early && final ? 1 : 0;
  counts.destructive += early && !final ? 1 : 0;
}

}  // namespace

std::vector<Measurement> non_member_shares(const Observations& observations) {
  const auto exits = static_cast<std::size_t>(observations.exits);
  std::vector<std::int64_t> non_members(exits);
  std::vector<std::int64_t> all(exits);
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    const auto exit = static_cast<std::size_t>(observations.exit_taken[i]);
    ++all[exit];
    non_members[exit] += observations.member[i] == 0 ? 1 : 0;
  }
  std::vector<Measurement> rows;
  for (std::size_t exit = 0; exit < exits; ++exit) {
    rows.push_back(proportion(fmt::format("exit={}", exit), "non_member_share", non_members[exit], all[exit]));
  }
  return rows;
}

std::vector<Measurement> calibration_errors(const Observations& observations) {
  std::vector<Measurement> rows;
  add_calibration(
      observations, "all", [&](std::size_t i) { return observations.answer(i); }, rows);
  if (observations.answers_only) return rows;
  const auto exits = static_cast<std::size_t>(observations.exits);
  for (std::size_t exit = 0; exit < exits; ++exit) {
    add_calibration(
        observations, fmt::format("exit={}", exit), [=](std::size_t i) { return i * exits + exit; }, rows);
  }
  return rows;
}

std::vector<Measurement> overthinking(const Observations& observations) {
  std::vector<Measurement> rows;
  if (observations.exits < 2 || observations.answers_only) return rows;
  std::array<Overthinking, 2> sides;
  for (std::size_t i = 0; i < observations.index.size(); ++i) {
    count_sample(observations, i, sides[observations.member[i]]);
  }
  for (const std::size_t side : {1U, 0U}) {
    const Overthinking& counts = sides[side];
    rows.push_back(proportion("all", std::string("overthinking_wasteful_") + kSides[side], counts.wasteful, counts.n));
    rows.push_back(
        proportion("all", std::string("overthinking_destructive_") + kSides[side], counts.destructive, counts.n));
  }
  return rows;
}

}  // namespace exitaudit::characterize
