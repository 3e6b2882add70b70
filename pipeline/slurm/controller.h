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
  /// When it started, in unix seconds; nullopt where it waits or the text is not a time.
  std::optional<double> started() const;
};

/// What the controller says of a script that is not handed in.
struct Trial {
  bool fits = false;
  std::string words;  ///< when and where it could start, or what Slurm has against it
};

/// What a failed call gives as its cause: its lines with "error:", without what a site greets with before.
std::string cause_of(const CommandResult& result);

/// How often a call is made while the controller is busy. Someone who only looks would rather know at once.
enum class Tries { kOne, kSeveral };

inline constexpr std::int64_t kUsualArray = 1001;  ///< Slurm's MaxArraySize where the controller does not tell

class Controller {
 public:
  /// `runner` and `clock` outlive it.
  Controller(CommandRunner& runner, Clock& clock, Tries tries = Tries::kSeveral)
      : runner_(runner), clock_(clock), tries_(tries) {}

  /// Hands in a script whose comment is `token`; starts when all of `after` (job ids) have ended. Returns the job's id.
  /// A call that failed but was heard is found by its token and not repeated. Throws Error(kFailure) with Slurm's
  /// words.
  std::string submit(const std::string& script, const std::string& token, const std::vector<std::string>& after);
  /// Lets a job that still waits wait for all of `after`. False where Slurm does not.
  bool wait_for(const std::string& id, const std::vector<std::string>& after);
  /// Asks for account, partition, number of nodes and all else that the script's options want, and submits nothing.
  Trial try_out(const std::string& script);
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
