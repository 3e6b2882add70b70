#pragma once
// Figures: the rows of a table gathered by what they were measured on, in the order that people read.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "stages/schema/measurement.h"

namespace exitaudit::report {

/// A model, or an attack on it. exits = 0: the mean over exits; seed = -1: the mean over seeds.
struct Subject {
  std::string dataset;
  std::string network;
  std::int64_t exits = 0;
  std::int64_t seed = 0;
  std::string attack;  ///< "" for a model
  std::string exit_source;
  std::string shadow;

  bool is_mean() const { return exits == 0 || seed == -1; }
  /// Means after what they average; attacks as the paper does: original, hybrid, control.
  bool operator<(const Subject& other) const;
};

/// What is known of one subject.
struct Figures {
  std::map<std::string, schema::Measurement> whole;                          ///< by metric: slice "all", or the mean
  std::map<std::string, schema::Measurement> deviation;                      ///< by metric: of a mean
  std::map<std::string, std::map<std::string, schema::Measurement>> slices;  ///< by slice and metric: all others
};

using FiguresBySubject = std::map<Subject, Figures>;

/// Models are the targets; what belongs to other roles is left to the CSV.
FiguresBySubject gather_models(const std::vector<schema::TableRow>& rows);
/// What a clock, or a thief of exits, told of the targets: no attack, but a way to learn exits.
FiguresBySubject gather_clocked(const std::vector<schema::TableRow>& rows);
FiguresBySubject gather_attacks(const std::vector<schema::TableRow>& rows);

}  // namespace exitaudit::report
