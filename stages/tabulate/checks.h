#pragma once
// Checks: what the results of a study say of the audit itself. Each becomes a row of slice "check", 1 = passed, 0 =
// not:
//
//   check_partition_disjoint  the four parts of a dataset, and the calibration shares, have no sample in common
//   check_members_as_split    a recording's members and non-members are those of the split, and no calibration sample
//   check_evaluation_mode     the model gave the same bits twice (n: samples that it answered twice)
//   check_joined_by_index     the verdicts on a model carry the truth of their own samples (n: attacks)
//   check_same_recipe         the shadow was trained as the target was, but for its part of the data
//   check_models              every model of the study was recorded (n: recorded models)

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "stages/schema/measurement.h"
#include "stages/schema/observations.h"
#include "stages/schema/partition.h"
#include "stages/schema/verdicts.h"
#include "stages/tabulate/tabulate_options.h"

namespace exitaudit::tabulate {

/// Sees the sources in any order but one: a dataset's partition before its recordings, a recording before its verdicts.
class Checks {
 public:
  void see(const TabulateSource& source, const schema::Partition& partition);
  void see(const TabulateSource& source, const schema::Observations& observations);
  void see(const TabulateSource& source, const schema::Verdicts& verdicts);

  /// A source that is not there: without a target's recording, the verdicts on it cannot be judged; without any
  /// recording, nor whether all are there: that is no fault of the audit but one of its holes.
  void miss(const TabulateSource& source);

  /// What was seen, and what the study's settings say of themselves.
  std::vector<schema::TableRow> rows(const TabulateJob& job) const;

 private:
  struct Truth {
    std::int64_t index;
    std::int32_t label;
    std::int32_t exit;
    std::uint8_t member;
    auto operator<=>(const Truth&) const = default;
  };
  struct Joined {
    TabulateSource first;
    std::int64_t verdicts = 0;
    bool right = true;
  };
  using Model = std::tuple<std::string, std::string, std::int64_t, std::int64_t>;  ///< dataset, network, exits, seed
  static Model model_of(const TabulateSource& source);
  void add(const TabulateSource& source, const std::string& metric, bool passed, std::int64_t n);

  std::map<std::pair<std::string, std::int64_t>, schema::Partition> partitions_;  ///< by dataset and seed
  std::map<std::pair<Model, std::string>, std::int64_t> recordings_;              ///< by model and role
  std::map<Model, std::vector<Truth>> truth_;                                     ///< of targets, by index
  std::map<Model, Joined> joined_;
  std::set<Model> missed_;  ///< targets without a recording
  bool misses_recordings_ = false;
  std::vector<schema::TableRow> rows_;
};

/// Whether no index stands in two parts (nor, unless it is shared, in a calibration share).
bool disjoint(const schema::Partition& partition);

/// Whether members are `side`'s members, and non-members its non-members.
bool as_split(const schema::Observations& observations, const schema::Side& side);

}  // namespace exitaudit::tabulate
