#include "stages/schema/partition.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "pipeline/base/error.h"
#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

const Rows kRows{"partition"};

/// One index and the part it stands in.
struct Place {
  std::int64_t index;
  const char* part;
};

void append(std::vector<Place>& places, const std::vector<std::int64_t>& indices, const char* part) {
  for (const std::int64_t index : indices) places.push_back({index, part});
}

/// Every index, but the calibration ones where they are the non-members again.
std::vector<Place> places_of(const Partition& partition) {
  std::vector<Place> places;
  append(places, partition.target.members, "target/members");
  append(places, partition.target.non_members, "target/non_members");
  append(places, partition.shadow.members, "shadow0/members");
  append(places, partition.shadow.non_members, "shadow0/non_members");
  if (partition.calibration_shared) return places;
  append(places, partition.target.calibration, "target/calibration");
  append(places, partition.shadow.calibration, "shadow0/calibration");
  return places;
}

void check_disjoint(std::vector<Place> places) {
  std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.index < b.index; });
  const auto twice = std::adjacent_find(places.begin(), places.end(),
                                        [](const Place& a, const Place& b) { return a.index == b.index; });
  if (twice == places.end()) return;
  kRows.fail(fmt::format("sample {} is in {} and in {}", twice->index, twice->part, std::next(twice)->part));
}

void check_shared_calibration(const Side& side, const std::string& role) {
  std::vector<std::int64_t> calibration = side.calibration;
  std::vector<std::int64_t> test = side.non_members;
  std::sort(calibration.begin(), calibration.end());
  std::sort(test.begin(), test.end());
  if (calibration != test) kRows.fail(role + "/calibration is shared, but is not the whole test part");
}

void write_side(ArtifactWriter& out, const Side& side, const std::string& role) {
  out.write(role + "/members", side.members);
  out.write(role + "/non_members", side.non_members);
  out.write(role + "/calibration", side.calibration);
}

Side read_side(const ArtifactReader& in, const std::string& role) {
  return {in.read<std::int64_t>(role + "/members"), in.read<std::int64_t>(role + "/non_members"),
          in.read<std::int64_t>(role + "/calibration")};
}

}  // namespace

const Side& Partition::side(const std::string& role) const {
  if (role == "target") return target;
  if (role == "shadow0") return shadow;
  throw Error(ErrorKind::kFailure, fmt::format("partition: there is no role \"{}\"; it has target and shadow0", role));
}

void check(const Partition& partition, std::int64_t count) {
  std::vector<Place> places = places_of(partition);
  for (const Place& place : places) {
    if (place.index >= 0 && place.index < count) continue;
    kRows.fail(fmt::format("sample {} in {} is not one of the dataset's {}", place.index, place.part, count));
  }
  check_disjoint(std::move(places));
  if (!partition.calibration_shared) return;
  check_shared_calibration(partition.target, "target");
  check_shared_calibration(partition.shadow, "shadow0");
}

ChosenSamples choose_samples(const Side& side, std::int64_t cap) {
  std::size_t count = std::min(side.members.size(), side.non_members.size());
  if (cap > 0) count = std::min(count, static_cast<std::size_t>(cap));
  ChosenSamples chosen;
  const auto take = [&](const std::vector<std::int64_t>& part, std::uint8_t member) {
    chosen.index.insert(chosen.index.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
    chosen.member.insert(chosen.member.end(), count, member);
  };
  take(side.members, 1);
  take(side.non_members, 0);
  return chosen;
}

void write(ArtifactWriter& out, const Partition& partition) {
  check(partition, std::numeric_limits<std::int64_t>::max());
  out.write_attribute("calibration_shared", std::int64_t{partition.calibration_shared});
  write_side(out, partition.target, "target");
  write_side(out, partition.shadow, "shadow0");
}

Partition read_partition(const ArtifactReader& in) {
  Partition partition{read_side(in, "target"), read_side(in, "shadow0"),
                      in.integer_attribute("calibration_shared") != 0};
  check(partition, std::numeric_limits<std::int64_t>::max());
  return partition;
}

}  // namespace exitaudit::schema
