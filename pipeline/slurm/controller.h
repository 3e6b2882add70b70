#pragma once
// Controller: Slurm as submit, status and cancel talk to it: few calls, each repeated with growing pauses where the
// controller is busy (unless one try is asked for), none of which is trusted for what the study's own files say.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/base/clock.h"
#include "pipeline/base/command_runner.h"

namespace exitaudit {

/// One job, or one task of an array, that the controller still knows.
struct QueuedJob {
  std::string id;      ///< "123", "123_0"
  std::string state;   ///< "RUNNING", "PENDING"
  std::string reason;  ///< why it waits, or where it runs
  std::string start;   ///< when it is expected to start, or did
  std::string token;   ///< our comment
  bool ended() const;  ///< the controller remembers it, but it is over
};

/// How often a call is made while the controller is busy. Someone who only looks would rather know at once.
enum class Tries { kOne, kSeveral };

class Controller {
 public:
  /// `runner` and `clock` outlive it.
  Controller(CommandRunner& runner, Clock& clock, Tries tries = Tries::kSeveral)
      : runner_(runner), clock_(clock), tries_(tries) {}

  /// Hands in a script whose comment is `token`; starts when all of `after` (job ids) have ended. Returns the job's id.
  /// A call that failed but was heard is found by its token and not repeated. Throws Error(kFailure) with Slurm's
  /// words.
  std::string submit(const std::string& script, const std::string& token, const std::vector<std::string>& after);
  /// All jobs of this user, in one query. Throws Error(kFailure) where the controller does not answer.
  std::vector<QueuedJob> queue();
  /// The largest number of launches that one array may have.
  std::int64_t most_launches();
  void cancel(const std::vector<std::string>& ids);

 private:
  /// `was_heard` is asked before each repetition: true where the call that failed has had its effect all the same.
  CommandResult ask(const std::vector<std::string>& words, const std::function<bool()>& was_heard = {});
  std::optional<std::string> find(const std::string& token);

  CommandRunner& runner_;
  Clock& clock_;
  Tries tries_;
};

}  // namespace exitaudit
