#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <optional>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {
namespace {

constexpr std::int64_t kPapersExits = 4;  ///< Figures 5 and 6: 4-exit VGG-16 on CIFAR-10
constexpr const char* kLines = "axes: {dataset: [cifar10], network: [vgg16], exits: [1, 4]}` and `characterize: true";

/// The paper's subject, or the nearest that the study has.
struct Chosen {
  Pair pair;
  std::int64_t exits = 0;  ///< 0 where the study has vanilla models alone
};

std::optional<Chosen> choose(const StudyView& view) {
  const std::vector<Pair> pairs = view.pairs_preferring({"vgg16"});
  if (pairs.empty()) return std::nullopt;
  Chosen chosen{pairs.front()};
  for (const Pair& pair : pairs) {
    if (pair.dataset == "cifar10" && chosen.pair.dataset != "cifar10") chosen.pair = pair;
    if (pair.network == "vgg16" && chosen.pair.network != "vgg16" && chosen.pair.dataset != "cifar10")
      chosen.pair = pair;
  }
  for (const std::int64_t exits : view.exits_of(chosen.pair)) {
    const bool nearer = chosen.exits == 0 || std::abs(exits - kPapersExits) < std::abs(chosen.exits - kPapersExits);
    if (exits > 1 && nearer) chosen.exits = exits;
  }
  return chosen;
}

std::string which(const Chosen& chosen) {
  const bool papers = chosen.pair == Pair{"cifar10", "vgg16"} && chosen.exits == kPapersExits;
  return papers ? "The paper's subject." : "The paper's is VGG-16 on CIFAR-10 with 4 exits; this is the nearest here.";
}

const schema::Curve* find_curve(const StudyResults& results, const Pair& pair, std::int64_t exits,
                                const std::string& slice, const std::string& name) {
  for (const schema::Curve& curve : results.curves) {
    if (curve.dataset == pair.dataset && curve.network == pair.network && curve.exits == exits &&
        curve.role == "target" && curve.slice == slice && curve.name == name) {
      return &curve;
    }
  }
  return nullptr;
}

Chart densities(const StudyResults& results, const Pair& pair, std::int64_t exits, const std::string& slice) {
  Chart chart{.id = "", .title = "", .caption = "", .x_label = "loss, nats", .y_label = "density, per nat"};
  for (const auto& [name, legend] :
       {std::pair{"loss_density_members", "members"}, {"loss_density_non_members", "non-members"}}) {
    const schema::Curve* curve = find_curve(results, pair, exits, slice, name);
    if (curve == nullptr) continue;
    chart.series.push_back({.name = legend, .style = SeriesStyle::kSteps, .x = curve->x, .y = curve->y});
  }
  return chart;
}

std::vector<std::string> losses_row(const std::string& subject, const Value& members, const Value& others,
                                    const Value& divergence) {
  return {subject, cell(members, kNats), cell(others, kNats), cell(divergence, kBits), std::to_string(divergence.n)};
}

TextTable losses_table(const std::string& first) {
  return {.title = "Losses of members and of non-members",
          .columns =
              {{first}, {"members, nats", true}, {"non-members, nats", true}, {"divergence, bits", true}, {"n", true}},
          .notes = {"Mean loss at the exit taken, and the Jensen-Shannon divergence of the two distributions less what "
                    "chance alone gives; 95 % intervals (bootstrap)."}};
}

void add_row(TextTable& table, const StudyView& view, const Pair& pair, std::int64_t exits, const std::string& slice,
             const std::string& subject) {
  const Value divergence = view.model(pair, exits, {"js_divergence", slice});
  if (!divergence.known()) return;
  table.rows.push_back(losses_row(subject, view.model(pair, exits, {"mean_loss_members", slice}),
                                  view.model(pair, exits, {"mean_loss_non_members", slice}), divergence));
}

void add_lacks(ItemContent& content, const StudyResults& results) {
  const bool drawn = !content.charts.empty() && !content.charts.front().series.empty();
  const bool told = !content.tables.empty() && !content.tables.front().rows.empty();
  add_lack(content, results, {"characteristics of target models", of_models("characteristics"), kLines}, told || drawn);
  if (told && !drawn) {
    content.lacks.push_back(
        {"the table has no loss densities, only their means", "exitaudit run " + command_of(results)});
  }
}

ItemContent by_something(const StudyView& view, const std::vector<Chart>& charts, const std::string& what,
                         Trend (*trend_of)(const StudyView&, const Pair&, const std::string&)) {
  ItemContent content;
  content.charts = charts;
  std::vector<std::string> findings;
  for (const Pair& pair : view.pairs()) {
    const Trend trend = trend_of(view, pair, "js_divergence");
    if (trend.x.size() < 2) continue;
    findings.push_back(fmt::format("{}: divergence by {}, {}.", pair.text(), what, text(trend, kBits)));
  }
  add_findings(content, findings);
  add_lack(content, view.results(), {"characteristics of target models", of_models("characteristics"), kLines},
           !charts.empty());
  return finished(std::move(content), view.results());
}

}  // namespace

ItemContent loss_distributions(const StudyView& view) {
  ItemContent content;
  TextTable table = losses_table("model");
  const std::optional<Chosen> chosen = choose(view);
  for (const std::int64_t exits : chosen ? std::vector<std::int64_t>{1, chosen->exits} : std::vector<std::int64_t>{}) {
    if (exits == 0) continue;
    const std::string model = exits == 1 ? "vanilla" : fmt::format("{} exits", exits);
    Chart chart = densities(view.results(), chosen->pair, exits, "all");
    chart.id = exits == 1 ? "figure-5a" : "figure-5b";
    chart.title = fmt::format("Losses, {}, {}", chosen->pair.text(), model);
    chart.caption = "Cross-entropy at the exit taken; the last bin is open. " + which(*chosen);
    content.charts.push_back(std::move(chart));
    add_row(table, view, chosen->pair, exits, "all", chosen->pair.text() + ", " + model);
  }
  if (chosen && chosen->exits > 0) {
    const Value vanilla = view.model(chosen->pair, 1, {"js_divergence"});
    const Value multi = view.model(chosen->pair, chosen->exits, {"js_divergence"});
    if (vanilla.known() && multi.known()) {
      content.findings.push_back(fmt::format(
          "{}: divergence {} vanilla, {} with {} exits (difference {}); mean loss of members {} against {}.",
          chosen->pair.text(), text(vanilla, kBits), text(multi, kBits), chosen->exits,
          text(difference(multi, vanilla), kBits), text(view.model(chosen->pair, 1, {"mean_loss_members"}), kNats),
          text(view.model(chosen->pair, chosen->exits, {"mean_loss_members"}), kNats)));
    }
  }
  content.tables.push_back(std::move(table));
  add_lacks(content, view.results());
  if (chosen && chosen->exits == 0)
    content.lacks.push_back({"no model with several exits",
                             "add to the study `exits: [1, 4]`, then exitaudit run " + command_of(view.results())});
  return finished(std::move(content), view.results());
}

ItemContent loss_distributions_by_exit(const StudyView& view) {
  ItemContent content;
  TextTable table = losses_table("exit");
  const std::optional<Chosen> chosen = choose(view);
  for (std::int64_t exit = 0; chosen && exit < chosen->exits; ++exit) {
    const std::string slice = fmt::format("exit={}", exit);
    Chart chart = densities(view.results(), chosen->pair, chosen->exits, slice);
    chart.id = fmt::format("figure-6-exit{}", exit);
    chart.title =
        fmt::format("Losses, {}, {} exits, samples that leave at exit {}", chosen->pair.text(), chosen->exits, exit);
    chart.caption = "Cross-entropy at the exit taken, 0 the shallowest; the last bin is open. " + which(*chosen);
    if (!chart.series.empty()) content.charts.push_back(std::move(chart));
    add_row(table, view, chosen->pair, chosen->exits, slice, std::to_string(exit));
  }
  if (chosen) {
    const Trend trend = trend_by_depth(view, chosen->pair, chosen->exits, "js_divergence");
    if (trend.x.size() > 1) {
      content.findings.push_back(fmt::format("{}, {} exits: divergence by exit, the shallowest first, {}.",
                                             chosen->pair.text(), chosen->exits, text(trend, kBits)));
    }
  }
  content.tables.push_back(std::move(table));
  add_lacks(content, view.results());
  return finished(std::move(content), view.results());
}

ItemContent divergence_by_exits(const StudyView& view) {
  return by_something(view,
                      charts_by_exits(view, view.pairs(), "js_divergence", kBits,
                                      {"figure-8", "Divergence of members' and non-members' losses", "divergence, bits",
                                       "Jensen-Shannon divergence less its bias, by number of exits, with 95 % "
                                       "intervals (bootstrap)."}),
                      "number of exits", trend_by_exits);
}

ItemContent divergence_by_depth(const StudyView& view) {
  return by_something(view,
                      charts_by_depth(view, view.pairs(), "js_divergence", kBits,
                                      {"figure-9", "Divergence of losses by exit taken", "divergence, bits",
                                       "Jensen-Shannon divergence less its bias, of the samples that leave there, with "
                                       "95 % intervals (bootstrap). An exit without members or non-members has no "
                                       "point."}),
                      "exit of the deepest model, the shallowest first", trend_by_depth);
}

}  // namespace exitaudit::report
