#include <fmt/format.h>

#include <cmath>
#include <map>
#include <numbers>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"
#include "stages/schema/guarded_source.h"

namespace exitaudit::report {
namespace {

constexpr const char* kLines =
    "guard_time: {sigma_ms: [0.1, 0.3, 1, 3, 10]}` and `attacks: [{kind: score, exit_source: none}, {kind: score, "
    "exit_source: stolen}]";

bool is_guarded(const std::string& source) {
  return source.find("/guard=") != std::string::npos;
}

/// Success of the hybrid by sigma, a line for each adversary; level: without a guard, and the original attack.
Chart success_chart(const StudyView& view, const Pair& pair, const std::string& attack) {
  const std::int64_t exits = view.deepest(pair);
  Chart chart{.id = fmt::format("figure-20-{}-{}-{}", attack, pair.dataset, pair.network),
              .title = fmt::format("Hybrid {} attack behind TimeGuard, {}, {} exits", name_of_attack(attack),
                                   pair.text(), exits),
              .caption =
                  "By the guard's sigma; 95 % intervals. Where a line meets the original attack's, which sees no "
                  "exit, the guard has done all it can.",
              .x_label = "sigma, ms",
              .y_label = "attack success, %"};
  chart.log_x = true;
  std::map<std::string, std::map<double, Value>> lines;
  for (const std::string& source : view.sources(pair, attack, "stolen/copies=1/guard=")) {
    const auto guard = schema::parse_guarded_source(source);
    if (guard) lines[guard->adversary][guard->sigma_ms] = view.attack(pair, exits, {attack, source});
  }
  for (const auto& [adversary, points] : lines) {
    ChartSeries line{.name = "hybrid, adversary " + adversary, .style = SeriesStyle::kLinePoints};
    for (const auto& [sigma, value] : points) {
      if (value.known()) add_point(line, sigma, value, 100);
    }
    chart.series.push_back(std::move(line));
  }
  add_level(chart, "hybrid, no guard", 100 * view.attack(pair, exits, {attack, "stolen/copies=1"}).y);
  add_level(chart, "original", 100 * view.attack(pair, exits, {attack, "none"}).y);
  return chart;
}

/// Mean time of an answer by sigma; level: without a guard, and all as late as the slowest exit.
Chart time_chart(const StudyView& view, const Pair& pair) {
  const std::int64_t exits = view.deepest(pair);
  Chart chart{.id = fmt::format("figure-20-time-{}-{}", pair.dataset, pair.network),
              .title = fmt::format("Time of an answer behind TimeGuard, {}, {} exits", pair.text(), exits),
              .caption =
                  "Mean over the samples, with its 95 % interval. Dashed: without a guard, and with every answer "
                  "as late as the slowest exit (Tmax).",
              .x_label = "sigma, ms",
              .y_label = "time, ms"};
  chart.log_x = true;
  std::map<double, std::string> sources;
  for (const std::string& source : view.sources(pair, "", "copies=1/guard=")) {
    const auto guard = schema::parse_guarded_source(source);
    if (guard) sources[guard->sigma_ms] = source;
  }
  ChartSeries line{.name = "guarded", .style = SeriesStyle::kLinePoints};
  double clean = NAN;
  double longest = NAN;
  for (const auto& [sigma, source] : sources) {
    const AttackKey key{"", source, ""};
    const Value guarded = view.clock(pair, exits, key, {"mean_ms_guarded"});
    if (guarded.known()) add_point(line, sigma, guarded);
    clean = view.clock(pair, exits, key, {"mean_ms_clean"}).y;
    longest = view.clock(pair, exits, key, {"mean_ms_max_delay"}).y;
  }
  chart.series.push_back(std::move(line));
  add_level(chart, "no guard", clean);
  add_level(chart, "all as the slowest exit", longest);
  return chart;
}

std::string effect_sentence(const StudyView& view, const Pair& pair, const std::string& attack,
                            const std::string& source) {
  const std::int64_t exits = view.deepest(pair);
  const auto number = [&](const char* metric) { return view.clock(pair, exits, {"", source}, {metric}); };
  const Value sigma = number("smallest_sigma_ms");
  const std::string mark = "/guard/";
  const std::size_t at = source.find(mark);
  const std::string adversary = at == std::string::npos ? "unaware" : source.substr(at + mark.size());
  const std::string numbers = fmt::format("unguarded {}, original {}", text(number("unguarded_success"), kPercent),
                                          text(number("original_success"), kPercent));
  const std::string who = fmt::format("{}, {}, adversary {}{}", pair.text(), name_of_attack(attack), adversary,
                                      view.several_seeds() ? ", first seed" : "");
  if (!sigma.known()) {
    return fmt::format("{}: no sigma of {} tried brings the hybrid down to the original ({}; {} at the largest).", who,
                       sigma.n, numbers, text(number("guarded_success"), kPercent));
  }
  if (sigma.y == 0)
    return fmt::format("{}: the hybrid is no better than the original without a guard ({}).", who, numbers);
  return fmt::format("{}: from sigma {} ms on the hybrid is no better than the original ({}; then {}).", who, sigma.y,
                     numbers, text(number("guarded_success"), kPercent));
}

Chart delay_chart() {
  Chart chart{.id = "algorithm-1",
              .title = "TimeGuard's delay",
              .caption =
                  "Half-normal density of the time that is added to an answer, t' = t + |sigma g|, with g a "
                  "standard normal drawn from the sample's own content. Mean: .798 sigma. No runs are behind it.",
              .x_label = "delay, ms",
              .y_label = "density, per ms"};
  for (const double sigma : {0.5, 1.0, 2.0}) {
    ChartSeries line{.name = fmt::format("sigma {} ms", sigma), .style = SeriesStyle::kLine};
    for (int i = 0; i <= 120; ++i) {
      const double x = 0.05 * i;
      line.x.push_back(x);
      line.y.push_back(std::sqrt(2 / std::numbers::pi) / sigma * std::exp(-x * x / (2 * sigma * sigma)));
    }
    chart.series.push_back(std::move(line));
  }
  return chart;
}

}  // namespace

ItemContent guard_sweep(const StudyView& view) {
  ItemContent content;
  std::vector<std::string> sentences;
  bool found = false;
  for (const Pair& pair : view.pairs()) {
    for (const std::string attack : {"score", "label_only"}) {
      Chart chart = success_chart(view, pair, attack);
      found = found || !chart.series.empty();
      if (!chart.series.empty()) content.charts.push_back(std::move(chart));
      for (const std::string& source : view.sources(pair, "", attack + "/stolen/copies=1/guard")) {
        sentences.push_back(effect_sentence(view, pair, attack, source));
      }
    }
    Chart times = time_chart(view, pair);
    if (!times.series.front().x.empty()) content.charts.push_back(std::move(times));
  }
  add_findings(content, sentences);
  const auto guarded = [](const ExpectedResult& e) { return is_guarded(e.exit_source); };
  add_lack(content, view.results(), {"results behind TimeGuard", guarded, kLines}, found);
  return finished(std::move(content), view.results());
}

ItemContent guard_delay(const StudyView& view) {
  ItemContent content;
  content.charts.push_back(delay_chart());
  TextTable table{
      .title = "Mean time behind TimeGuard, in closed form and as measured",
      .columns =
          {{"dataset"}, {"network"}, {"clock"}, {"clean ms", true}, {"guarded ms", true}, {"closed form ms", true}},
      .grouped = 2,
      .notes = {"Closed form: sum over exits of share times time, and .798 sigma; its interval holds what 95 "
                "% of all secrets give. Not under a cap."}};
  std::size_t within = 0;
  for (const Pair& pair : view.pairs()) {
    for (const std::string& source : view.sources(pair, "", "copies=")) {
      const AttackKey key{"", source, ""};
      const Value guarded = view.clock(pair, view.deepest(pair), key, {"mean_ms_guarded"});
      const Value expected = view.clock(pair, view.deepest(pair), key, {"expected_mean_ms"});
      if (!guarded.known() || !expected.known()) continue;
      within += expected.low <= guarded.y && guarded.y <= expected.high ? 1U : 0U;
      table.rows.push_back({pair.dataset, pair.network, source,
                            cell(view.clock(pair, view.deepest(pair), key, {"mean_ms_clean"}), kMilliseconds),
                            cell(guarded, kMilliseconds), cell(expected, kMilliseconds)});
    }
  }
  content.findings.push_back(
      "The delay is half-normal: its mean is sqrt(2/pi) sigma = .798 sigma, and 95 % of delays are "
      "below 1.96 sigma.");
  if (!table.rows.empty()) {
    content.findings.push_back(
        fmt::format("Of {} measured means {} lie in the closed form's interval.", table.rows.size(), within));
  }
  content.tables.push_back(std::move(table));
  return finished(std::move(content), view.results());
}

}  // namespace exitaudit::report
