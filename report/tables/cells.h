#pragma once
// Cells: how a number is written for people. Three digits; the CSV has them all.

#include <string>
#include <vector>

#include "report/tables/figures.h"

namespace exitaudit::report {

inline constexpr const char* kHole = "-";        ///< should be there and is not
inline constexpr const char* kNotKnown = "n/a";  ///< cannot be told from these samples

/// How many decimals show three digits of it; 0 for zero and what is not finite.
int three_digit_decimals(double value);

/// "64.3"; a mean with its sample deviation, "64.3 ± 2.1", and "(3/5)" where figures behind it are missing or n/a.
/// kHole where the metric is missing, kNotKnown for NaN and for a mean of nothing but NaN.
std::string percent(const Figures& figures, const std::string& metric);
/// "64.3 [61.2, 67.3]", in per cent; a mean with its deviation.
std::string percent_with_interval(const Figures& figures, const std::string& metric);
/// ".643"; a mean with its deviation.
std::string share(const Figures& figures, const std::string& metric);
/// ".643 [.612, .673]"; a mean with its deviation.
std::string share_with_interval(const Figures& figures, const std::string& metric);
/// Operations in units of 10^9, three digits: "0.628"; a mean without its deviation.
std::string gops(const Figures& figures, const std::string& metric);
/// Three digits: "5.25", "0.0464"; a mean with its deviation, to as many decimals.
std::string milliseconds(const Figures& figures, const std::string& metric);
/// "0.85", two decimals.
std::string decimal(const Figures& figures, const std::string& metric);
/// Where nothing is known of a subject, the first of its cells says why: "failed"; else unchanged.
std::vector<std::string> with_state(const Figures& figures, std::vector<std::string> cells);
/// The number of samples behind it; behind a mean, of figures.
std::string count(const Figures& figures, const std::string& metric);

}  // namespace exitaudit::report
