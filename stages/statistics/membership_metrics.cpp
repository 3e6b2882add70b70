#include "stages/statistics/membership_metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "pipeline/base/error.h"
#include "stages/statistics/bootstrap.h"
#include "stages/statistics/roc.h"

namespace exitaudit::statistics {
namespace {

using schema::Measurement;
using schema::Verdicts;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

struct Slice {
  std::string name;
  std::vector<double> score;
  std::vector<std::uint8_t> decision;
  std::vector<std::uint8_t> member;
  std::int64_t size() const { return static_cast<std::int64_t>(score.size()); }
};

Slice cut(const Verdicts& verdicts, std::string name, const std::function<bool(std::size_t)>& belongs) {
  Slice slice;
  slice.name = std::move(name);
  for (std::size_t i = 0; i < verdicts.score.size(); ++i) {
    if (!belongs(i)) continue;
    slice.score.push_back(verdicts.score[i]);
    slice.decision.push_back(verdicts.decision[i] != 0 ? 1 : 0);
    slice.member.push_back(verdicts.member[i] != 0 ? 1 : 0);
  }
  return slice;
}

struct Confusion {
  std::int64_t members = 0;
  std::int64_t non_members = 0;
  std::int64_t right_members = 0;
  std::int64_t right_non_members = 0;
};

Confusion count(const Slice& slice) {
  Confusion counts;
  for (std::size_t i = 0; i < slice.member.size(); ++i) {
    const bool right = slice.member[i] == slice.decision[i];
    ++(slice.member[i] != 0 ? counts.members : counts.non_members);
    if (right) ++(slice.member[i] != 0 ? counts.right_members : counts.right_non_members);
  }
  return counts;
}

/// A rate over nothing is not known.
double rate(std::int64_t hits, std::int64_t trials) {
  return trials == 0 ? kUnknown : static_cast<double>(hits) / static_cast<double>(trials);
}

Measurement proportion(const Slice& slice, const char* metric, std::int64_t hits, std::int64_t trials) {
  const Interval interval = clopper_pearson(hits, trials);
  return {slice.name, metric, rate(hits, trials), interval.low, interval.high, trials};
}

Measurement tpr(const Slice& slice, const Roc& roc, const char* metric, double fpr) {
  const auto step = step_at_fpr(roc, fpr);
  if (!step) return {slice.name, metric, kUnknown, kUnknown, kUnknown, roc.members};
  return proportion(slice, metric, step->true_positives, roc.members);
}

/// `brief`: a true-positive rate that cannot be told is left out, as in most classes.
void measure(const Slice& slice, bool brief, const std::string& name, std::vector<Measurement>& found) {
  if (slice.size() == 0) return;
  const Confusion counts = count(slice);
  const Roc roc = make_roc(slice.score, slice.member);
  const MembershipIntervals intervals =
      bootstrap_membership(slice.score, slice.decision, slice.member, stream("bootstrap", name, slice.name));
  const auto add = [&](const char* metric, double value, const Interval& interval) {
    found.push_back({slice.name, metric, value, interval.low, interval.high, slice.size()});
  };
  found.push_back(proportion(slice, "attack_success", counts.right_members + counts.right_non_members, slice.size()));
  add("auc", auc(roc), intervals.auc);
  add("balanced_accuracy",
      (rate(counts.right_members, counts.members) + rate(counts.right_non_members, counts.non_members)) / 2,
      intervals.balanced_accuracy);
  for (const Measurement& rate_at :
       {tpr(slice, roc, "tpr_at_fpr_1pct", 0.01), tpr(slice, roc, "tpr_at_fpr_0.1pct", 0.001)}) {
    if (!brief || !std::isnan(rate_at.value)) found.push_back(rate_at);
  }
}

void check_lengths(const Verdicts& verdicts) {
  const std::size_t n = verdicts.score.size();
  require(verdicts.member.size() == n && verdicts.decision.size() == n && verdicts.label.size() == n &&
              verdicts.exit.size() == n && verdicts.correct.size() == n,
          "every verdict has a score, a decision and the truth");
}

}  // namespace

std::vector<Measurement> measure(const Verdicts& verdicts, std::int64_t exits, const std::string& name) {
  check_lengths(verdicts);
  std::vector<Measurement> found;
  measure(cut(verdicts, "all", [](std::size_t) { return true; }), false, name, found);
  std::int64_t empty = 0;
  for (std::int64_t exit = 0; exit < exits; ++exit) {
    const Slice slice =
        cut(verdicts, fmt::format("exit={}", exit), [&](std::size_t i) { return verdicts.exit[i] == exit; });
    if (slice.size() == 0) ++empty;
    measure(slice, false, name, found);
  }
  found.push_back({"all", "empty_exits", static_cast<double>(empty), kUnknown, kUnknown, exits});
  measure(cut(verdicts, "correct", [&](std::size_t i) { return verdicts.correct[i] != 0; }), false, name, found);
  measure(cut(verdicts, "wrong", [&](std::size_t i) { return verdicts.correct[i] == 0; }), false, name, found);
  for (const std::int32_t label : std::set<std::int32_t>(verdicts.label.begin(), verdicts.label.end())) {
    measure(cut(verdicts, fmt::format("class={}", label), [&](std::size_t i) { return verdicts.label[i] == label; }),
            true, name, found);
  }
  return found;
}

}  // namespace exitaudit::statistics
