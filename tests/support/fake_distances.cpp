#include "tests/support/fake_distances.h"

#include <algorithm>

#include "pipeline/base/random.h"

namespace exitaudit::test {

schema::Distances fake_distances(const FakeDistances& wanted) {
  RandomStream random = stream("fake distances", wanted.seed);
  schema::Distances d;
  d.method = wanted.rows ? schema::kBitFlips : schema::kHopSkipJump;
  d.exits = wanted.exits;
  d.dimension = 100;
  d.exit_share.assign(static_cast<std::size_t>(wanted.exits), 1 / static_cast<double>(wanted.exits));
  if (wanted.rows) d.rates = {0.01, 0.02, 0.03};
  for (std::int64_t i = 0; i < 2 * wanted.exits * wanted.per_exit; ++i) {
    const auto exit = static_cast<std::int32_t>(i % wanted.exits);
    const auto member = static_cast<std::uint8_t>(i / wanted.exits % 2);
    const bool wrong = random.uniform() < wanted.wrong;
    const double far = random.uniform() + (member != 0 ? wanted.leak : 0) + wanted.exit_step * exit;
    d.index.push_back(i);
    d.member.push_back(member);
    d.label.push_back(0);
    d.prediction.push_back(wrong ? 1 : 0);
    d.exit_taken.push_back(exit);
    d.correct.push_back(wrong ? 0 : 1);
    d.queries.push_back(1);
    if (wanted.rows) {
      d.share.insert(d.share.end(), {random.uniform(), std::min(1.0, far / (1 + wanted.leak)), random.uniform()});
    } else {
      d.found.push_back(1);
      d.distance.push_back(far);
    }
  }
  return d;
}

}  // namespace exitaudit::test
