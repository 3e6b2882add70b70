#include <fmt/format.h>

#include <algorithm>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {
namespace {

/// One of the figures of this form: original beside hybrids.
struct HybridFigure {
  std::string id;
  std::string title;
  std::vector<std::string> attacks;
  std::vector<BarSpec> bars;
};

std::string lines_of(const std::string& attack, const std::string& source, const std::string& more) {
  const std::string kind = source.substr(0, source.find('/'));
  return fmt::format("attacks: [{{kind: {}, exit_source: {}}}]{}", attack, kind, kind == "stolen" ? more : "");
}

/// Each hybrid against the original attack on the same models.
void add_gains(std::vector<std::string>& sentences, const StudyView& view, const Pair& pair, const std::string& attack,
               const std::vector<BarSpec>& bars) {
  const Value original = view.mean_attack(pair, {attack, "none"});
  if (!original.known()) return;
  std::string sentence;
  for (const BarSpec& bar : bars) {
    if (bar.vanilla || bar.exit_source == "none") continue;
    const Value hybrid = bar_value(view, pair, attack, bar);
    if (!hybrid.known()) continue;
    sentence += fmt::format("{} {} {} ({})", sentence.empty() ? "" : ",", bar.name, text(hybrid, kPercent),
                            text(difference(hybrid, original), kPoints));
  }
  if (sentence.empty()) return;
  sentences.push_back(fmt::format("{} on {}: original {};{}.", name_of_attack(attack), pair.text(),
                                  text(original, kPercent), sentence));
}

void add_lacks(ItemContent& content, const StudyView& view, const std::vector<Pair>& pairs,
               const HybridFigure& figure) {
  for (const BarSpec& bar : figure.bars) {
    for (const std::string& attack : figure.attacks) {
      bool found = false;
      for (const Pair& pair : pairs) found = found || bar_value(view, pair, attack, bar).known();
      const auto all = of_attacks(attack, bar.exit_source);
      const auto wanted = [=](const ExpectedResult& e) {
        return all(e) && e.exit_source == bar.exit_source && (bar.vanilla ? e.exits == 1 : e.exits > 1);
      };
      const std::string what = bar.vanilla
                                   ? fmt::format("original {} attacks on vanilla models", name_of_attack(attack))
                                   : fmt::format("{} attacks, {}", name_of_attack(attack), bar.name);
      const std::string device = "` and `measure_latency: {copies_per_device: [1, 4]}";
      add_lack(content, view.results(), {what, wanted, lines_of(attack, bar.exit_source, device)}, found);
    }
  }
}

/// Bars that the study has for at least one group. Without any by the clock there is nothing of a figure about clocks.
std::vector<BarSpec> bars_there(const StudyView& view, const std::vector<Pair>& pairs, const HybridFigure& figure) {
  std::vector<BarSpec> there;
  bool wants_clock = false;
  bool has_clock = false;
  for (const BarSpec& bar : figure.bars) {
    const bool known = std::ranges::any_of(pairs, [&](const Pair& pair) {
      return std::ranges::any_of(figure.attacks,
                                 [&](const std::string& attack) { return bar_value(view, pair, attack, bar).known(); });
    });
    if (known) there.push_back(bar);
    wants_clock = wants_clock || bar.exit_source.starts_with("stolen");
    has_clock = has_clock || (known && bar.exit_source.starts_with("stolen"));
  }
  return wants_clock && !has_clock ? std::vector<BarSpec>{} : there;
}

ItemContent hybrids(const StudyView& view, const HybridFigure& figure) {
  const std::vector<Pair> pairs = view.pairs_preferring({"vgg16", "fcn18_1"});
  const std::vector<BarSpec> bars = bars_there(view, pairs, figure);
  ItemContent content;
  std::vector<std::string> sentences;
  for (const std::string& attack : figure.attacks) {
    content.charts.push_back(
        attack_bars(view, pairs, attack, bars, figure.id + "-" + attack, figure.title + ", " + name_of_attack(attack)));
    for (const Pair& pair : pairs) add_gains(sentences, view, pair, attack, bars);
  }
  add_findings(content, sentences);
  content.tables.push_back(attack_bars_table(view, pairs, figure.attacks, bars, figure.title));
  add_lacks(content, view, pairs, figure);
  return finished(std::move(content), view.results());
}

/// The hybrids of adversary 2; where the study stole no exits, as the paper would call them.
BarSpec by_clock(const StudyView& view, bool most) {
  const std::string source = view.stolen_source(most);
  const std::string copies = !source.empty() ? std::to_string(copies_of(source)) : (most ? "4" : "1");
  return {fmt::format("adversary 2, {} a device", copies), false, !source.empty() ? source : "stolen/copies=" + copies};
}

const BarSpec kVanilla{"original, vanilla", true, "none"};
const BarSpec kOriginal{"original, multi-exit", false, "none"};
const BarSpec kKnown{"adversary 1", false, "known"};

}  // namespace

ItemContent hybrid_attacks(const StudyView& view) {
  return hybrids(view, {"figure-10",
                        "Original and hybrid attacks, exits known",
                        {"gradient", "score", "label_only"},
                        {kVanilla, kOriginal, kKnown}});
}

ItemContent hybrid_attacks_by_clock(const StudyView& view) {
  return hybrids(view, {"figure-12",
                        "Hybrid attacks with exits stolen by the clock",
                        {"score", "label_only"},
                        {kVanilla, kOriginal, kKnown, by_clock(view, false)}});
}

ItemContent hybrid_attacks_under_load(const StudyView& view) {
  return hybrids(view, {"figure-14",
                        "Hybrid attacks where the device is loaded",
                        {"score", "label_only"},
                        {kOriginal, kKnown, by_clock(view, false), by_clock(view, true)}});
}

}  // namespace exitaudit::report
