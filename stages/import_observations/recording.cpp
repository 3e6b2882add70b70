#include "stages/import_observations/recording.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>
#include <set>
#include <span>

#include "pipeline/base/error.h"
#include "stages/import_observations/import_observations_options.h"

namespace exitaudit::import_observations {
namespace {

constexpr char kH5Signature[] = "\x89HDF\r\n\x1a\n";

bool is_whole(double value) {
  return std::isfinite(value) && value == std::floor(value);
}

/// Judges a recording's values, and names the sample of a bad one.
class Judge {
 public:
  Judge(const Recording& recording, std::int64_t exits) : r_(recording), exits_(exits) {}

  void judge() const {
    if (r_.count() == 0) fail("holds no samples");
    if (r_.classes < 2) fail(fmt::format("holds {} score a sample; at least two classes are needed", r_.classes));
    judge_indices();
    for (std::size_t i = 0; i < r_.label.size(); ++i) judge_sample(i);
    judge_membership();
  }

  std::span<const double> scores(std::size_t i) const {
    const auto width = static_cast<std::size_t>(r_.classes);
    return {r_.scores.data() + i * width, width};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw BadInput(r_.file + " " + what); }

  [[noreturn]] void fail(std::size_t i, const std::string& what) const {
    const std::int64_t row = r_.first_row + static_cast<std::int64_t>(i);
    const std::string sample = r_.index.empty() || !is_whole(r_.index[i])
                                   ? fmt::format("row {}", row)
                                   : fmt::format("sample {:.0f} (row {})", r_.index[i], row);
    throw BadInput(fmt::format("{}: {}: {}", r_.file, sample, what));
  }

  /// A whole number of 0 .. last.
  void judge_number(std::size_t i, const char* column, double value, std::int64_t last) const {
    if (is_whole(value) && value >= 0 && value <= static_cast<double>(last)) return;
    fail(i, fmt::format("{} is {}; expected a whole number from 0 to {}", column, value, last));
  }

  void judge_indices() const {
    std::set<double> seen;
    for (std::size_t i = 0; i < r_.index.size(); ++i) {
      judge_number(i, "index", r_.index[i], std::int64_t{1} << 53);
      if (!seen.insert(r_.index[i]).second) fail(i, "this index is there twice; an index names one sample");
    }
  }

  void judge_sample(std::size_t i) const {
    judge_number(i, "label", r_.label[i], r_.classes - 1);
    if (r_.member[i] != 0 && r_.member[i] != 1) {
      fail(i, fmt::format("member is {}; expected 1 (the model was trained on it) or 0", r_.member[i]));
    }
    if (!r_.exit.empty()) judge_number(i, "exit", r_.exit[i], exits_ - 1);
    judge_scores(i);
    for (std::int64_t k = 0; k < r_.repeats; ++k) {
      const double value = r_.latency_ms[i * static_cast<std::size_t>(r_.repeats) + static_cast<std::size_t>(k)];
      if (std::isfinite(value) && value > 0) continue;
      fail(i, fmt::format("latency_ms_{} is {}; expected a time in milliseconds, more than 0", k, value));
    }
  }

  void judge_scores(std::size_t i) const {
    double sum = 0;
    const auto row = scores(i);
    for (std::size_t k = 0; k < row.size(); ++k) {
      const char* column = r_.are_logits ? "logit" : "score";
      if (!std::isfinite(row[k])) {
        fail(i, fmt::format("{}_{} is {}", column, k, std::isnan(row[k]) ? "not a number" : "infinite"));
      }
      if (!r_.are_logits && row[k] < 0) {
        fail(i,
             fmt::format("score_{} is {}; scores are probabilities; call them logits if they are logits", k, row[k]));
      }
      if (std::abs(row[k]) > static_cast<double>(std::numeric_limits<float>::max())) {
        fail(i, fmt::format("{}_{} is {}, which no 32-bit number holds", column, k, row[k]));
      }
      sum += row[k];
    }
    if (r_.are_logits || std::abs(sum - 1) <= kSumTolerance) return;
    fail(i, fmt::format("the scores add up to {:.6g}; probabilities add up to 1; call them logits if they are logits",
                        sum));
  }

  void judge_membership() const {
    const auto members = std::count(r_.member.begin(), r_.member.end(), 1.0);
    const auto others = r_.count() - members;
    if (members > 0 && others > 0) return;
    fail(fmt::format("holds {} members and {} non-members; an audit needs some of each", members, others));
  }

  const Recording& r_;
  std::int64_t exits_;
};

/// Logits whose softmax are the scores.
std::vector<double> logits_of(std::span<const double> scores, bool are_logits) {
  std::vector<double> logits(scores.begin(), scores.end());
  if (are_logits) return logits;
  for (double& value : logits) value = std::log(std::max(value, kLeastProbability));
  return logits;
}

void append_answer(const std::vector<double>& logits, std::int32_t label, schema::Observations& found) {
  const auto largest = std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - *largest);
  found.prediction.push_back(static_cast<std::int32_t>(largest - logits.begin()));
  found.confidence.push_back(static_cast<float>(1 / sum));
  found.loss.push_back(static_cast<float>(std::log(sum) + *largest - logits[static_cast<std::size_t>(label)]));
  for (const double logit : logits) found.logits.push_back(static_cast<float>(logit));
}

std::vector<std::int64_t> indices_of(const Recording& recording) {
  if (!recording.index.empty()) return {recording.index.begin(), recording.index.end()};
  std::vector<std::int64_t> rows(recording.label.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

std::vector<std::int32_t> exits_taken(const Recording& recording) {
  if (!recording.exit.empty()) return {recording.exit.begin(), recording.exit.end()};
  return std::vector<std::int32_t>(recording.label.size(), 0);
}

/// The signature stands at 0, or behind a user block of 512, 1,024, … bytes.
bool is_h5(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(sizeof kH5Signature - 1, '\0');
  for (std::streamoff offset = 0; offset <= 8192; offset = offset == 0 ? 512 : 2 * offset) {
    file.seekg(offset);
    if (!file.read(start.data(), static_cast<std::streamsize>(start.size()))) return false;
    if (start == kH5Signature) return true;
  }
  return false;
}

}  // namespace

void check_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) throw BadInput(path.string() + ": there is no such file");
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (bytes == 0) throw BadInput(path.string() + ": is empty");
  if (bytes <= kMostBytes) return;
  throw BadInput(
      fmt::format("{}: has {:.1f} GB; recordings of at most {:.1f} GB are read; record fewer samples, or the "
                  "largest few scores of each",
                  path.string(), static_cast<double>(bytes) / 1e9, static_cast<double>(kMostBytes) / 1e9));
}

Recording read_recording(const std::filesystem::path& path) {
  check_file(path);
  return is_h5(path) ? read_h5_recording(path) : read_csv_recording(path);
}

std::int64_t exits_of(const std::filesystem::path& path) {
  check_file(path);
  return is_h5(path) ? exits_of_h5(path) : exits_of_csv(path);
}

Columns columns_of(const std::filesystem::path& path) {
  check_file(path);
  return is_h5(path) ? columns_of_h5(path) : columns_of_csv(path);
}

std::int64_t exits_of(const Recording& recording) {
  double largest = 0;
  for (std::size_t i = 0; i < recording.exit.size(); ++i) {
    const double exit = recording.exit[i];
    if (!is_whole(exit) || exit < 0 || exit >= static_cast<double>(kMostExits)) {
      throw BadInput(fmt::format("{}: row {}: exit is {}; expected a whole number from 0 to {}", recording.file,
                                 recording.first_row + static_cast<std::int64_t>(i), exit, kMostExits - 1));
    }
    largest = std::max(largest, exit);
  }
  return static_cast<std::int64_t>(largest) + 1;
}

schema::Observations to_observations(const Recording& recording, std::int64_t exits) {
  const Judge judge(recording, exits);
  judge.judge();
  schema::Observations found;
  found.exits = exits;
  found.classes = recording.classes;
  found.features = 0;
  found.tau = std::numeric_limits<double>::quiet_NaN();
  found.answers_only = true;
  found.index = indices_of(recording);
  found.exit_taken = exits_taken(recording);
  for (std::size_t i = 0; i < recording.label.size(); ++i) {
    found.member.push_back(recording.member[i] != 0 ? 1 : 0);
    found.label.push_back(static_cast<std::int32_t>(recording.label[i]));
    append_answer(logits_of(judge.scores(i), recording.are_logits), found.label.back(), found);
  }
  return found;
}

schema::Latencies to_latencies(const Recording& recording, std::int64_t exits) {
  const Judge judge(recording, exits);
  judge.judge();
  if (recording.repeats == 0) {
    throw BadInput(recording.file + ": holds no latencies; add latency_ms_0, the milliseconds that each answer took");
  }
  schema::Latencies found;
  found.device = "recorded";
  found.clock = "recorded";
  found.exits = exits;
  found.repeats = recording.repeats;
  found.index = indices_of(recording);
  found.copy.assign(recording.label.size(), 0);
  found.exit_taken = exits_taken(recording);
  found.latency_ms = recording.latency_ms;
  return found;
}

}  // namespace exitaudit::import_observations
