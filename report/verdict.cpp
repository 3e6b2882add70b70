#include "report/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "report/items/decision.h"
#include "report/items/lacks.h"
#include "report/items/study_view.h"
#include "report/tables/attack_table.h"

namespace exitaudit::report {
namespace {

constexpr double kChance = 0.5;
constexpr double kWide = 0.05;  ///< half an interval, in shares: beyond it an attack's success is told roughly at best

/// One attack on one model, with the target's own twin as shadow, no noise and no guard.
struct Attacked {
  Subject subject;
  Value success;
  Value balanced = {};  ///< known where there are not as many members as others, so that chance is not 50 %

  /// What is held against chance.
  const Value& judged() const { return balanced.known() ? balanced : success; }
};

Value value_of(const Figures& figures, const std::string& metric) {
  const auto found = figures.whole.find(metric);
  return found == figures.whole.end() ? Value{} : report::value_of(found->second, 0);
}

/// Members stand behind a true-positive rate.
bool is_balanced(const Figures& figures) {
  const Value rate = value_of(figures, "tpr_at_fpr_1pct");
  return rate.n == 0 || 2 * rate.n == value_of(figures, kSuccess.name).n;
}

std::vector<Attacked> attacked(const StudyView& view) {
  std::vector<Attacked> found;
  for (const auto& [subject, figures] : view.attacks()) {
    const bool twin = subject.shadow.empty() || subject.shadow == "same";
    const Value success = value_of(figures, kSuccess.name);
    if (!subject.is_mean() && twin && !is_sweep(subject.exit_source) && success.known()) {
      found.push_back({subject, success, is_balanced(figures) ? Value{} : value_of(figures, "balanced_accuracy")});
    }
  }
  return found;
}

std::string name_of(const Subject& s) {
  const std::string seed = s.seed > 1 ? fmt::format(", seed {}", s.seed) : "";
  return fmt::format("{}/{} with {} exit{}{}", s.dataset, s.network, s.exits, s.exits == 1 ? "" : "s", seed);
}

std::string against_chance(const Value& value) {
  if (value.low > kChance) return "above chance (50 %)";
  if (value.high < kChance) return "below chance (50 %)";
  return std::isnan(value.low) ? "chance gives 50 %" : "not to be told from chance (50 %)";
}

template <class Wanted>
std::optional<Attacked> best(const std::vector<Attacked>& all, Wanted wanted, std::size_t& of) {
  std::optional<Attacked> found;
  of = 0;
  for (const Attacked& one : all) {
    if (!wanted(one)) continue;
    ++of;
    if (!found || one.judged().y > found->judged().y) found = one;
  }
  return found;
}

std::string describe_best(const Attacked& one, std::size_t of) {
  const std::string how = one.subject.exit_source == "none" ? "" : ", exits " + one.subject.exit_source;
  const std::string balanced =
      one.balanced.known() ? fmt::format("balanced accuracy {}, ", text(one.balanced, kPercent)) : "";
  return fmt::format("{} ({}{}), {}, {}{}{}", text(one.success, kPercent),
                     attack_name(one.subject.attack, one.subject.exit_source), how, name_of(one.subject), balanced,
                     against_chance(one.judged()), of > 1 ? fmt::format(", the highest of {}", of) : "");
}

std::string leak_sentence(const std::vector<Attacked>& all) {
  std::size_t originals = 0;
  std::size_t attacks = 0;
  const auto original = best(
      all, [](const Attacked& a) { return a.subject.exit_source == "none"; }, originals);
  const auto any = best(
      all, [](const Attacked&) { return true; }, attacks);
  if (!any) return "No attack was made, so nothing is known of a leak.";
  if (!original) {
    return fmt::format("No original attack was made; the best attack tells members from others in {}.",
                       describe_best(*any, attacks));
  }
  std::string sentence =
      fmt::format("The best original attack tells members from others in {}", describe_best(*original, originals));
  if (attacks == originals) return sentence + ".";
  if (any->subject.exit_source == "none") return sentence + "; no attack that uses exits does better.";
  return fmt::format("{}; the best attack at all in {}.", sentence, describe_best(*any, attacks));
}

using BySubject = std::map<Subject, Attacked>;

BySubject by_subject(const std::vector<Attacked>& all) {
  BySubject found;
  for (const Attacked& one : all) found.emplace(one.subject, one);
  return found;
}

/// The same model attacked with something else.
const Attacked* partner(const BySubject& all, Subject subject, const std::string& attack, const std::string& source) {
  subject.attack = attack;
  subject.exit_source = source;
  const auto found = all.find(subject);
  return found == all.end() ? nullptr : &found->second;
}

/// How often the first of two attacks is surely better, and the largest difference.
struct Gains {
  std::int64_t pairs = 0;
  std::int64_t better = 0;
  std::int64_t worse = 0;
  Difference largest;
  std::string where;

  void add(const Attacked& hybrid, const Attacked& other) {
    const Difference found = difference(hybrid.success, other.success);
    ++pairs;
    better += is_above(found) == Decision::kHolds ? 1 : 0;
    worse += is_below(found) == Decision::kHolds ? 1 : 0;
    if (!std::isnan(largest.value) && found.value <= largest.value) return;
    largest = found;
    where = fmt::format("{}, exits {}, {}", attack_name(hybrid.subject.attack, hybrid.subject.exit_source),
                        hybrid.subject.exit_source, name_of(hybrid.subject));
  }
  /// "3 of 5 surely beat the exit alone, 1 surely does worse; the largest gain is +3.0 [1.0, 5.0] points (…)"
  std::string text(const std::string& what) const {
    const std::string less = worse > 0 ? fmt::format(", {} surely do{} worse", worse, worse == 1 ? "es" : "") : "";
    return fmt::format("{} of {} surely beat{} {}{}; the largest gain is {} ({})", better, pairs,
                       better == 1 ? "s" : "", what, less, report::text(largest, kPoints), where);
  }
};

std::string exits_sentence(const std::vector<Attacked>& all) {
  Gains originals;
  Gains controls;
  const BySubject models = by_subject(all);
  for (const Attacked& hybrid : all) {
    const Subject& s = hybrid.subject;
    if (s.exit_source == "none" || s.exit_source == "predicted" || s.attack == "exit_only") continue;
    if (const Attacked* original = partner(models, s, s.attack, "none")) originals.add(hybrid, *original);
    // Only the score-based attack's samples are not balanced by exit, so only there the control means something.
    if (s.attack != "score") continue;
    if (const Attacked* control = partner(models, s, "exit_only", s.exit_source)) controls.add(hybrid, *control);
  }
  if (originals.pairs == 0) return "What the exits add is not known: no model was attacked both with and without them.";
  const std::string sentence = "Of the attacks that see the exit " + originals.text("the same attack without it");
  if (controls.pairs == 0) return sentence + "; the exit alone was not tried as a control.";
  return fmt::format("{}. Of the score-based ones {}.", sentence, controls.text("the exit alone"));
}

std::string count_of(std::size_t count, const std::string& one, const std::string& several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

/// "checks failed: …" with the first three names.
std::string failures(const StudyResults& results, const std::string& slice, const std::string& one,
                     const std::string& several, std::size_t& looked) {
  std::vector<std::string> failed;
  looked = 0;
  for (const schema::TableRow& row : results.rows) {
    const schema::Measurement& m = row.measurement;
    if (m.slice != slice || (slice == "null" && m.metric != "null_within")) continue;
    ++looked;
    if (m.value == 1) continue;
    const std::string what = slice == "null" ? attack_name(row.attack, row.exit_source) : m.metric;
    const std::string whose =
        row.network.empty() ? row.dataset : fmt::format("{}/{}/exits{}", row.dataset, row.network, row.exits);
    failed.push_back(fmt::format("{} of {}", what, whose.empty() ? "the study" : whose));
  }
  if (failed.empty()) return "";
  const std::size_t named = std::min<std::size_t>(failed.size(), 3);
  return fmt::format("{} FAILED ({}{})", count_of(failed.size(), one, several),
                     fmt::join(failed.begin(), failed.begin() + static_cast<std::ptrdiff_t>(named), ", "),
                     named < failed.size() ? ", …" : "");
}

/// The widest interval among the attacks, where it is too wide.
std::string width(const std::vector<Attacked>& all) {
  const Attacked* widest = nullptr;
  std::int64_t wide = 0;
  for (const Attacked& one : all) {
    const double half = (one.success.high - one.success.low) / 2;
    if (!(half > kWide)) continue;
    ++wide;
    if (widest == nullptr || half > (widest->success.high - widest->success.low) / 2) widest = &one;
  }
  if (widest == nullptr) return "";
  return fmt::format(
      "{} of {} attacks judged too few samples to be told within {:.0f} points (at worst {:.1f}, with {} "
      "samples)",
      wide, all.size(), 100 * kWide, 50 * (widest->success.high - widest->success.low), widest->success.n);
}

std::string doubts_sentence(const StudyResults& results, const std::vector<Attacked>& all) {
  std::size_t checks = 0;
  std::size_t nulls = 0;
  std::vector<std::string> doubts{failures(results, "check", "check", "checks", checks),
                                  failures(results, "null", "null test", "null tests", nulls)};
  const auto missing =
      std::ranges::count_if(results.expected, [](const ExpectedResult& e) { return e.state != ResultState::kThere; });
  if (missing > 0) {
    doubts.push_back(fmt::format("{} of {} results are not there", missing, results.expected.size()));
  }
  doubts.push_back(width(all));
  if (checks == 0) doubts.push_back("no check of the audit itself was made");
  if (nulls == 0 && !all.empty()) doubts.push_back("no attack was tested against permuted members");
  std::erase(doubts, "");
  if (!doubts.empty()) return fmt::format("What undermines this: {}.", fmt::join(doubts, "; "));
  return fmt::format("Nothing found undermines this: {} and {} passed, and no result is missing.",
                     count_of(checks, "check", "checks"), count_of(nulls, "null test", "null tests"));
}

}  // namespace

std::array<std::string, 3> verdict_sentences(const StudyView& view) {
  const std::vector<Attacked> all = attacked(view);
  return {leak_sentence(all), exits_sentence(all), doubts_sentence(view.results(), all)};
}

}  // namespace exitaudit::report
