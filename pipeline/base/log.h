#pragma once
// Log lines on standard error: "12:00:01 info  trained 3 epochs". A worker's standard error is its job's log.

#include <fmt/format.h>

#include <string>
#include <utility>

namespace exitaudit {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Lines below `level` are dropped. Default kInfo.
void set_log_level(LogLevel level);
void log_line(LogLevel level, const std::string& line);

template <class... T>
void log_debug(fmt::format_string<T...> text, T&&... values) {
  log_line(LogLevel::kDebug, fmt::format(text, std::forward<T>(values)...));
}
template <class... T>
void log_info(fmt::format_string<T...> text, T&&... values) {
  log_line(LogLevel::kInfo, fmt::format(text, std::forward<T>(values)...));
}
template <class... T>
void log_warning(fmt::format_string<T...> text, T&&... values) {
  log_line(LogLevel::kWarning, fmt::format(text, std::forward<T>(values)...));
}
template <class... T>
void log_error(fmt::format_string<T...> text, T&&... values) {
  log_line(LogLevel::kError, fmt::format(text, std::forward<T>(values)...));
}

}  // namespace exitaudit
