#pragma once
// Parts of a test that run in a process of their own, and waiting for what they do. Limits are far above what a busy
// machine takes.

#include <sys/types.h>

#include <functional>

namespace exitaudit::test {

/// Runs `act` in a process of its own; its return value is the exit code.
pid_t in_process(const std::function<int()>& act);

/// What waitpid says of a child, once it has ended.
int status_of(pid_t child);
/// Its exit code; -1 if a signal ended it.
int exit_code_of(pid_t child);

/// Asks again and again, for 30 seconds at least.
bool becomes_true(const std::function<bool()>& what);

/// A zombie whose new parent has not looked yet is gone, too.
bool is_gone(pid_t process);

}  // namespace exitaudit::test
