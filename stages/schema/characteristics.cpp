#include "stages/schema/characteristics.h"

#include <fmt/format.h>

#include "stages/schema/checks.h"

namespace exitaudit::schema {

void check(const Characteristics& characteristics) {
  const Rows rows{"characteristics"};
  if (characteristics.exits < 1 || characteristics.bins < 1) {
    rows.fail(fmt::format("{} exits and {} bins are not possible", characteristics.exits, characteristics.bins));
  }
  const std::int64_t slices = 1 + characteristics.exits;
  const std::int64_t all_bins = area(rows, slices, characteristics.bins);
  check_length(rows, "samples", characteristics.samples.size(), slices);
  check_length(rows, "edges", characteristics.edges.size(), area(rows, slices, characteristics.bins + 1));
  check_length(rows, "member_density", characteristics.member_density.size(), all_bins);
  check_length(rows, "non_member_density", characteristics.non_member_density.size(), all_bins);
}

void write(ArtifactWriter& out, const Characteristics& characteristics) {
  check(characteristics);
  const std::int64_t slices = 1 + characteristics.exits;
  out.write_attribute("exits", characteristics.exits);
  out.write_attribute("bins", characteristics.bins);
  out.write("samples", characteristics.samples);
  out.write("edges", characteristics.edges, {slices, characteristics.bins + 1});
  out.write("member_density", characteristics.member_density, {slices, characteristics.bins});
  out.write("non_member_density", characteristics.non_member_density, {slices, characteristics.bins});
  write_measurements(out, "measurements", characteristics.measurements);
}

Characteristics read_characteristics(const ArtifactReader& in) {
  Characteristics characteristics;
  characteristics.exits = in.integer_attribute("exits");
  characteristics.bins = in.integer_attribute("bins");
  characteristics.samples = in.read<std::int64_t>("samples");
  characteristics.edges = in.read<double>("edges");
  characteristics.member_density = in.read<double>("member_density");
  characteristics.non_member_density = in.read<double>("non_member_density");
  characteristics.measurements = read_measurements(in, "measurements");
  check(characteristics);
  return characteristics;
}

}  // namespace exitaudit::schema
