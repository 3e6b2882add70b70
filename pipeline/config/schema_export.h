#pragma once
// The same descriptions as JSON Schema (2020-12), so that editors complete and check study files.

#include <functional>
#include <string>

#include "pipeline/config/fields.h"

namespace exitaudit {

std::string write_json_schema(const std::string& title, const std::function<void(Fields&)>& visit);

}  // namespace exitaudit
