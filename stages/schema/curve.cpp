#include "stages/schema/curve.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/base/error.h"
#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

constexpr const char* kGroup = "curves";

struct TextColumn {
  const char* name;
  std::string Curve::*field;
};

constexpr TextColumn kTextColumns[] = {{"dataset", &Curve::dataset},
                                       {"network", &Curve::network},
                                       {"role", &Curve::role},
                                       {"attack", &Curve::attack},
                                       {"exit_source", &Curve::exit_source},
                                       {"shadow", &Curve::shadow},
                                       {"slice", &Curve::slice},
                                       {"name", &Curve::name}};

std::string in_group(const char* name) {
  return fmt::format("{}/{}", kGroup, name);
}

/// The points of all curves behind one another. A curve without intervals has NaN there.
std::vector<double> joined(const std::vector<Curve>& curves, std::vector<double> Curve::*points) {
  std::vector<double> all;
  for (const Curve& curve : curves) {
    const std::vector<double>& own = curve.*points;
    if (own.empty()) {
      all.insert(all.end(), curve.x.size(), std::numeric_limits<double>::quiet_NaN());
    } else {
      all.insert(all.end(), own.begin(), own.end());
    }
  }
  return all;
}

void check(const Curve& curve) {
  const auto fits = [&](const std::vector<double>& points) { return points.size() == curve.x.size(); };
  const bool intervals = (curve.low.empty() && curve.high.empty()) || (fits(curve.low) && fits(curve.high));
  if (fits(curve.y) && intervals) return;
  throw Error(ErrorKind::kFailure, fmt::format("curve {} of {}/{}/exits{}: {} x, {} y, {} low, {} high", curve.name,
                                               curve.dataset, curve.network, curve.exits, curve.x.size(),
                                               curve.y.size(), curve.low.size(), curve.high.size()));
}

}  // namespace

void write(ArtifactWriter& out, const std::vector<Curve>& curves) {
  for (const Curve& curve : curves) check(curve);
  for (const TextColumn& text : kTextColumns) {
    std::vector<std::string> column;
    for (const Curve& curve : curves) column.push_back(curve.*(text.field));
    out.write_texts(in_group(text.name), column);
  }
  std::vector<std::int64_t> exits;
  std::vector<std::int64_t> seeds;
  std::vector<std::int64_t> offset{0};
  for (const Curve& curve : curves) {
    exits.push_back(curve.exits);
    seeds.push_back(curve.seed);
    offset.push_back(offset.back() + static_cast<std::int64_t>(curve.x.size()));
  }
  out.write(in_group("exits"), exits);
  out.write(in_group("seed"), seeds);
  out.write(in_group("offset"), offset);
  out.write(in_group("x"), joined(curves, &Curve::x));
  out.write(in_group("y"), joined(curves, &Curve::y));
  out.write(in_group("low"), joined(curves, &Curve::low));
  out.write(in_group("high"), joined(curves, &Curve::high));
}

std::vector<Curve> read_curves(const ArtifactReader& in) {
  const auto offset = in.read<std::int64_t>(in_group("offset"));
  const auto x = in.read<double>(in_group("x"));
  const auto points = static_cast<std::int64_t>(x.size());
  if (offset.empty() || offset.front() != 0 || offset.back() != points ||
      !std::is_sorted(offset.begin(), offset.end())) {
    throw Error(ErrorKind::kFailure, "table: curves/offset does not rise from 0 to the number of points");
  }
  const auto count = static_cast<std::int64_t>(offset.size()) - 1;
  std::vector<Curve> curves(offset.size() - 1);
  for (const TextColumn& text : kTextColumns) {
    const auto column = in.read_texts(in_group(text.name));
    check_length({"table"}, in_group(text.name), column.size(), count);
    for (std::size_t i = 0; i < curves.size(); ++i) curves[i].*(text.field) = column[i];
  }
  const auto exits = in.read<std::int64_t>(in_group("exits"));
  const auto seeds = in.read<std::int64_t>(in_group("seed"));
  check_length({"table"}, in_group("exits"), exits.size(), count);
  check_length({"table"}, in_group("seed"), seeds.size(), count);
  const auto y = in.read<double>(in_group("y"));
  const auto low = in.read<double>(in_group("low"));
  const auto high = in.read<double>(in_group("high"));
  check_length({"table"}, in_group("y"), y.size(), points);
  check_length({"table"}, in_group("low"), low.size(), points);
  check_length({"table"}, in_group("high"), high.size(), points);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const auto own = [&](const std::vector<double>& all) {
      return std::vector<double>(all.begin() + offset[i], all.begin() + offset[i + 1]);
    };
    curves[i].exits = exits[i];
    curves[i].seed = seeds[i];
    curves[i].x = own(x);
    curves[i].y = own(y);
    const std::vector<double> lows = own(low);
    if (std::all_of(lows.begin(), lows.end(), [](double value) { return std::isnan(value); })) continue;
    curves[i].low = lows;
    curves[i].high = own(high);
  }
  return curves;
}

}  // namespace exitaudit::schema
