#include "stages/schema/stolen_exits.h"

#include <fmt/format.h>

#include <numeric>

#include "stages/schema/checks.h"

namespace exitaudit::schema {

void check(const StolenExits& stolen) {
  const Rows rows{"stolen_exits", stolen.index};
  const auto n = static_cast<std::int64_t>(stolen.index.size());
  if (stolen.exits < 1 || stolen.estimated_exits < 1) {
    rows.fail(fmt::format("{} exits, of which {} were seen, are not possible", stolen.exits, stolen.estimated_exits));
  }
  check_length(rows, "exit", stolen.exit.size(), n);
  check_indices(rows);
  check_range(rows, "exit", stolen.exit, stolen.exits);
  check_length(rows, "confusion", stolen.confusion.size(), area(rows, stolen.exits, stolen.exits));
  const std::int64_t counted = std::accumulate(stolen.confusion.begin(), stolen.confusion.end(), std::int64_t{0});
  if (counted != n) rows.fail(fmt::format("confusion counts {} samples of {}", counted, n));
  check_length(rows, "density", stolen.density.size(), static_cast<std::int64_t>(stolen.grid.size()));
  const Rows points{"stolen_exits"};
  check_finite<double>(points, "grid", stolen.grid);
  check_finite<double>(points, "density", stolen.density);
  check_finite<double>(points, "valleys", stolen.valleys);
}

void write(ArtifactWriter& out, const StolenExits& stolen) {
  check(stolen);
  out.write_attribute("method", stolen.method);
  out.write_attribute("exits", stolen.exits);
  out.write_attribute("estimated_exits", stolen.estimated_exits);
  out.write("index", stolen.index);
  out.write("exit", stolen.exit);
  out.write("confusion", stolen.confusion, {stolen.exits, stolen.exits});
  out.write("grid", stolen.grid);
  out.write("density", stolen.density);
  out.write("valleys", stolen.valleys);
  write_measurements(out, "measurements", stolen.measurements);
}

StolenExits read_stolen_exits(const ArtifactReader& in) {
  StolenExits stolen;
  stolen.method = in.text_attribute("method");
  stolen.exits = in.integer_attribute("exits");
  stolen.estimated_exits = in.integer_attribute("estimated_exits");
  stolen.index = in.read<std::int64_t>("index");
  stolen.exit = in.read<std::int32_t>("exit");
  stolen.confusion = in.read<std::int64_t>("confusion");
  stolen.grid = in.read<double>("grid");
  stolen.density = in.read<double>("density");
  stolen.valleys = in.read<double>("valleys");
  stolen.measurements = read_measurements(in, "measurements");
  check(stolen);
  return stolen;
}

}  // namespace exitaudit::schema
