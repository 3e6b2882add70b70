#pragma once
// The stages by name, version and noun: one visible array, no torch. jobs/stage_table.cpp binds them to functions; a
// test keeps the two equal.

#include <span>
#include <string_view>

#include "pipeline/graph/job.h"

namespace exitaudit {

std::span<const StageInfo> stage_list();

/// Throws BadInput with a suggestion where there is no such stage.
const StageInfo& stage_info(std::string_view name);

}  // namespace exitaudit
