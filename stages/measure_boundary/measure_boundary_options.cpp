#include "stages/measure_boundary/measure_boundary_options.h"

namespace exitaudit::measure_boundary {

void describe(Fields& f, MeasureBoundaryOptions& o) {
  f.integer("iterations", o.iterations, {1, 1000}, "iterations of HopSkipJump");
  f.integer("initial_probes", o.initial_probes, {1, 100000}, "gradient probes of the first iteration");
  f.integer("most_probes", o.most_probes, {1, 10000000}, "gradient probes of any iteration, at most");
  f.integer("samples_per_exit", o.samples_per_exit, {1, 1000000},
            "images of each exit, members and as many others; natural: twice as many together");
  f.integer("rows_per_exit", o.rows_per_exit, {1, 1000000},
            "rows of each exit, members and as many others; natural: twice as many together");
  f.integer("flips", o.flips, {1, 1000000}, "perturbed copies of a row");
  choice(f, "population", o.population, kPopulationNames,
         "members and others of each exit: as many of each, or in the proportion in which they leave there");
}

void describe(Fields& f, MeasureBoundaryJob& o) {
  f.text("role", o.role, "the model");
  f.integer("seed", o.seed, {}, "seed of the study");
  block(f, "network", o.network, "the model's architecture");
  block(f, "measure_boundary", o.measure_boundary, "how the boundary is searched");
  block(f, "execution", o.execution, "threads and arithmetic");
}

}  // namespace exitaudit::measure_boundary
