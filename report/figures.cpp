#include "report/figures.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

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

}  // namespace

bool Subject::operator<(const Subject& other) const {
  return reading_order(*this) < reading_order(other);
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

}  // namespace exitaudit::report
