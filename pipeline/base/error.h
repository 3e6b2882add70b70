#pragma once
// Errors as sentences: who, where, what, and what to do next.
//
// Everything is thrown at the border where it is noticed and caught in two places: the worker's loop
// (one job failed) and main (the run failed). The kind decides what happens then.

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace exitaudit {

/// What kind of failure it is, for whoever catches it.
enum class ErrorKind {
  kFailure,          ///< a job or a command failed; exit code 3
  kBadInput,         ///< a study file, a flag or raw data is wrong; exit code 2, nothing was written
  kCorruptArtifact,  ///< an artifact's bytes are not those that were committed; it is rebuilt
  kLeaseLost,        ///< another launch took this job over; nothing may be committed
  kStopped,          ///< stopped on request, resumable; exit code 75
};

/// The one exception type of exitaudit; `what()` is a sentence for a person.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

/// A wrong study file, flag, environment or raw data file.
class BadInput : public Error {
 public:
  explicit BadInput(const std::string& message) : Error(ErrorKind::kBadInput, message) {}
};

/// Throws Error(kFailure) with `message` and errno's text: "cannot open x.h5: No space left on device".
[[noreturn]] void throw_errno(const std::string& message);

/// An internal contract: throws Error(kFailure) naming file and line where `holds` is false. For faults of
/// ours, never for input.
void require(bool holds, std::string_view what, std::source_location where = std::source_location::current());

}  // namespace exitaudit
