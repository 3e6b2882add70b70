#include "pipeline/run/run_study.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/ranks/preemption.h"
#include "pipeline/run/clean_up.h"
#include "pipeline/run/conductor_rank.h"
#include "pipeline/run/dispatcher.h"
#include "pipeline/run/launcher.h"
#include "pipeline/run/rank_watch.h"
#include "pipeline/run/snapshot.h"

namespace exitaudit {
namespace {

constexpr int kWaitAlone = 50;  // milliseconds; news of workers end the wait at once
constexpr int kWaitAmongRanks = 5;

/// What the disk says of a study before a run.
struct Before {
  LedgerSummary ledger;
  Snapshot snapshot;
  Plan plan;
};

Before look_around(const JobGraph& graph, const RunOptions& options, const Store& store) {
  const StudyFolders folders{options.root};
  const auto alive = [&](const std::string& launch) {
    return launch_alive(folders.ledger(), launch, options.heartbeat_limit_s);
  };
  Before before;
  before.ledger = read_ledger(folders.ledger(), alive);
  before.snapshot = take_snapshot(graph, store, before.ledger);
  before.plan = make_plan(graph, before.snapshot, options.selection);
  return before;
}

RunSummary count_plan(const Plan& plan) {
  RunSummary summary;
  summary.jobs = plan.decisions.size();
  summary.waiting = plan.count(Verdict::kWaits);
  summary.blocked = plan.count(Verdict::kBlocked);
  summary.unavailable = plan.count(Verdict::kUnavailable);
  summary.not_asked = plan.count(Verdict::kNotAsked);
  return summary;
}

void complete(RunSummary& summary) {
  const std::size_t to_run = summary.ran + summary.adopted + summary.failed + summary.skipped + summary.left;
  const std::size_t others = summary.waiting + summary.blocked + summary.unavailable + summary.not_asked;
  summary.done_before = summary.jobs - std::min(summary.jobs, to_run + others);
  const bool failed = summary.failed + summary.skipped + summary.waiting > 0;
  summary.exit_code = summary.stopped ? 75 : failed ? 3 : 0;
}

/// Sends to a rank, or hands over at once what is for this one.
class Post {
 public:
  Post(Mailbox& mailbox, ConductorRank& conductor) : mailbox_(mailbox), conductor_(conductor) {}

  void send(int to, const RankMessage& message) {
    if (to == mailbox_.rank()) return conductor_.handle(message);
    mailbox_.send(to, to_json(message));
  }
  void send_to_all(const RankMessage& message) {
    for (int rank = 0; rank < mailbox_.size(); ++rank) send(rank, message);
    mailbox_.flush();
  }

 private:
  Mailbox& mailbox_;
  ConductorRank& conductor_;
};

/// Rank 0's loop: its own conductor's news and the others' go in, orders come out.
void dispatch_until_finished(Dispatcher& dispatcher, ConductorRank& conductor, Mailbox& mailbox) {
  Post post(mailbox, conductor);
  const LauncherWatch launcher;
  while (!dispatcher.finished()) {
    launcher.check();
    bool idle = true;
    for (const RankMessage& news : conductor.step()) {
      dispatcher.handle(0, news);
      idle = false;
    }
    while (const auto message = mailbox.poll()) {
      dispatcher.handle(message->from, rank_message_from_json(message->text));
      idle = false;
    }
    for (const auto& [rank, message] : dispatcher.step()) {
      post.send(rank, message);
      idle = false;
    }
    if (idle) conductor.wait(mailbox.size() == 1 ? kWaitAlone : kWaitAmongRanks);
  }
}

/// Every other rank's loop.
RunSummary follow(ConductorRank& conductor, Mailbox& mailbox) {
  const LauncherWatch launcher;
  while (!conductor.exit_code()) {
    launcher.check();
    bool idle = true;
    while (const auto message = mailbox.poll()) {
      conductor.handle(rank_message_from_json(message->text));
      idle = false;
    }
    for (const RankMessage& news : conductor.step()) {
      mailbox.send(0, to_json(news));
      idle = false;
    }
    if (idle) conductor.wait(kWaitAmongRanks);
    conductor.require_rank_zero();
  }
  mailbox.flush();
  RunSummary summary;
  summary.exit_code = *conductor.exit_code();
  summary.stopped = summary.exit_code == 75;
  return summary;
}

LaunchRecord describe_launch(const RunOptions& options, const LaunchIdentity& self, int ranks, const Clock& clock) {
  return {.launch = self.launch,
          .host = self.host,
          .version = options.version,
          .command = options.command_line,
          .ranks = ranks,
          .slots = options.slots,
          .started = clock.unix_seconds()};
}

/// Rank 0's part where there is something to do.
void run_what_is_to_run(const JobGraph& graph, const RunOptions& options, const Store& store, const Before& before,
                        ConductorRank& conductor, Mailbox& mailbox, RunSummary& summary) {
  const StudyFolders folders{options.root};
  const SystemClock clock;
  const LaunchIdentity self = this_launch();
  const Heartbeat heartbeat(folders.ledger(), self, beat_interval(options.heartbeat_limit_s));
  LeaseTable leases(folders.ledger(), self, options.heartbeat_limit_s);
  LedgerWriter ledger(folders.ledger(), describe_launch(options, self, mailbox.size(), clock));
  Progress progress(stderr);
  remove_dead_partials(store, clock);
  Dispatcher dispatcher({graph, options, store, leases, ledger, progress, clock, mailbox.size()}, before.plan,
                        before.snapshot, before.ledger);
  dispatch_until_finished(dispatcher, conductor, mailbox);
  dispatcher.report(summary);
}

RunSummary lead(const JobGraph& graph, const RunOptions& options, ConductorRank& conductor, Mailbox& mailbox) {
  const SystemClock clock;
  const double started = clock.monotonic_seconds();
  const Store store(StudyFolders{options.root}.artifacts());
  const Before before = look_around(graph, options, store);
  RunSummary summary = count_plan(before.plan);
  remove_done_checkpoints(StudyFolders{options.root}, before.snapshot);
  if (before.plan.count(Verdict::kRun) + before.plan.count(Verdict::kUnless) > 0) {
    run_what_is_to_run(graph, options, store, before, conductor, mailbox, summary);
  }
  complete(summary);
  summary.seconds = clock.monotonic_seconds() - started;
  return summary;
}

}  // namespace

RunSummary run_study(const JobGraph& graph, const RunOptions& options, Mailbox& mailbox) {
  prepare_to_have_children();
  install_stop_signals();
  ConductorRank conductor(graph, options, mailbox.rank());
  if (mailbox.rank() != 0) return follow(conductor, mailbox);
  Post post(mailbox, conductor);
  try {
    const RunSummary summary = lead(graph, options, conductor, mailbox);
    // Words for a rank that is gone would never be taken from us.
    if (summary.lost_ranks == 0) post.send_to_all(Leave{summary.exit_code});
    return summary;
  } catch (const BadInput&) {
    // The other ranks must not wait for a rank 0 that has gone.
    post.send_to_all(Leave{2});
    throw;
  } catch (const std::exception&) {
    post.send_to_all(Leave{3});
    throw;
  }
}

}  // namespace exitaudit
