#include "stages/measure_latency/measure_latency_options.h"

namespace exitaudit::measure_latency {

namespace {

void describe_clock(Fields& f, MeasureLatencyOptions& o) {
  f.text("device", o.device, "label of the device, checked at run time: latencies belong to a machine");
  f.integer("devices", o.devices, {1, 64}, "devices of one node that take part");
  f.integer("warmup", o.warmup, {0, 100000}, "queries before the first measured one");
  f.integer("repeats", o.repeats, {1, 10000}, "interleaved timings of each sample");
  f.integer("samples", o.samples, {0, 10000000}, "samples of each part that are timed; 0 = all");
}

}  // namespace

void describe(Fields& f, MeasureLatencyOptions& o) {
  describe_clock(f, o);
  f.integers("copies_per_device", o.copies_per_device, {1, 64}, "copies of the model on each device at once");
}

void describe(Fields& f, MeasureLatencyJob& o) {
  f.text("role", o.role, "the model");
  f.text("samples_of", o.samples_of, "whose samples are timed");
  block(f, "network", o.network, "the model's architecture");
  f.integer("copies", o.copies_per_device, {1, 64}, "copies of the model on each device at once");
  // Not the study's other numbers of copies: they are other jobs.
  f.block(
      "measure_latency", [&](Fields& inner) { describe_clock(inner, o.measure_latency); }, "how the clock is read");
}

}  // namespace exitaudit::measure_latency
