#pragma once
// Version and commit, for the ledger and --version.

#include <string>

namespace exitaudit {

/// "exitaudit 0.1.0 (3fa94c0)"
std::string version_text();

}  // namespace exitaudit
