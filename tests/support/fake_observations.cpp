#include "tests/support/fake_observations.h"

#include <algorithm>
#include <cmath>

#include "pipeline/base/random.h"

namespace exitaudit::test {
namespace {

void add_sample(schema::Observations& o, std::uint8_t member, double leak, RandomStream& random) {
  o.index.push_back(o.count());
  o.member.push_back(member);
  o.label.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(o.classes))));
  o.exit_taken.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(o.exits))));
  const std::size_t first = o.logits.size();
  for (std::int64_t c = 0; c < o.classes; ++c) o.logits.push_back(static_cast<float>(random.normal()));
  o.logits[first] += static_cast<float>(member != 0 ? 3 + leak : 3);
  const auto largest = std::max_element(o.logits.begin() + static_cast<std::ptrdiff_t>(first), o.logits.end());
  const auto answer = static_cast<std::int32_t>(largest - o.logits.begin() - static_cast<std::ptrdiff_t>(first));
  for (std::int64_t e = 0; e < o.exits; ++e) {
    o.prediction.push_back(answer);
    o.confidence.push_back(0.5F);
    o.loss.push_back(static_cast<float>(random.uniform()));
  }
  for (std::int64_t f = 0; f < o.features; ++f) o.feature.push_back(static_cast<float>(random.normal()));
}

}  // namespace

schema::Observations fake_observations(const FakeObservations& wanted) {
  RandomStream random = stream("fake observations", wanted.seed);
  schema::Observations o;
  o.exits = wanted.exits;
  o.classes = wanted.classes;
  o.features = 4;
  for (std::int64_t i = 0; i < std::max(wanted.members, wanted.non_members); ++i) {
    if (i < wanted.members) add_sample(o, 1, wanted.leak, random);
    if (i < wanted.non_members) add_sample(o, 0, wanted.leak, random);
  }
  return o;
}

}  // namespace exitaudit::test
