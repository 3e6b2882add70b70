#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "report/items/charts.h"
#include "report/items/items.h"
#include "report/items/lacks.h"
#include "report/items/query_bound.h"

namespace exitaudit::report {
namespace {

constexpr double kGapsMs[] = {3, 5, 7, 9, 11};      ///< Figure 16's Delta
constexpr double kSigmasMs[] = {2, 5, 10, 20, 50};  ///< specification 6.3
constexpr const char* kNoiseLines =
    "add_noise: {sigma_ms: [0.1, 0.5, 1], queries: [1, 10, 100]}` and `attacks: [{kind: score, exit_source: stolen}]";

/// "stolen/copies=1/noise=0.5x10" taken apart.
struct Noise {
  std::string source;
  double sigma_ms = 0;
  double queries = 0;
};

std::optional<Noise> parse(const std::string& source) {
  const std::string mark = "/noise=";
  const std::size_t at = source.find(mark);
  if (at == std::string::npos) return std::nullopt;
  Noise found{.source = source};
  const char* const end = source.data() + source.size();
  const auto sigma = std::from_chars(source.data() + at + mark.size(), end, found.sigma_ms);
  if (sigma.ec != std::errc() || sigma.ptr == end || *sigma.ptr != 'x') return std::nullopt;
  if (std::from_chars(sigma.ptr + 1, end, found.queries).ec != std::errc()) return std::nullopt;
  return found;
}

std::vector<Noise> noises(const StudyView& view, const Pair& pair, const std::string& attack) {
  std::vector<Noise> found;
  for (const std::string& source : view.sources(pair, attack, "stolen/copies=1/noise=")) {
    if (const auto noise = parse(source)) found.push_back(*noise);
  }
  std::ranges::sort(found, [](const Noise& a, const Noise& b) {
    return std::pair(a.sigma_ms, a.queries) < std::pair(b.sigma_ms, b.queries);
  });
  return found;
}

/// A line for each sigma over the number of queries; dashed: without noise.
template <class ValueOf>
Chart by_queries(const std::vector<Noise>& all, ValueOf value_of) {
  Chart chart{.id = "", .title = "", .caption = "", .x_label = "queries averaged", .y_label = ""};
  chart.log_x = true;
  std::map<double, ChartSeries> lines;
  for (const Noise& noise : all) {
    const Value value = value_of(noise.source);
    if (!value.known()) continue;
    ChartSeries& line = lines[noise.sigma_ms];
    line.name = fmt::format("sigma {} ms", noise.sigma_ms);
    line.style = SeriesStyle::kLinePoints;
    add_point(line, noise.queries, value, 100);
  }
  for (auto& entry : lines) chart.series.push_back(std::move(entry.second));
  add_level(chart, "no noise", 100 * value_of("stolen/copies=1").y);
  return chart;
}

void name_chart(Chart& chart, const std::string& id, const Pair& pair, std::int64_t exits, const std::string& what) {
  chart.id = fmt::format("{}-{}-{}", id, pair.dataset, pair.network);
  chart.title = fmt::format("{} through a noisy network, {}, {} exits", what, pair.text(), exits);
  chart.y_label = what == "Exit accuracy" ? "exits told rightly, %" : "attack success, %";
  chart.caption =
      "Each query is delayed by a positive normal of that deviation, and the adversary averages over its "
      "queries. 95 % intervals; dashed: without noise.";
  if (pair != Pair{"cifar100", "mobilenet"}) chart.caption += " The paper's is MobileNet on CIFAR-100.";
}

void add_attack(ItemContent& content, std::vector<std::string>& sentences, const StudyView& view, const Pair& pair,
                const std::string& attack) {
  const std::int64_t exits = view.deepest(pair);
  const std::vector<Noise> all = noises(view, pair, attack);
  if (all.empty()) return;
  Chart chart = by_queries(all, [&](const std::string& source) { return view.attack(pair, exits, {attack, source}); });
  name_chart(chart, attack == "score" ? "figure-15a" : "figure-15b", pair, exits,
             "Success of the hybrid " + name_of_attack(attack) + " attack");
  chart.y_reference = 50;
  content.charts.push_back(std::move(chart));
  const Noise& worst = *std::ranges::max_element(all, [](const Noise& a, const Noise& b) {
    return std::pair(a.sigma_ms, -a.queries) < std::pair(b.sigma_ms, -b.queries);
  });
  sentences.push_back(fmt::format(
      "{}, {}: at sigma {} ms and {:.0f} quer{} the attack succeeds in {} (original {}; exits told rightly: {}).",
      pair.text(), name_of_attack(attack), worst.sigma_ms, worst.queries, worst.queries == 1 ? "y" : "ies",
      text(view.attack(pair, exits, {attack, worst.source}), kPercent),
      text(view.attack(pair, exits, {attack, "none"}), kPercent),
      text(view.clock(pair, exits, {"", worst.source}, {"exit_accuracy"}), kPercent)));
}

/// The study's own gaps: what Equation 1 asks of its noise.
void add_measured_bounds(ItemContent& content, const StudyView& view) {
  TextTable table{.title = "Queries that this study's noise asks for",
                  .columns = {{"dataset"},
                              {"network"},
                              {"sigma ms", true},
                              {"smallest gap ms", true},
                              {"Z test", true},
                              {"one neighbour", true},
                              {"two neighbours", true}},
                  .grouped = 2,
                  .notes = {"For the two exits of the deepest model whose median times lie nearest to each other, and "
                            "the deviation that a positive delay really has."}};
  for (const Pair& pair : view.pairs()) {
    const std::int64_t exits = view.deepest(pair);
    std::set<double> seen;
    for (const std::string& source : view.sources(pair, "", "copies=1/noise=")) {
      const auto noise = parse(source);
      if (!noise || !seen.insert(noise->sigma_ms).second) continue;
      const auto number = [&](const std::string& metric, int decimals) {
        const Value value = view.clock(pair, exits, {"", source, ""}, {metric});
        return value.known() ? fmt::format("{:.{}f}", value.y, decimals) : std::string("n/a");
      };
      table.rows.push_back({pair.dataset, pair.network, fmt::format("{}", noise->sigma_ms),
                            number("smallest_gap_ms", 3), number("required_queries_z_test", 0),
                            number("required_queries_side", 0), number("required_queries_interior", 0)});
    }
  }
  content.tables.push_back(std::move(table));
}

}  // namespace

ItemContent success_through_noise(const StudyView& view) {
  ItemContent content;
  std::vector<std::string> sentences;
  bool found = false;
  for (const Pair& pair : view.pairs_preferring({"mobilenet"})) {
    const std::int64_t exits = view.deepest(pair);
    const std::vector<Noise> all = noises(view, pair, "");
    found = found || !all.empty();
    if (!all.empty()) {
      Chart chart = by_queries(all, [&](const std::string& source) {
        return view.clock(pair, exits, {"", source}, {"exit_accuracy"});
      });
      name_chart(chart, "figure-15", pair, exits, "Exit accuracy");
      content.charts.push_back(std::move(chart));
    }
    for (const char* attack : {"score", "label_only"}) add_attack(content, sentences, view, pair, attack);
  }
  add_findings(content, sentences);
  const auto noisy = [](const ExpectedResult& e) { return e.exit_source.find("/noise=") != std::string::npos; };
  add_lack(content, view.results(), {"results through a noisy network", noisy, kNoiseLines}, found);
  return finished(std::move(content), view.results());
}

ItemContent queries_by_noise(const StudyView& view) {
  Chart chart{.id = "figure-16",
              .title = "Queries that tell two exits apart, by the network's noise",
              .caption =
                  "Lower bound of Equation 1, |Z| >= 1.96, for exits so many ms apart; rounded up. No runs are "
                  "behind it.",
              .x_label = "sigma, ms",
              .y_label = "queries"};
  chart.log_y = true;
  for (const double gap : kGapsMs) {
    ChartSeries line{.name = fmt::format("gap {} ms", gap), .style = SeriesStyle::kLine};
    for (int sigma = 1; sigma <= 50; ++sigma) {
      line.x.push_back(sigma);
      line.y.push_back(static_cast<double>(queries_needed(Sureness::kZTest, sigma, gap)));
    }
    chart.series.push_back(std::move(line));
  }
  ItemContent content;
  content.charts.push_back(std::move(chart));
  content.findings.push_back(
      fmt::format("At sigma 10 ms, exits 3 ms apart take {} queries and exits 11 ms apart {}; "
                  "the bound grows with the square of sigma.",
                  queries_needed(Sureness::kZTest, 10, 3), queries_needed(Sureness::kZTest, 10, 11)));
  return finished(std::move(content), view.results());
}

ItemContent query_bound(const StudyView& view) {
  ItemContent content;
  TextTable table{.title = "N >= 2 (1.96 sigma / gap)^2", .columns = {{"sigma ms", true}}};
  for (const double gap : kGapsMs) table.columns.push_back({fmt::format("gap {} ms", gap), true});
  for (const double sigma : kSigmasMs) {
    std::vector<std::string> row{fmt::format("{}", sigma)};
    for (const double gap : kGapsMs) {
      row.push_back(fmt::format("{} / {} / {}", queries_needed(Sureness::kZTest, sigma, gap),
                                queries_needed(Sureness::kSide, sigma, gap),
                                queries_needed(Sureness::kInterior, sigma, gap)));
    }
    table.rows.push_back(std::move(row));
  }
  table.notes = {
      "Queries that each exit takes: the paper's Z test / 95 % of an exit with one neighbour, N >= (2 * 1.645 sigma / "
      "gap)^2 / 95 % of an exit between two, N >= (2 * 1.96 sigma / gap)^2.",
      "At the Z test's number a border halfway between two exits still errs 8.3 % on each side."};
  content.tables.push_back(std::move(table));
  content.findings.push_back("Z = (t1 - t2) / (sigma sqrt(2 / N)) reaches 1.96 from N = 7.6832 sigma^2 / gap^2 on.");
  add_measured_bounds(content, view);
  return finished(std::move(content), view.results());
}

}  // namespace exitaudit::report
