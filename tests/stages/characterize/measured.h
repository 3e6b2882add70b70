#pragma once
// measured: one measurement of a list, for the tests of this folder.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "stages/schema/measurement.h"

namespace exitaudit::characterize {

inline schema::Measurement measured(const std::vector<schema::Measurement>& rows, const std::string& slice,
                                    const std::string& metric) {
  for (const schema::Measurement& row : rows) {
    if (row.slice == slice && row.metric == metric) return row;
  }
  ADD_FAILURE() << "no " << slice << " " << metric;
  return {};
}

}  // namespace exitaudit::characterize
