#include "report/published.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/base/files.h"
#include "pipeline/config/yaml_reader.h"
#include "report/items/study_view.h"
#include "report/tables/cells.h"

namespace exitaudit::report {
namespace {

constexpr double kHalfAPoint = 0.005;

/// The paper does not say which attack succeeded so well.
bool unnamed(const PublishedNumber& number) {
  return number.metric == kSuccess.name && number.attack.empty();
}

/// Ours at the place of `number`, or (`exits`, `exit_source`) of the other number that a claim speaks of.
Value ours_of(const StudyView& view, const PublishedNumber& number, std::int64_t exits,
              const std::string& exit_source) {
  const Pair pair{number.dataset, number.network};
  if (unnamed(number)) return {};
  const AttackKey key{number.attack, exit_source, number.shadow};
  if (!number.attack.empty()) return exits == 0 ? view.mean_attack(pair, key) : view.attack(pair, exits, key);
  if (!exit_source.empty()) {
    return exits == 0 ? view.mean_clock(pair, key, number.metric) : view.clock(pair, exits, key, {number.metric});
  }
  return exits == 0 ? view.mean_model(pair, number.metric) : view.model(pair, exits, {number.metric});
}

/// Operations are counted and not sampled: they have no interval, and the smaller count is the smaller.
Decision decide_counted(Direction direction, double difference) {
  if (std::isnan(difference)) return Decision::kUndecided;
  const bool right = direction == Direction::kAbove ? difference > 0 : difference < 0;
  return right ? Decision::kHolds : Decision::kDoesNotHold;
}

/// What the paper averages over.
const std::vector<std::int64_t> kPaperExits{2, 3, 4, 5, 6};

Decision decide(const StudyView& view, const PublishedNumber& number, const Value& ours) {
  const PublishedClaim& claim = number.claim;
  const Difference found = difference(ours, ours_of(view, number, claim.exits, claim.exit_source));
  if (number.metric.starts_with("ops_")) return decide_counted(claim.direction, found.value);
  if (claim.direction == Direction::kBelow) return is_below(found);
  return is_above(found, claim.direction == Direction::kAbove ? 0 : -kHalfAPoint);
}

Unit unit_of(const std::string& metric) {
  if (metric.starts_with("ops_")) return kGops;
  return {100, 2, " %"};
}

std::string what_of(const PublishedNumber& n) {
  std::string what = n.metric == "test_accuracy"  ? "accuracy %"
                     : n.metric == "ops_official" ? "Gops official"
                     : n.metric == "exit_accuracy"
                         ? "right exits %"
                         : (unnamed(n) ? "success % (attack not named)" : name_of_attack(n.attack) + " success %");
  if (!n.exit_source.empty()) what += ", exits " + n.exit_source;
  return n.shadow == "same" ? what : what + ", shadow " + n.shadow;
}

/// As the paper has it, with all its digits.
std::string theirs_cell(const PublishedNumber& number) {
  const double scale = unit_of(number.metric).scale;
  const std::string value = fmt::format("{:.6g}", scale * number.value);
  return number.deviation ? fmt::format("{} ± {:.6g}", value, scale * *number.deviation) : value;
}

std::string word(const PublishedComparison& row) {
  if (unnamed(row.theirs)) return "cannot be compared";
  if (!row.claim) return "";
  return to_string(*row.claim);
}

std::string claim_text(const PublishedNumber& n) {
  const std::string other = n.claim.exits == 1 ? "vanilla" : "exits " + n.claim.exit_source;
  switch (n.claim.direction) {
    case Direction::kNone:
      return "";
    case Direction::kBelow:
      return "below " + other;
    case Direction::kAbove:
      return "above " + other;
    case Direction::kNotBelow:
      return "not below " + other;
  }
  return "";
}

}  // namespace

void describe(Fields& f, PublishedClaim& o) {
  choice(f, "direction", o.direction, kDirectionNames, "how the number stands to the other");
  f.integer("exits", o.exits, {0, 6}, "of the other number; 0 = the mean over 2 to 6");
  f.text("exit_source", o.exit_source, "of the other number");
}

void describe(Fields& f, PublishedNumber& o) {
  f.text("item", o.item, "figure, table or part of the paper's text");
  f.text("dataset", o.dataset, "as in data/manifest.yaml");
  f.text("network", o.network, "as in a study's axes");
  f.integer("exits", o.exits, {0, 6}, "number of exits; 1 = vanilla, 0 = the mean over 2 to 6");
  f.text("attack", o.attack, "kind of attack; empty where the number is of none, or the paper does not name it");
  f.text("exit_source", o.exit_source, "how the attack learns the exit");
  f.text("shadow", o.shadow, "whose shadow taught the attack");
  f.text("metric", o.metric, "the number's name in a study's table");
  f.real("value", o.value, {}, "the number");
  f.optional_real("deviation", o.deviation, {0, 1e12}, "its deviation over numbers of exits; null = not stated");
  f.text("remark", o.remark, "what is doubtful about it");
  block(f, "claim", o.claim, "what the paper says of it beside another");
}

std::vector<PublishedNumber> read_published(const std::filesystem::path& path) {
  std::vector<PublishedNumber> numbers;
  throw_faults(YamlDocument::from_file(path).read(
      [&](Fields& f) { blocks(f, "numbers", numbers, "numbers that the paper states"); }));
  return numbers;
}

std::vector<PublishedNumber> read_published() {
  return read_published(shipped_file("data/published.yaml"));
}

std::vector<PublishedComparison> compare_with_published(const StudyView& view,
                                                        const std::vector<PublishedNumber>& published) {
  const std::vector<Pair> pairs = view.pairs();
  std::vector<PublishedComparison> found;
  for (const PublishedNumber& number : published) {
    if (std::ranges::count(pairs, Pair{number.dataset, number.network}) == 0) continue;
    PublishedComparison row{.theirs = number, .ours = ours_of(view, number, number.exits, number.exit_source)};
    row.difference = row.ours.y - number.value;
    const bool alike = number.exits > 0 || row.ours.over == kPaperExits;
    if (alike && !std::isnan(row.ours.low))
      row.in_interval = row.ours.low <= number.value && number.value <= row.ours.high;
    if (number.claim.direction != Direction::kNone && !unnamed(number)) row.claim = decide(view, number, row.ours);
    found.push_back(std::move(row));
  }
  return found;
}

TextTable published_table(const StudyResults& results, const std::vector<PublishedComparison>& comparisons) {
  TextTable table{.title = "What the paper states, and what was found here",
                  .columns = {{"item"},
                              {"dataset"},
                              {"network"},
                              {"exits", true},
                              {"what"},
                              {"theirs", true},
                              {"ours", true},
                              {"difference", true},
                              {"theirs in ours"},
                              {"claim"},
                              {"here"}},
                  .grouped = 1};
  std::set<std::string> remarks;
  for (const PublishedComparison& row : comparisons) {
    const PublishedNumber& n = row.theirs;
    const Unit unit = unit_of(n.metric);
    const std::string inside = row.in_interval ? (*row.in_interval ? "yes" : "no") : "";
    const bool other = n.exits == 0 && row.ours.known() && row.ours.over != kPaperExits;
    table.rows.push_back(
        {n.item, n.dataset, n.network, n.exits == 0 ? "mean" : std::to_string(n.exits), what_of(n), theirs_cell(n),
         cell(row.ours, unit) + (other ? fmt::format(", {} exits", fmt::join(row.ours.over, "+")) : ""),
         text(Difference{row.difference, statistics::no_interval()}, {unit.scale, unit.decimals, ""}), inside,
         claim_text(n), word(row)});
    if (!n.remark.empty()) remarks.insert(fmt::format("{}, {}/{}: {}", n.item, n.dataset, n.network, n.remark));
  }
  if (table.rows.empty()) return table;
  table.notes = {
      "Theirs: Li et al., CCS 2022, data/published.yaml. Ours: 95 % interval, or of a mean over exits its "
      "deviation; whether theirs lies in ours goes by the interval of our mean. Claim: what the paper says of "
      "the number beside another one; here: whether our intervals say so.",
      "Not like for like unless the setting is the paper's (its width, 100 epochs, all samples)."};
  for (const std::string& note : results.notes) table.notes.push_back("Our setting: " + note);
  table.notes.insert(table.notes.end(), remarks.begin(), remarks.end());
  return table;
}

}  // namespace exitaudit::report
