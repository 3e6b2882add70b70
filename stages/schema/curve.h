#pragma once
// Curve: a function that belongs to a model or an attack, for the figures of a report. Part of the table.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"

namespace exitaudit::schema {

/// On the axes of a TableRow. x and y have one length; low and high have it, too, or are empty. By name:
///   accuracy_by_tau, ops_official_by_tau, ops_corrected_by_tau   on the calibration samples; slice "all"
///   exit_share_by_tau                                            slices "exit=k"
///   loss_density_members, loss_density_non_members   slices "all", "exit=k"; y[i] per nat holds from x[i] to x[i+1],
///                                                    the last y is 0
///   roc                     x: false-positive rate, y: true-positive rate, with Clopper-Pearson's interval; an
///   attack's latency_density         x: ms, y: per ms: what a thief of exits saw; exit_source as its table row's
///   latency_valleys         x: ms, y: 0: the borders that it drew between exits
///   latency_histogram       slices "exit=k", the true exit; x: ms, y: per ms as a share of all samples; as
///   loss_density train_loss_by_epoch     slice "all"; x: epoch train_top1_by_epoch, test_top1_by_epoch          slices
///   "exit=k"; x: epoch
struct Curve {
  std::string dataset;
  std::string network;
  std::int64_t exits = 0;
  std::int64_t seed = 0;
  std::string role;
  std::string attack;
  std::string exit_source;
  std::string shadow;
  std::string slice = "all";
  std::string name;
  std::vector<double> x, y, low, high;
};

/// Under "curves/": one column an array, the points of all curves behind one another, "offset" [curves + 1].
/// Throws Error(kFailure) with the curve's name where lengths disagree.
void write(ArtifactWriter& out, const std::vector<Curve>& curves);
std::vector<Curve> read_curves(const ArtifactReader& in);

}  // namespace exitaudit::schema
