#pragma once
// The last lines of a job's log, as a person wants them beside a failure: few, short, and safe to print.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace exitaudit {

inline constexpr std::size_t kTailLines = 20;

/// Bytes of the file now, 0 where there is none: where the next attempt's part of the log begins.
std::uint64_t log_size(const std::filesystem::path& log);

/// At most kTailLines last lines after byte `from`; reads 16 KiB at most. Control characters become '?', bytes
/// that are no UTF-8 become U+FFFD, lines are cut at 400 bytes, and of a line redrawn with carriage returns the
/// last drawing remains. Empty where the log cannot be read.
std::vector<std::string> log_tail(const std::filesystem::path& log, std::uint64_t from = 0);

/// One line made safe to print, as above.
std::string printable(const std::string& line);

}  // namespace exitaudit
