#pragma once
// The paper's own numbers (data/published.yaml) beside a study's.

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"
#include "report/formats/text_table.h"
#include "report/items/decision.h"
#include "report/items/study_view.h"
#include "report/items/values.h"
#include "report/study_results.h"

namespace exitaudit::report {

enum class Direction { kNone, kBelow, kAbove, kNotBelow };
inline constexpr std::array<std::string_view, 4> kDirectionNames{"none", "below", "above", "not_below"};

/// What the paper says of a number beside another of the same subject and metric.
struct PublishedClaim {
  Direction direction = Direction::kNone;
  std::int64_t exits = 0;  ///< of the other number
  std::string exit_source;
};
void describe(Fields& f, PublishedClaim& o);

/// One number that the paper states, on the axes of a TableRow.
struct PublishedNumber {
  std::string item;  ///< "figure-4", "table-1", "introduction"
  std::string dataset;
  std::string network;
  std::int64_t exits = 0;  ///< 1: vanilla, 0: the mean over 2 to 6
  std::string attack;      ///< "" for a model's or a clock's number, and where the paper does not name the attack
  std::string exit_source;
  std::string shadow = "same";
  std::string metric;
  double value = 0;
  std::optional<double> deviation;
  std::string remark;  ///< a contradiction or doubt
  PublishedClaim claim;
};
void describe(Fields& f, PublishedNumber& o);

/// Entries of the file's `numbers`. Throws BadInput with every fault as file:line:col.
std::vector<PublishedNumber> read_published(const std::filesystem::path& path);
/// Of the file that ships with exitaudit, data/published.yaml.
std::vector<PublishedNumber> read_published();

/// One number of theirs and ours.
struct PublishedComparison {
  PublishedNumber theirs;
  Value ours;                            ///< not known() where the study has the subject and not the number
  double difference = 0;                 ///< ours less theirs, NaN without ours
  std::optional<bool> in_interval = {};  ///< whether theirs lies in our 95 % interval; nothing without one
  std::optional<Decision> claim = {};    ///< whether the paper's claim holds here; nothing where it makes none
};

/// Only of subjects (dataset and network) that the study has, in the paper's order.
std::vector<PublishedComparison> compare_with_published(const StudyView& view,
                                                        const std::vector<PublishedNumber>& published);

/// "What the paper states, and what was found here". No rows where the study has none of its subjects.
TextTable published_table(const StudyResults& results, const std::vector<PublishedComparison>& comparisons);

}  // namespace exitaudit::report
