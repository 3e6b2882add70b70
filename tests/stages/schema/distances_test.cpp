#include "stages/schema/distances.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/stages/schema/stored.h"

namespace exitaudit::schema {
namespace {

Distances images() {
  return {.method = "hop_skip_jump",
          .exits = 2,
          .dimension = 3072,
          .exit_share = {0.75, 0.25},
          .rates = {},
          .index = {40, 7},
          .member = {1, 0},
          .label = {2, 0},
          .prediction = {2, 1},
          .exit_taken = {0, 1},
          .correct = {1, 0},
          .found = {1, 0},
          .distance = {1.25, 0},
          .share = {},
          .queries = {2400, 101}};
}

Distances rows() {
  Distances distances = images();
  distances.method = "bit_flips";
  distances.rates = {0.1, 0.2, 0.3};
  distances.found = {};
  distances.distance = {};
  distances.share = {1, 0.5, 0.25, 0, 0.125, 0.75};
  return distances;
}

TEST(Distances, ComeBack) {
  for (const Distances& distances : {images(), rows()}) {
    const Distances read = read_distances(Stored(distances).open());
    EXPECT_EQ(read.method, distances.method);
    EXPECT_EQ(read.exits, 2);
    EXPECT_EQ(read.dimension, 3072);
    EXPECT_EQ(read.exit_share, distances.exit_share);
    EXPECT_EQ(read.rates, distances.rates);
    EXPECT_EQ(read.index, distances.index);
    EXPECT_EQ(read.member, distances.member);
    EXPECT_EQ(read.label, distances.label);
    EXPECT_EQ(read.prediction, distances.prediction);
    EXPECT_EQ(read.exit_taken, distances.exit_taken);
    EXPECT_EQ(read.correct, distances.correct);
    EXPECT_EQ(read.found, distances.found);
    EXPECT_EQ(read.distance, distances.distance);
    EXPECT_EQ(read.share, distances.share);
    EXPECT_EQ(read.queries, distances.queries);
  }
}

TEST(Distances, NameTheSampleThatDoesNotFit) {
  Distances distances = images();
  distances.distance[1] = std::nan("");
  EXPECT_EQ(complaint(distances), "distances: distance of sample 7 (row 1) is not a number");
  distances.distance[1] = -0.5;
  EXPECT_EQ(complaint(distances), "distances: distance of sample 7 (row 1) is -0.5");
  distances = rows();
  distances.share[2] = 1.5;
  EXPECT_EQ(complaint(distances), "distances: share of sample 40 (row 0) is 1.5");
  distances = images();
  distances.exit_taken[0] = 2;
  EXPECT_EQ(complaint(distances), "distances: exit_taken of sample 40 (row 0) is 2; 0 to 1 are possible");
  distances = images();
  distances.correct[1] = 1;
  EXPECT_EQ(complaint(distances), "distances: correct of sample 7 (row 1) is 1, prediction 1 and label 0");
  distances = images();
  distances.index[1] = 40;
  EXPECT_EQ(complaint(distances), "distances: sample 40 is there twice");
}

TEST(Distances, AreOfOneMethod) {
  Distances distances = images();
  distances.method = "guessing";
  EXPECT_EQ(complaint(distances),
            "distances: there is no method \"guessing\"; hop_skip_jump and bit_flips are possible");
  distances = rows();
  distances.rates = {};
  EXPECT_EQ(complaint(distances), "distances: bit_flips with 0 rates of flips is not possible");
  distances = rows();
  distances.share.pop_back();
  EXPECT_EQ(complaint(distances), "distances: share has 5 values where 6 are expected");
  distances = rows();
  distances.distance = {1, 2};
  EXPECT_EQ(complaint(distances), "distances: distance has 2 values where 0 are expected");
}

}  // namespace
}  // namespace exitaudit::schema
