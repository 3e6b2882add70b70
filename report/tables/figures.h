#pragma once
// Figures: the rows of a table gathered by what they were measured on, in the order that people read.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "report/study_results.h"
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
  ResultState state = ResultState::kThere;                                   ///< else why nothing is known
  std::int64_t expected = 0;                       ///< of a mean: figures that should be behind it; 0: not told
  std::map<std::string, std::int64_t> there = {};  ///< of a mean of means, by metric: single figures that are behind it
};

using FiguresBySubject = std::map<Subject, Figures>;

/// Whether exits were learnt through a simulated network or behind a guard: one point of a sweep.
bool is_sweep(const std::string& exit_source);

/// Of the rows alone. Models are the targets; what belongs to other roles is left to the CSV.
FiguresBySubject gather_models(const std::vector<schema::TableRow>& rows);
/// What a clock, or a thief of exits, told of the targets: no attack, but a way to learn exits.
FiguresBySubject gather_clocked(const std::vector<schema::TableRow>& rows);
FiguresBySubject gather_attacks(const std::vector<schema::TableRow>& rows);

/// The same, with an entry of nothing but its state for each result that the study asks for and does not have, and with
/// how many figures should be behind each mean. Of models, those that `noun` tells: "thresholds", which a recording of
/// a user's own has not and needs not; "characteristics". Of clocks: "stolen_exits", "latencies".
FiguresBySubject gather_models(const StudyResults& results, const std::string& noun = "thresholds");
FiguresBySubject gather_clocked(const StudyResults& results, const std::string& noun);
FiguresBySubject gather_attacks(const StudyResults& results);

/// "2 of 12 missing: 1 failed, 1 stale." of the entries that have a state; "" where none has. `what`: "attack results".
std::string holes_note(const FiguresBySubject& found, const std::string& what);

}  // namespace exitaudit::report
