#include "stages/schema/latencies.h"

#include <fmt/format.h>

#include "stages/schema/checks.h"

namespace exitaudit::schema {

void check(const Latencies& latencies) {
  const Rows rows{"latencies", latencies.index};
  if (latencies.exits < 1 || latencies.repeats < 1 || latencies.devices < 1 || latencies.copies_per_device < 1) {
    rows.fail(fmt::format("{} exits, {} repeats, {} devices with {} copies each are not possible", latencies.exits,
                          latencies.repeats, latencies.devices, latencies.copies_per_device));
  }
  const std::int64_t n = latencies.count();
  check_length(rows, "copy", latencies.copy.size(), n);
  check_length(rows, "exit_taken", latencies.exit_taken.size(), n);
  check_length(rows, "latency_ms", latencies.latency_ms.size(), area(rows, n, latencies.repeats));
  check_indices(rows);
  check_range(rows, "copy", latencies.copy, latencies.devices * latencies.copies_per_device);
  check_range(rows, "exit_taken", latencies.exit_taken, latencies.exits);
  check_finite<double>(rows, "latency_ms", latencies.latency_ms, latencies.repeats);
  for (std::size_t i = 0; i < latencies.latency_ms.size(); ++i) {
    if (latencies.latency_ms[i] > 0) continue;
    rows.fail(fmt::format("latency_ms of {} is {}, a time is positive",
                          rows.name(i / static_cast<std::size_t>(latencies.repeats)), latencies.latency_ms[i]));
  }
}

void write(ArtifactWriter& out, const Latencies& latencies) {
  check(latencies);
  out.write_attribute("device", latencies.device);
  out.write_attribute("clock", latencies.clock);
  out.write_attribute("disturbance", latencies.disturbance);
  out.write_attribute("devices", latencies.devices);
  out.write_attribute("copies_per_device", latencies.copies_per_device);
  out.write_attribute("exits", latencies.exits);
  out.write_attribute("repeats", latencies.repeats);
  out.write_attribute("overhead_ms", latencies.overhead_ms);
  out.write("index", latencies.index);
  out.write("copy", latencies.copy);
  out.write("exit_taken", latencies.exit_taken);
  out.write("latency_ms", latencies.latency_ms, {latencies.count(), latencies.repeats});
  write_measurements(out, "measurements", latencies.measurements);
}

Latencies read_latencies(const ArtifactReader& in) {
  Latencies latencies;
  latencies.device = in.text_attribute("device");
  latencies.clock = in.text_attribute("clock");
  latencies.disturbance = in.text_attribute("disturbance");
  latencies.devices = in.integer_attribute("devices");
  latencies.copies_per_device = in.integer_attribute("copies_per_device");
  latencies.exits = in.integer_attribute("exits");
  latencies.repeats = in.integer_attribute("repeats");
  latencies.overhead_ms = in.real_attribute("overhead_ms");
  latencies.index = in.read<std::int64_t>("index");
  latencies.copy = in.read<std::int32_t>("copy");
  latencies.exit_taken = in.read<std::int32_t>("exit_taken");
  latencies.latency_ms = in.read<double>("latency_ms");
  latencies.measurements = read_measurements(in, "measurements");
  check(latencies);
  return latencies;
}

}  // namespace exitaudit::schema
