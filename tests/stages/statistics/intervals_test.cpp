#include "stages/statistics/intervals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace exitaudit::statistics {
namespace {

/// P(X >= k) for X ~ Binomial(n, p), summed term by term.
double upper_tail(std::int64_t k, std::int64_t n, double p) {
  double sum = 0;
  for (std::int64_t i = k; i <= n; ++i) {
    const auto x = static_cast<double>(i);
    const auto m = static_cast<double>(n);
    sum += std::exp(std::lgamma(m + 1) - std::lgamma(x + 1) - std::lgamma(m - x + 1) + x * std::log(p) +
                    (m - x) * std::log1p(-p));
  }
  return sum;
}

struct Golden {
  std::int64_t hits, trials;
  double low, high;
};

// Newcombe (1998), Statistics in Medicine 17:857, table I.
TEST(ClopperPearson, HasThePublishedValues) {
  for (const Golden& g :
       {Golden{81, 263, .2527, .3676}, {15, 148, .0578, .1617}, {0, 20, 0, .1684}, {1, 29, .0009, .1776}}) {
    const Interval interval = clopper_pearson(g.hits, g.trials);
    EXPECT_NEAR(interval.low, g.low, 5e-5) << g.hits << "/" << g.trials;
    EXPECT_NEAR(interval.high, g.high, 5e-5) << g.hits << "/" << g.trials;
  }
}

TEST(ClopperPearson, LeavesHalfOfTheErrorInEachBinomialTail) {
  for (const std::int64_t n : {1, 7, 40}) {
    for (std::int64_t k = 0; k <= n; ++k) {
      const Interval interval = clopper_pearson(k, n, 0.9);
      if (k > 0) {
        EXPECT_NEAR(upper_tail(k, n, interval.low), 0.05, 1e-9);
      }
      if (k < n) {
        EXPECT_NEAR(1 - upper_tail(k + 1, n, interval.high), 0.05, 1e-9);
      }
    }
  }
}

TEST(ClopperPearson, EndsAtTheEdges) {
  EXPECT_EQ(clopper_pearson(0, 12).low, 0);
  EXPECT_EQ(clopper_pearson(12, 12).high, 1);
  EXPECT_EQ(clopper_pearson(0, 0).low, 0);
  EXPECT_EQ(clopper_pearson(0, 0).high, 1);
}

// Newcombe (1998), Statistics in Medicine 17:857, table I, method 3.
TEST(Wilson, HasThePublishedValues) {
  for (const Golden& g :
       {Golden{81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718}}) {
    const Interval interval = wilson(g.hits, g.trials);
    EXPECT_NEAR(interval.low, g.low, 5e-5) << g.hits << "/" << g.trials;
    EXPECT_NEAR(interval.high, g.high, 5e-5) << g.hits << "/" << g.trials;
  }
}

// Newcombe (1998), Statistics in Medicine 17:873, table II, method 10.
TEST(Newcombe, HasThePublishedValues) {
  const Interval wide = newcombe(56, 70, 48, 80);
  EXPECT_NEAR(wide.low, .0524, 5e-5);
  EXPECT_NEAR(wide.high, .3339, 5e-5);
  const Interval few = newcombe(9, 10, 3, 10);
  EXPECT_NEAR(few.low, .1705, 5e-5);
  EXPECT_NEAR(few.high, .8090, 5e-5);
  const Interval apart = newcombe(10, 10, 0, 10);
  EXPECT_NEAR(apart.low, .6075, 5e-5);
  EXPECT_NEAR(apart.high, 1, 5e-5);
}

TEST(Families, TakeTheirConfidenceFromAllLooks) {
  EXPECT_NEAR(std::pow(sidak(0.999, 20), 20), 0.999, 1e-12);
  EXPECT_NEAR(20 * (1 - bonferroni(0.999, 20)), 0.001, 1e-12);
  EXPECT_GT(bonferroni(0.999, 20), sidak(0.999, 20));
  EXPECT_DOUBLE_EQ(sidak(0.95, 1), 0.95);
}

}  // namespace
}  // namespace exitaudit::statistics
