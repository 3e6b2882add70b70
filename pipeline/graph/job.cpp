#include "pipeline/graph/job.h"

namespace exitaudit {

std::string axis_of(const Job& job, const std::string& name) {
  for (const auto& [key, value] : job.axes) {
    if (key == name) return value;
  }
  return "";
}

}  // namespace exitaudit
