#include "pipeline/base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace exitaudit {

void throw_errno(const std::string& message) {
  const int code = errno;
  throw Error(ErrorKind::kFailure, fmt::format("{}: {}", message, std::strerror(code)));
}

void require(bool holds, std::string_view what, std::source_location where) {
  if (holds) return;
  std::string_view file = where.file_name();
  if (const auto slash = file.rfind('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  throw Error(ErrorKind::kFailure, fmt::format("{}:{}: {}", file, where.line(), what));
}

}  // namespace exitaudit
