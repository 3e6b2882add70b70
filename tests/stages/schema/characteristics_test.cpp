#include "stages/schema/characteristics.h"

#include <gtest/gtest.h>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Characteristics small_characteristics() {
  return {.exits = 1,
          .bins = 2,
          .samples = {3, 3},
          .edges = {0, 1, 2, 0, 2, 4},
          .member_density = {1, 0, 0.5, 0},
          .non_member_density = {0.5, 0.5, 0.25, 0.25},
          .measurements = {{"all", "js_divergence", 0.2, 0.1, 0.3, 6}}};
}

TEST(Characteristics, ComeBack) {
  const Characteristics written = small_characteristics();
  const Characteristics read = read_characteristics(Stored(written).open());
  EXPECT_EQ(read.exits, 1);
  EXPECT_EQ(read.bins, 2);
  EXPECT_EQ(read.samples, written.samples);
  EXPECT_EQ(read.edges, written.edges);
  EXPECT_EQ(read.member_density, written.member_density);
  EXPECT_EQ(read.non_member_density, written.non_member_density);
  ASSERT_EQ(read.measurements.size(), 1U);
  EXPECT_EQ(read.measurements[0].metric, "js_divergence");
}

TEST(Characteristics, SayWhichArrayDoesNotFit) {
  Characteristics characteristics = small_characteristics();
  characteristics.edges.pop_back();
  EXPECT_EQ(complaint(characteristics), "characteristics: edges has 5 values where 6 are expected");
}

}  // namespace
}  // namespace exitaudit::schema
