#pragma once
// Value: a number as items show it, with what is behind it, so that no average hides a hole.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "report/charts/chart.h"
#include "stages/statistics/intervals.h"

namespace exitaudit::report {

/// `low`..`high` is the table's 95 % interval, `deviation` the sample deviation of a mean; NaN where there is none.
///
/// The table's interval of a mean over exits tells how much it depends on which numbers of exits there are. Whether one
/// mean over the same models is above another is asked of `measured`: what measuring each model leaves open, as if all
/// erred to the same side, since models share samples and starts. Of a single model both are the same.
struct Value {
  double y = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();
  statistics::Interval measured = statistics::no_interval();
  std::int64_t n = 0;                   ///< samples behind it; behind a mean, figures
  std::int64_t exits = 0;               ///< of the one model that it is of; 0: a mean over exits
  std::int64_t there = 0;               ///< models behind a mean …
  std::int64_t of = 0;                  ///< … and models that the study has or asks for
  std::vector<std::int64_t> over = {};  ///< numbers of exits behind a mean; empty for a single model

  bool known() const;    ///< there is such a number
  bool is_mean() const;  ///< it has a deviation
  bool has_hole() const { return there < of; }
};

/// How a number is written: multiplied, with so many decimals (kThreeDigits: as many as show three digits), and a unit
/// behind all of it.
inline constexpr int kThreeDigits = -1;
struct Unit {
  double scale = 1;
  int decimals = 2;
  const char* name = "";
};
inline constexpr Unit kPercent{100, 1, " %"};
inline constexpr Unit kPoints{100, 1, " points"};
inline constexpr Unit kBits{1, 3, " bits"};
inline constexpr Unit kNats{1, 3, " nats"};
inline constexpr Unit kGops{1e-9, kThreeDigits, " Gops"};
inline constexpr Unit kMilliseconds{1, kThreeDigits, " ms"};

/// "80.0 [77.0, 83.0] %"; of a mean "80.6 ± 0.3 %"; "80.6 ± 0.3 % (3 of 5 models)" where some are missing; "-" without
/// a number.
std::string text(const Value& value, const Unit& unit);
/// The same without the unit, for a cell of a table that names it.
std::string cell(const Value& value, const Unit& unit);
/// "3/5" where models are missing behind a mean, else "".
std::string hole(const Value& value);

/// a less b, and how sure that is.
struct Difference {
  double value = std::numeric_limits<double>::quiet_NaN();
  statistics::Interval interval = statistics::no_interval();
};

/// From what measuring leaves open on both sides (statistics::difference_interval): conservative for the same samples.
/// No interval where two means are of models with different numbers of exits, which would compare those.
Difference difference(const Value& a, const Value& b);
/// "+3.0 [1.0, 5.0] points"; "+3.0 points" without an interval.
std::string text(const Difference& difference, const Unit& unit);

/// One point more: error bars of a mean are its deviation, of all else the interval. Multiplied by `scale`.
void add_point(ChartSeries& series, double x, const Value& value, double scale = 1);

}  // namespace exitaudit::report
