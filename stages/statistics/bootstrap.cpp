#include "stages/statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit::statistics {
namespace {

/// Uniform places in 0 .. bound-1 without bias (Lemire, 2019), two from each 64-bit word.
class Places {
 public:
  explicit Places(RandomStream random) : random_(std::move(random)) {}

  std::uint32_t below(std::uint32_t bound) {
    std::uint64_t product = std::uint64_t{word()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t rejected = (0U - bound) % bound;
      while (static_cast<std::uint32_t>(product) < rejected) product = std::uint64_t{word()} * bound;
    }
    return static_cast<std::uint32_t>(product >> 32U);
  }

 private:
  std::uint32_t word() {
    has_half_ = !has_half_;
    if (has_half_) word_ = random_();
    return static_cast<std::uint32_t>(has_half_ ? word_ : word_ >> 32U);
  }

  RandomStream random_;
  std::uint64_t word_ = 0;
  bool has_half_ = false;
};

/// One stratum: where each sample stands among the distinct scores, and whether the attack called it a member.
struct Stratum {
  std::vector<std::uint32_t> place;
  std::vector<std::uint8_t> decision;
};

struct Strata {
  Stratum members;
  Stratum non_members;
  std::size_t places = 0;  ///< distinct scores, counted from the lowest
};

Strata stratify(std::span<const double> scores, std::span<const std::uint8_t> decisions,
                std::span<const std::uint8_t> members) {
  std::vector<double> distinct(scores.begin(), scores.end());
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  Strata strata;
  strata.places = distinct.size();
  for (std::size_t i = 0; i < scores.size(); ++i) {
    Stratum& stratum = members[i] != 0 ? strata.members : strata.non_members;
    const auto found = std::lower_bound(distinct.begin(), distinct.end(), scores[i]);
    stratum.place.push_back(static_cast<std::uint32_t>(found - distinct.begin()));
    stratum.decision.push_back(decisions[i] != 0 ? 1 : 0);
  }
  return strata;
}

/// Draws a stratum again, with replacement: counts per place, and the share that was called a member.
double resample(const Stratum& stratum, Places& random, std::vector<std::uint32_t>& counts) {
  std::fill(counts.begin(), counts.end(), 0U);
  const auto size = static_cast<std::uint32_t>(stratum.place.size());
  std::uint64_t called = 0;
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint32_t drawn = random.below(size);
    ++counts[stratum.place[drawn]];
    called += stratum.decision[drawn];
  }
  return static_cast<double>(called) / size;
}

void resample(std::span<const std::uint32_t> stratum, Places& random, Counts& counts) {
  std::fill(counts.begin(), counts.end(), 0U);
  const auto size = static_cast<std::uint32_t>(stratum.size());
  for (std::uint32_t i = 0; i < size; ++i) ++counts[stratum[random.below(size)]];
}

/// Mann-Whitney from counts per place: non-members below a member, ties counted half.
double auc_of_counts(const std::vector<std::uint32_t>& members, const std::vector<std::uint32_t>& non_members) {
  std::uint64_t twice_pairs = 0;
  std::uint64_t below = 0;
  std::uint64_t all_members = 0;
  for (std::size_t place = 0; place < members.size(); ++place) {
    twice_pairs += std::uint64_t{members[place]} * (2 * below + non_members[place]);
    below += non_members[place];
    all_members += members[place];
  }
  return static_cast<double>(twice_pairs) / 2 / static_cast<double>(all_members) / static_cast<double>(below);
}

}  // namespace

Interval bootstrap_mean(std::span<const double> values, RandomStream random, double confidence) {
  if (values.size() < 2) return no_interval();
  Places places(std::move(random));
  const auto size = static_cast<std::uint32_t>(values.size());
  std::vector<double> means;
  for (std::int64_t k = 0; k < kResamples; ++k) {
    double sum = 0;
    for (std::uint32_t i = 0; i < size; ++i) sum += values[places.below(size)];
    means.push_back(sum / size);
  }
  return percentiles(std::move(means), confidence);
}

MembershipIntervals bootstrap_membership(std::span<const double> scores, std::span<const std::uint8_t> decisions,
                                         std::span<const std::uint8_t> members, RandomStream random,
                                         double confidence) {
  require(scores.size() == members.size() && decisions.size() == members.size(), "one score and decision a sample");
  const Strata strata = stratify(scores, decisions, members);
  if (strata.members.place.empty() || strata.non_members.place.empty()) return {no_interval(), no_interval()};
  Places places(std::move(random));
  std::vector<std::uint32_t> positive(strata.places);
  std::vector<std::uint32_t> negative(strata.places);
  std::vector<double> aucs;
  std::vector<double> balanced;
  for (std::int64_t k = 0; k < kResamples; ++k) {
    const double true_positive_rate = resample(strata.members, places, positive);
    const double false_positive_rate = resample(strata.non_members, places, negative);
    aucs.push_back(auc_of_counts(positive, negative));
    balanced.push_back((true_positive_rate + 1 - false_positive_rate) / 2);
  }
  return {percentiles(std::move(aucs), confidence), percentiles(std::move(balanced), confidence)};
}

std::vector<double> resample_strata(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b,
                                    std::size_t places,
                                    const std::function<double(const Counts&, const Counts&)>& statistic,
                                    RandomStream random) {
  std::vector<double> values;
  if (a.empty() || b.empty()) return values;
  Places drawn(std::move(random));
  Counts counts_a(places);
  Counts counts_b(places);
  for (std::int64_t k = 0; k < kResamples; ++k) {
    resample(a, drawn, counts_a);
    resample(b, drawn, counts_b);
    values.push_back(statistic(counts_a, counts_b));
  }
  return values;
}

double quantile(std::span<const double> sorted, double share) {
  require(!sorted.empty(), "a quantile is of at least one value");
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Interval percentiles(std::vector<double> values, double confidence) {
  if (values.empty()) return no_interval();
  std::sort(values.begin(), values.end());
  return {quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)};
}

}  // namespace exitaudit::statistics
