#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"

namespace exitaudit::report {
namespace {

constexpr const char* kLines =
    "attacks: [{kind: score, exit_source: stolen}]` and `measure_latency: {copies_per_device: [1, 4]}";

std::function<bool(const ExpectedResult&)> of_clock(const std::string& noun, std::int64_t copies) {
  return [=](const ExpectedResult& e) {
    return e.noun == noun && copies_of(e.exit_source) == copies && e.exit_source.find("noise=") == std::string::npos &&
           e.exit_source.find("guard=") == std::string::npos && (e.shadow.empty() || e.shadow == "same");
  };
}

/// The paper's subject of Figure 13, 6-exit ResNet-56 on TinyImageNet, or the deepest that was timed.
std::optional<Pair> choose_timed(const StudyView& view, const std::string& source) {
  std::optional<Pair> chosen;
  for (const Pair& pair : view.pairs()) {
    if (view.sources(pair, "", source).empty()) continue;
    const bool papers = pair == Pair{"tiny_imagenet", "resnet56"};
    const bool nearer = !chosen || papers ||
                        (*chosen != Pair{"tiny_imagenet", "resnet56"} &&
                         std::pair(view.deepest(pair), pair.network == "resnet56") >
                             std::pair(view.deepest(*chosen), chosen->network == "resnet56"));
    if (nearer) chosen = pair;
  }
  return chosen;
}

Chart times_by_exit(const StudyView& view, const Pair& pair, std::int64_t exits, const std::string& source) {
  Chart chart{.id = "figure-13a",
              .title = fmt::format("Time by true exit, {}, {} exits", pair.text(), exits),
              .caption = "Mean time of an answer of the samples that leave there, with its 95 % interval.",
              .x_label = "true exit (0: the shallowest)",
              .y_label = "time, ms"};
  ChartSeries series{.name = source, .style = SeriesStyle::kLinePoints};
  for (std::int64_t exit = 0; exit < exits; ++exit) {
    const Value value = view.clock(pair, exits, {"", source, ""}, {"mean_ms", fmt::format("exit={}", exit)});
    if (value.known()) add_point(series, static_cast<double>(exit), value);
  }
  chart.series.push_back(std::move(series));
  return chart;
}

/// What the clock of one model told, and its thief who has the target's twin; of the first seed.
std::vector<const schema::Curve*> curves_of(const StudyResults& results, const Pair& pair, std::int64_t exits,
                                            const std::string& source) {
  std::vector<const schema::Curve*> found;
  for (const schema::Curve& curve : results.curves) {
    const bool model = curve.dataset == pair.dataset && curve.network == pair.network && curve.exits == exits;
    const bool clock = curve.name == "latency_histogram" && curve.exit_source == source;
    const bool thief =
        (curve.name == "latency_density" || curve.name == "latency_valleys") && curve.exit_source == "stolen/" + source;
    const bool own = (curve.role.empty() || curve.role == "target") && (curve.shadow.empty() || curve.shadow == "same");
    if (model && (clock || thief) && own) found.push_back(&curve);
  }
  if (found.empty()) return found;
  const auto seed = (*std::ranges::min_element(found, {}, &schema::Curve::seed))->seed;
  std::erase_if(found, [&](const schema::Curve* curve) { return curve->seed != seed; });
  return found;
}

/// What a thief saw: the density and the borders that it drew; below it how each exit's times really lay.
Chart density(const StudyResults& results, const Pair& pair, std::int64_t exits, const std::string& source) {
  Chart chart{.id = "figure-13b",
              .title = fmt::format("Density of times, {}, {} exits", pair.text(), exits),
              .caption =
                  "Line: the thief's kernel density; marks: the borders that it drew at valleys. Steps: the "
                  "times of each true exit, which it does not see.",
              .x_label = "time, ms",
              .y_label = "density, per ms"};
  const std::vector<const schema::Curve*> curves = curves_of(results, pair, exits, source);
  for (const schema::Curve* curve : curves) {
    if (curve->name == "latency_density") chart.series.push_back({.name = "density", .x = curve->x, .y = curve->y});
    if (curve->name != "latency_valleys") continue;
    for (std::size_t i = 0; i < curve->x.size(); ++i) {
      chart.marks.push_back({curve->x[i], fmt::format("{}|{}", i, i + 1)});
    }
  }
  for (const schema::Curve* curve : curves) {
    if (curve->name != "latency_histogram") continue;
    const std::string exit = curve->slice.starts_with("exit=") ? "exit " + curve->slice.substr(5) : curve->slice;
    chart.series.push_back({.name = exit, .style = SeriesStyle::kSteps, .x = curve->x, .y = curve->y});
  }
  return chart;
}

bool rises(const ChartSeries& series) {
  for (std::size_t i = 1; i < series.y.size(); ++i) {
    if (series.y[i] <= series.y[i - 1]) return false;
  }
  return true;
}

ItemContent exit_accuracy(const StudyView& view, const std::string& title, std::int64_t copies) {
  const std::string source = fmt::format("stolen/copies={}", copies);
  ItemContent content;
  TextTable table{
      .title = title,
      .columns = {{"dataset"}, {"network"}, {"right exits %", true}, {"models", true}},
      .grouped = 1,
      .notes = {fmt::format("Share of samples whose exit the clock tells rightly, with {} cop{} of the model "
                            "on a device at once; mean over 2 to 6 exits ± sample deviation. n/m: so many "
                            "of the models are behind it.",
                            copies, copies == 1 ? "y" : "ies")}};
  std::vector<std::string> sentences;
  for (const Pair& pair : view.pairs()) {
    const Value value = view.mean_clock(pair, {"", source}, "exit_accuracy");
    if (!value.known()) continue;
    const std::string models =
        value.is_mean() ? std::to_string(value.there) : fmt::format("{} exits alone", value.exits);
    table.rows.push_back({pair.dataset, pair.network, cell(value, {100, 2}), value.has_hole() ? hole(value) : models});
    sentences.push_back(fmt::format("{}: {} of the exits are told rightly.", pair.text(), text(value, {100, 2, " %"})));
  }
  add_findings(content, sentences);
  const bool found = !table.rows.empty();
  content.tables.push_back(std::move(table));
  add_lack(content, view.results(),
           {fmt::format("stolen exits at {} a device", copies), of_clock("stolen_exits", copies), kLines}, found);
  return finished(std::move(content), view.results());
}

}  // namespace

ItemContent times_and_density(const StudyView& view) {
  const std::string stolen = view.stolen_source();
  const std::string source = stolen.empty() ? "copies=1" : stolen.substr(std::string("stolen/").size());
  ItemContent content;
  const std::optional<Pair> pair = choose_timed(view, source);
  const std::int64_t exits = pair ? view.deepest(*pair) : 0;
  if (exits > 1) {
    Chart times = times_by_exit(view, *pair, exits, source);
    if (*pair != Pair{"tiny_imagenet", "resnet56"}) {
      times.caption += " The paper's is ResNet-56 on TinyImageNet with 6 exits; this is the deepest that was timed.";
    }
    const ChartSeries& series = times.series.front();
    if (series.y.size() > 1) {
      content.findings.push_back(fmt::format(
          "{}, {} exits: the mean time {} with every exit that samples took, {:.2f} ms to {:.2f} ms.", pair->text(),
          exits, rises(series) ? "rises" : "does not rise", series.y.front(), series.y.back()));
    }
    const Value accuracy = view.clock(*pair, exits, {"", "stolen/" + source}, {"exit_accuracy"});
    if (accuracy.known()) {
      content.findings.push_back(
          fmt::format("From the clock alone {} of the exits are told rightly.", text(accuracy, kPercent)));
    }
    content.charts = {std::move(times), density(view.results(), *pair, exits, source)};
    if (content.charts.back().series.empty()) {
      content.lacks.push_back({"the table has no densities of times", "exitaudit run " + command_of(view.results())});
    }
  }
  const std::int64_t copies = copies_of(source);
  add_lack(content, view.results(), {"timings of target models", of_clock("latencies", copies), kLines},
           pair.has_value());
  return finished(std::move(content), view.results());
}

ItemContent exit_accuracy_alone(const StudyView& view) {
  const std::string source = view.stolen_source();
  return exit_accuracy(view, "Exits told by the clock, few models on a device", source.empty() ? 1 : copies_of(source));
}

ItemContent exit_accuracy_loaded(const StudyView& view) {
  const std::string source = view.stolen_source(true);
  return exit_accuracy(view, "Exits told by the clock, several models on a device",
                       source.empty() ? 4 : copies_of(source));
}

}  // namespace exitaudit::report
