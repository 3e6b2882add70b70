#include "report/tables/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

namespace exitaudit::report {
namespace {

constexpr std::array<std::string_view, 4> kAttackOrder{"gradient", "score", "label_only", "exit_only"};
constexpr std::array<std::string_view, 4> kSourceOrder{"none", "known", "stolen", "predicted"};

/// Place of the listed name that `text` starts with; the end for others.
template <std::size_t N>
std::ptrdiff_t place(const std::array<std::string_view, N>& order, const std::string& text) {
  return std::find_if(order.begin(), order.end(), [&](std::string_view name) { return text.starts_with(name); }) -
         order.begin();
}

std::int64_t last_if(bool mean, std::int64_t value) {
  return mean ? std::numeric_limits<std::int64_t>::max() : value;
}

auto reading_order(const Subject& s) {
  return std::tuple(s.dataset, s.network, last_if(s.exits == 0, s.exits), last_if(s.seed == -1, s.seed),
                    place(kAttackOrder, s.attack), s.attack, place(kSourceOrder, s.exit_source), s.exit_source,
                    s.shadow);
}

template <class Wanted>
FiguresBySubject gather(const std::vector<schema::TableRow>& rows, Wanted wanted) {
  FiguresBySubject found;
  for (const schema::TableRow& row : rows) {
    if (!wanted(row)) continue;
    Figures& figures = found[{row.dataset, row.network, row.exits, row.seed, row.attack, row.exit_source, row.shadow}];
    const schema::Measurement& m = row.measurement;
    if (m.slice == "all" || m.slice.starts_with("mean over ")) {
      figures.whole[m.metric] = m;
    } else if (m.slice.starts_with("deviation over ")) {
      figures.deviation[m.metric] = m;
    } else {
      figures.slices[m.slice][m.metric] = m;
    }
  }
  return found;
}

Subject subject_of(const ExpectedResult& e) {
  return {e.dataset, e.network, e.exits, e.seed, e.attack, e.exit_source, e.shadow};
}

/// How many single figures should be behind each mean: over exits 2 to 6, over seeds, over both.
std::map<Subject, std::int64_t> count_behind_means(const std::set<Subject>& subjects) {
  std::map<Subject, std::int64_t> counts;
  for (Subject subject : subjects) {
    const std::int64_t seed = std::exchange(subject.seed, -1);
    ++counts[subject];
    if (subject.exits < 2) continue;
    subject.exits = 0;
    ++counts[subject];
    subject.seed = seed;
    ++counts[subject];
  }
  return counts;
}

/// Of each mean over exits and seeds, how many single figures there are.
void count_single_figures(FiguresBySubject& found) {
  FiguresBySubject means;
  for (const auto& [subject, figures] : found) {
    if (subject.is_mean() || subject.exits < 2) continue;
    Subject mean = subject;
    mean.exits = 0;
    mean.seed = -1;
    for (const auto& [metric, m] : figures.whole) means[mean].there[metric] += std::isfinite(m.value) ? 1 : 0;
  }
  for (const auto& [mean, counted] : means) {
    const auto there = found.find(mean);
    if (there != found.end()) there->second.there = counted.there;
  }
}

template <class Wanted>
FiguresBySubject expect(FiguresBySubject found, const std::vector<ExpectedResult>& expected, Wanted wanted) {
  std::set<Subject> subjects;
  for (const ExpectedResult& e : expected) {
    if (!wanted(e)) continue;
    const Subject subject = subject_of(e);
    subjects.insert(subject);
    if (e.state != ResultState::kThere) found[subject].state = e.state;
  }
  for (const auto& [mean, count] : count_behind_means(subjects)) {
    const auto there = found.find(mean);
    if (there != found.end()) there->second.expected = count;
  }
  count_single_figures(found);
  return found;
}

}  // namespace

bool Subject::operator<(const Subject& other) const {
  return reading_order(*this) < reading_order(other);
}

bool is_sweep(const std::string& exit_source) {
  return exit_source.find("/noise=") != std::string::npos || exit_source.find("/guard=") != std::string::npos;
}

FiguresBySubject gather_models(const std::vector<schema::TableRow>& rows) {
  return gather(rows, [](const schema::TableRow& row) {
    return row.attack.empty() && row.exit_source.empty() && row.role == "target";
  });
}

FiguresBySubject gather_clocked(const std::vector<schema::TableRow>& rows) {
  return gather(rows, [](const schema::TableRow& row) { return row.attack.empty() && !row.exit_source.empty(); });
}

FiguresBySubject gather_attacks(const std::vector<schema::TableRow>& rows) {
  return gather(rows, [](const schema::TableRow& row) { return !row.attack.empty(); });
}

FiguresBySubject gather_models(const StudyResults& results, const std::string& noun) {
  return expect(gather_models(results.rows), results.expected, [&](const ExpectedResult& e) {
    const bool recorded = e.network == schema::kRecorded && noun == "thresholds" && e.noun == "observations";
    return (e.noun == noun || recorded) && e.role == "target";
  });
}

FiguresBySubject gather_clocked(const StudyResults& results, const std::string& noun) {
  return expect(gather_clocked(results.rows), results.expected,
                [&](const ExpectedResult& e) { return e.noun == noun; });
}

FiguresBySubject gather_attacks(const StudyResults& results) {
  return expect(gather_attacks(results.rows), results.expected,
                [](const ExpectedResult& e) { return e.noun == "verdicts"; });
}

std::string holes_note(const FiguresBySubject& found, const std::string& what) {
  std::map<std::string, int> states;
  std::int64_t holes = 0;
  std::int64_t all = 0;
  for (const auto& [subject, figures] : found) {
    if (subject.is_mean()) continue;
    ++all;
    if (figures.state == ResultState::kThere) continue;
    ++holes;
    ++states[to_string(figures.state)];
  }
  if (holes == 0) return "";
  std::string text;
  for (const auto& [state, count] : states) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, state);
  return fmt::format(
      "{} of {} {} are not there: {}; `exitaudit status` says why. A mean that lacks some says how many "
      "it has: (3/5).",
      holes, all, what, text);
}

}  // namespace exitaudit::report
