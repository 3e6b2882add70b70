#pragma once
// StudyView: a study's numbers as items ask for them: of a model, of an attack, of a clock; of one number of exits, or
// averaged over them. Where a study has several seeds, a number of slice "all" is the mean over seeds, within the wider
// of what measuring each seed leaves open and of Student's interval over seeds, and a slice's is that of the first
// seed, since the table averages no slices.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "report/items/values.h"
#include "report/study_results.h"
#include "report/tables/figures.h"

namespace exitaudit::report {

/// A dataset and a network that learnt it.
struct Pair {
  std::string dataset;
  std::string network;
  auto operator<=>(const Pair&) const = default;
  std::string text() const { return dataset + "/" + network; }
};

/// An attack: of what kind, where it learns the exit, and whose shadow taught it ("same", "cifar100.vgg16").
struct AttackKey {
  std::string attack;
  std::string exit_source = "none";
  std::string shadow = "same";
};

/// A number's name and the slice that it is of.
struct Metric {
  std::string name;
  std::string slice = "all";
};

inline const Metric kSuccess{"attack_success"};

inline constexpr std::int64_t kMeanOverSeeds = -1;  ///< `seed` of a row that is averaged over seeds

/// A row of the table, of a model with so many exits (0: of a mean over exits).
Value value_of(const schema::Measurement& measurement, std::int64_t exits);

class StudyView {
 public:
  /// Keeps a reference to `results`.
  explicit StudyView(const StudyResults& results);

  const StudyResults& results() const { return results_; }
  const FiguresBySubject& models() const { return models_; }
  const FiguresBySubject& attacks() const { return attacks_; }
  const FiguresBySubject& clocked() const { return clocked_; }

  /// Of the targets that the table knows; a user's recordings, which have no network, are left out.
  std::vector<Pair> pairs() const;
  /// Of each dataset those whose network is one of `networks`; all of a dataset that has none of them.
  std::vector<Pair> pairs_preferring(const std::vector<std::string>& networks) const;
  /// Numbers of exits of the targets that the table knows, ascending.
  std::vector<std::int64_t> exits_of(const Pair& pair) const;
  std::int64_t deepest(const Pair& pair) const;  ///< the largest of them, 0 = none

  /// A number of one model.
  Value model(const Pair& pair, std::int64_t exits, const Metric& metric) const;
  /// The table's mean over the models with 2 to 6 exits, with the sample deviation. Where there is but one number of
  /// exits, that model's own number; `exits` says so.
  Value mean_model(const Pair& pair, const std::string& metric) const;
  Value attack(const Pair& pair, std::int64_t exits, const AttackKey& key, const Metric& metric = kSuccess) const;
  Value mean_attack(const Pair& pair, const AttackKey& key) const;
  /// Of latencies ("copies=1", …; shadow "") or of a thief of exits ("stolen/copies=1", …).
  Value clock(const Pair& pair, std::int64_t exits, const AttackKey& key, const Metric& metric) const;
  Value mean_clock(const Pair& pair, const AttackKey& key, const std::string& metric) const;

  /// Exit sources of attacks (or of thieves, where `attack` is "") on this pair's models that start with `prefix`, in
  /// reading order; with no shadow but the twin.
  std::vector<std::string> sources(const Pair& pair, const std::string& attack, const std::string& prefix) const;
  bool several_seeds() const;
  /// " Of the first seed: …" where a study has several, "" else; for captions of what is made of slices.
  std::string slice_note() const;
  /// "stolen/copies=1" for the fewest copies of a model on a device that exits were stolen beside (`most`: for the
  /// most, and more than one); "" where there are none.
  std::string stolen_source(bool most = false) const;

 private:
  Value one(const FiguresBySubject& figures, Subject subject, const Metric& metric) const;
  Value over_seeds(const FiguresBySubject& figures, Subject subject, const std::string& metric) const;
  Value over_exits(const FiguresBySubject& figures, Subject subject, const std::string& metric) const;
  double deviation(const FiguresBySubject& figures, Subject subject, const std::string& metric) const;
  /// Results that the study asks for; of subject.exits, 0: of 2 to 6.
  std::int64_t asked_for(const Subject& subject, const std::string& metric) const;

  const StudyResults& results_;
  FiguresBySubject models_;
  FiguresBySubject attacks_;
  FiguresBySubject clocked_;
  std::vector<std::int64_t> seeds_;                                ///< the mean over them first
  std::map<std::pair<std::string, Subject>, std::int64_t> asked_;  ///< by noun; seed 0; exits 0: of 2 to 6
  std::vector<std::int64_t> exits_;                                ///< numbers of exits, from 2
};

/// "gradient-based", "score-based", "label-only", "exit-only".
std::string name_of_attack(const std::string& attack);

/// N of "copies=N" in an exit source, 0 where it has none.
std::int64_t copies_of(const std::string& exit_source);

}  // namespace exitaudit::report
