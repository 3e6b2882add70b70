#include "report/items/study_view.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace exitaudit::report {
namespace {

/// Most of a large table is about classes and permutations, which no item asks for.
std::vector<schema::TableRow> without_classes(const std::vector<schema::TableRow>& rows) {
  std::vector<schema::TableRow> kept;
  for (const schema::TableRow& row : rows) {
    const std::string& slice = row.measurement.slice;
    if (!slice.starts_with("class=") && !slice.starts_with("permutation=")) kept.push_back(row);
  }
  return kept;
}

}  // namespace

Value value_of(const schema::Measurement& m, std::int64_t exits) {
  return {.y = m.value,
          .low = m.low,
          .high = m.high,
          .measured = {m.low, m.high},
          .n = m.n,
          .exits = exits,
          .there = 1,
          .of = 1};
}

StudyView::StudyView(const StudyResults& results) : results_(results) {
  const std::vector<schema::TableRow> rows = without_classes(results.rows);
  models_ = gather_models(rows);
  attacks_ = gather_attacks(rows);
  clocked_ = gather_clocked(rows);
  std::set<std::int64_t> seeds;
  std::set<std::int64_t> exits;
  for (const schema::TableRow& row : rows) {
    seeds.insert(row.seed);
    if (row.exits > 1) exits.insert(row.exits);
  }
  for (const ExpectedResult& e : results.expected) {
    if (!e.role.empty() && e.role != "target") continue;
    Subject subject{e.dataset, e.network, e.exits, 0, e.attack, e.exit_source, e.shadow};
    ++asked_[{e.noun, subject}];
    subject.exits = 0;
    if (e.exits > 1) ++asked_[{e.noun, subject}];
  }
  seeds_.assign(seeds.begin(), seeds.end());
  exits_.assign(exits.begin(), exits.end());
}

std::vector<Pair> StudyView::pairs() const {
  std::vector<Pair> found;
  for (const auto& entry : models_) {
    Pair pair{entry.first.dataset, entry.first.network};
    if (pair.network != schema::kRecorded && (found.empty() || found.back() != pair)) found.push_back(std::move(pair));
  }
  return found;
}

std::vector<Pair> StudyView::pairs_preferring(const std::vector<std::string>& networks) const {
  const auto preferred = [&](const Pair& pair) { return std::ranges::count(networks, pair.network) > 0; };
  std::set<std::string> having;
  const std::vector<Pair> all = pairs();
  for (const Pair& pair : all) {
    if (preferred(pair)) having.insert(pair.dataset);
  }
  std::vector<Pair> found;
  for (const Pair& pair : all) {
    if (preferred(pair) || !having.contains(pair.dataset)) found.push_back(pair);
  }
  return found;
}

std::vector<std::int64_t> StudyView::exits_of(const Pair& pair) const {
  std::set<std::int64_t> found;
  for (const auto& entry : models_) {
    const Subject& s = entry.first;
    if (s.dataset == pair.dataset && s.network == pair.network && s.exits > 0) found.insert(s.exits);
  }
  return {found.begin(), found.end()};
}

std::int64_t StudyView::deepest(const Pair& pair) const {
  const std::vector<std::int64_t> exits = exits_of(pair);
  return exits.empty() ? 0 : exits.back();
}

Value StudyView::one(const FiguresBySubject& figures, Subject subject, const Metric& metric) const {
  if (metric.slice == "all") return over_seeds(figures, std::move(subject), metric.name);
  for (const std::int64_t seed : seeds_) {
    if (seed == kMeanOverSeeds) continue;
    subject.seed = seed;
    const auto found = figures.find(subject);
    if (found == figures.end()) return {};  // another seed's number is not the first's
    const auto slice = found->second.slices.find(metric.slice);
    if (slice == found->second.slices.end()) return {};
    const auto m = slice->second.find(metric.name);
    return m == slice->second.end() ? Value{} : value_of(m->second, subject.exits);
  }
  return {};
}

Value StudyView::model(const Pair& pair, std::int64_t exits, const Metric& metric) const {
  return one(models_, {pair.dataset, pair.network, exits, 0, "", "", ""}, metric);
}

Value StudyView::mean_model(const Pair& pair, const std::string& metric) const {
  return over_exits(models_, {pair.dataset, pair.network, 0, 0, "", "", ""}, metric);
}

Value StudyView::attack(const Pair& pair, std::int64_t exits, const AttackKey& key, const Metric& metric) const {
  return one(attacks_, {pair.dataset, pair.network, exits, 0, key.attack, key.exit_source, key.shadow}, metric);
}

Value StudyView::mean_attack(const Pair& pair, const AttackKey& key) const {
  return over_exits(attacks_, {pair.dataset, pair.network, 0, 0, key.attack, key.exit_source, key.shadow},
                    kSuccess.name);
}

Value StudyView::clock(const Pair& pair, std::int64_t exits, const AttackKey& key, const Metric& metric) const {
  return one(clocked_, {pair.dataset, pair.network, exits, 0, "", key.exit_source, key.shadow}, metric);
}

Value StudyView::mean_clock(const Pair& pair, const AttackKey& key, const std::string& metric) const {
  return over_exits(clocked_, {pair.dataset, pair.network, 0, 0, "", key.exit_source, key.shadow}, metric);
}

std::vector<std::string> StudyView::sources(const Pair& pair, const std::string& attack,
                                            const std::string& prefix) const {
  std::vector<std::string> found;
  for (const auto& entry : attack.empty() ? clocked_ : attacks_) {
    const Subject& s = entry.first;
    const bool fits = s.dataset == pair.dataset && s.network == pair.network && s.attack == attack &&
                      (s.shadow.empty() || s.shadow == "same") && s.exit_source.starts_with(prefix);
    if (fits && std::ranges::count(found, s.exit_source) == 0) found.push_back(s.exit_source);
  }
  return found;
}

bool StudyView::several_seeds() const {
  return std::ranges::any_of(models_, [&](const auto& entry) { return entry.first.seed == kMeanOverSeeds; });
}

std::string StudyView::slice_note() const {
  return several_seeds() ? " Of the first seed: what is by exit is not averaged over seeds." : "";
}

std::string StudyView::stolen_source(bool most) const {
  std::set<std::int64_t> copies;
  for (const FiguresBySubject* figures : {&attacks_, &clocked_}) {
    for (const auto& entry : *figures) {
      if (!entry.first.exit_source.starts_with("stolen/copies=")) continue;
      copies.insert(copies_of(entry.first.exit_source));
    }
  }
  for (const ExpectedResult& e : results_.expected) {
    if (e.exit_source.starts_with("stolen/copies=")) copies.insert(copies_of(e.exit_source));
  }
  if (copies.empty() || (most && *copies.rbegin() < 2)) return "";
  return "stolen/copies=" + std::to_string(most ? *copies.rbegin() : *copies.begin());
}

std::string name_of_attack(const std::string& attack) {
  if (attack == "gradient" || attack == "score") return attack + "-based";
  if (attack == "label_only") return "label-only";
  return attack == "exit_only" ? "exit-only" : attack;
}

std::int64_t copies_of(const std::string& exit_source) {
  const std::string mark = "copies=";
  const std::size_t at = exit_source.find(mark);
  std::int64_t copies = 0;
  if (at != std::string::npos) {
    std::from_chars(exit_source.data() + at + mark.size(), exit_source.data() + exit_source.size(), copies);
  }
  return copies;
}

}  // namespace exitaudit::report
