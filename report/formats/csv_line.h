#pragma once
// One line of a CSV file, as RFC 4180 says but for its end, which is \n.

#include <string>
#include <vector>

namespace exitaudit::report {

/// Cells that hold a comma, a quote or a line end are quoted.
std::string csv_line(const std::vector<std::string>& cells);

/// In full (%.17g); empty where it is NaN.
std::string csv_number(double value);

}  // namespace exitaudit::report
