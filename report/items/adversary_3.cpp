#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {
namespace {

/// Figure 17 or 18: which part of the shadow is another.
struct Relaxed {
  std::string id;
  bool networks = true;  ///< else datasets
  const char* what() const { return networks ? "another network's shadow" : "another dataset's shadow"; }
  const char* choice() const { return networks ? "networks" : "datasets"; }
};

/// A target, and shadows of the kind that are named for it, its own among them.
struct Target {
  Pair pair;
  std::vector<std::string> shadows;  ///< "cifar100.vgg16"
};

/// Whether a shadow "dataset.network" differs from the target in the relaxed part alone (or not at all).
bool fits(const Relaxed& relaxed, const Pair& pair, const std::string& shadow) {
  const std::size_t dot = shadow.rfind('.');
  if (dot == std::string::npos) return false;
  return relaxed.networks ? shadow.substr(0, dot) == pair.dataset : shadow.substr(dot + 1) == pair.network;
}

bool is_own(const Pair& pair, const std::string& shadow) {
  return shadow == pair.dataset + "." + pair.network;
}

std::string short_name(const Relaxed& relaxed, const std::string& shadow) {
  const std::size_t dot = shadow.rfind('.');
  return relaxed.networks ? shadow.substr(dot + 1) : shadow.substr(0, dot);
}

/// Targets with at least one other shadow.
std::vector<Target> targets(const StudyView& view, const Relaxed& relaxed, const std::string& attack) {
  std::vector<Target> found;
  for (const Pair& pair : view.pairs()) {
    std::set<std::string> shadows;
    bool other = false;
    for (const auto& entry : view.attacks()) {
      const Subject& s = entry.first;
      if (s.dataset != pair.dataset || s.network != pair.network || s.attack != attack) continue;
      if (!fits(relaxed, pair, s.shadow)) continue;
      shadows.insert(s.shadow);
      other = other || !is_own(pair, s.shadow);
    }
    if (other) found.push_back({pair, {shadows.begin(), shadows.end()}});
  }
  return found;
}

struct Bars {
  Chart chart;
  std::vector<std::string> sentences;
};

/// Original and hybrid, a group for each shadow.
Bars bars_of(const StudyView& view, const Relaxed& relaxed, const Target& target, const std::string& attack,
             const std::string& stolen) {
  Bars bars;
  bars.chart = {
      .id = fmt::format("{}-{}-{}-{}", relaxed.id, attack, target.pair.dataset, target.pair.network),
      .title = fmt::format("{} attack on {} with {}", name_of_attack(attack), target.pair.text(), relaxed.what()),
      .caption =
          "Means over the models with 2 to 6 exits, with their sample deviation. Both attacks learn from "
          "the same shadow, at a threshold of its own. Dashed: chance.",
      .x_label = "shadow",
      .y_label = "attack success, %"};
  bars.chart.y_reference = 50;
  bars.chart.series = {{.name = "original", .style = SeriesStyle::kBars},
                       {.name = "hybrid, exits stolen", .style = SeriesStyle::kBars}};
  for (const std::string& shadow : target.shadows) {
    const Value original = view.mean_attack(target.pair, {attack, "none", shadow});
    const Value hybrid = view.mean_attack(target.pair, {attack, stolen, shadow});
    if (!original.known() && !hybrid.known()) continue;
    const auto place = static_cast<double>(bars.chart.categories.size());
    const std::string holes = hybrid.has_hole() ? hole(hybrid) : hole(original);
    bars.chart.categories.push_back(short_name(relaxed, shadow) + (holes.empty() ? "" : " " + holes));
    for (const Value* value : {&original, &hybrid}) {
      add_point(bars.chart.series[value == &original ? 0 : 1], place, *value, 100);
      if (value->known() && !value->is_mean()) {
        bars.chart.caption += fmt::format(" {}: one model alone, {} exits.", shadow, value->exits);
      }
    }
    if (is_own(target.pair, shadow) || !original.known() || !hybrid.known()) continue;
    bars.sentences.push_back(fmt::format("{} on {}, shadow {}: hybrid {} against original {}, difference {}.",
                                         name_of_attack(attack), target.pair.text(), shadow, text(hybrid, kPercent),
                                         text(original, kPercent), text(difference(hybrid, original), kPoints)));
  }
  return bars;
}

/// Results of the study with a shadow of this kind; the target's own network stands in both kinds and says nothing.
std::function<bool(const ExpectedResult&)> wanted(const Relaxed& relaxed, const std::string& attack, bool original) {
  return [=](const ExpectedResult& e) {
    const Pair pair{e.dataset, e.network};
    return e.noun == "verdicts" && e.attack == attack && (e.exit_source == "none") == original &&
           fits(relaxed, pair, e.shadow) && !is_own(pair, e.shadow);
  };
}

ItemContent adversary_3(const StudyView& view, const Relaxed& relaxed) {
  const std::string source = view.stolen_source();
  const std::string stolen = source.empty() ? "stolen/copies=1" : source;
  ItemContent content;
  std::vector<std::string> sentences;
  for (const std::string attack : {"score", "label_only"}) {
    bool originals = false;
    bool hybrids = false;
    for (const Target& target : targets(view, relaxed, attack)) {
      Bars bars = bars_of(view, relaxed, target, attack, stolen);
      sentences.insert(sentences.end(), bars.sentences.begin(), bars.sentences.end());
      for (const std::string& shadow : target.shadows) {
        if (is_own(target.pair, shadow)) continue;
        originals = originals || view.mean_attack(target.pair, {attack, "none", shadow}).known();
        hybrids = hybrids || view.mean_attack(target.pair, {attack, stolen, shadow}).known();
      }
      content.charts.push_back(std::move(bars.chart));
    }
    const auto lines = [&](const char* exit_source) {
      return fmt::format("attacks: [{{kind: {}, exit_source: {}, shadow: {}}}]", attack, exit_source, relaxed.choice());
    };
    add_lack(content, view.results(),
             {fmt::format("original {} attacks with {}", name_of_attack(attack), relaxed.what()),
              wanted(relaxed, attack, true), lines("none")},
             originals);
    add_lack(content, view.results(),
             {fmt::format("hybrid {} attacks with {}", name_of_attack(attack), relaxed.what()),
              wanted(relaxed, attack, false), lines("stolen")},
             hybrids);
  }
  add_findings(content, sentences);
  return finished(std::move(content), view.results());
}

}  // namespace

ItemContent other_networks_shadow(const StudyView& view) {
  return adversary_3(view, {"figure-17", true});
}

ItemContent other_datasets_shadow(const StudyView& view) {
  return adversary_3(view, {"figure-18", false});
}

}  // namespace exitaudit::report
