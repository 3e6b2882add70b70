// Folding the ledger's files into a summary.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/median.h"
#include "pipeline/ledger/ledger.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

Attempt read_attempt(const Json& line) {
  Attempt a;
  line.at("job").get_to(a.job);
  line.at("fingerprint").get_to(a.fingerprint);
  line.at("stage").get_to(a.stage);
  line.at("launch").get_to(a.launch);
  line.at("number").get_to(a.number);
  line.at("rank").get_to(a.rank);
  line.at("host").get_to(a.host);
  line.at("device").get_to(a.device);
  line.at("slurm_job").get_to(a.slurm_job);
  line.at("started").get_to(a.started);
  line.at("log").get_to(a.log);
  return a;
}

Attempt read_ended_attempt(const Json& line) {
  Attempt a = read_attempt(line);
  a.ended = true;
  a.outcome = outcome_from_string(line.at("outcome").get<std::string>());
  line.at("seconds").get_to(a.seconds);
  line.at("message").get_to(a.message);
  line.at("content").get_to(a.content);
  line.at("bytes").get_to(a.bytes);
  line.at("peak_memory_mb").get_to(a.peak_memory_mb);
  if (line.contains("notes")) line.at("notes").get_to(a.notes);
  line.at("tail").get_to(a.tail);
  return a;
}

LaunchRecord read_launch(const Json& line) {
  LaunchRecord launch;
  line.at("launch").get_to(launch.launch);
  line.at("host").get_to(launch.host);
  line.at("version").get_to(launch.version);
  line.at("command").get_to(launch.command);
  line.at("ranks").get_to(launch.ranks);
  line.at("slots").get_to(launch.slots);
  line.at("started").get_to(launch.started);
  return launch;
}

void mark_lost(Attempt& attempt) {
  attempt.ended = true;
  attempt.outcome = Outcome::kLost;
  attempt.message = "its launch vanished";
}

double last_moment(const Attempt& attempt) {
  return attempt.started + (attempt.ended ? attempt.seconds : 0);
}

/// Everything the files say, before it is put in order.
class Fold {
 public:
  explicit Fold(const std::function<bool(const std::string&)>& alive) : alive_(alive) {}

  void add_file(const std::string& text) {
    running_.clear();
    std::size_t from = 0;
    while (from < text.size()) {
      const std::size_t end = text.find('\n', from);
      const bool whole = end != std::string::npos;
      const std::string_view line(text.data() + from, (whole ? end : text.size()) - from);
      from = whole ? end + 1 : text.size();
      if (!line.empty() && !add_line(line) && whole) ++summary_.damaged_lines;
    }
  }

  LedgerSummary finish() {
    for (auto& [fingerprint, history] : summary_.jobs) finish(history, retries_[fingerprint]);
    summary_.median_seconds = medians([](const Attempt& a) { return a.seconds; });
    summary_.median_bytes = medians([](const Attempt& a) { return static_cast<double>(a.bytes); });
    std::ranges::sort(summary_.launches, {}, [](const LaunchRecord& l) { return std::tie(l.started, l.launch); });
    return std::move(summary_);
  }

 private:
  /// False where the line is torn or not the ledger's.
  bool add_line(std::string_view text) {
    const Json line = Json::parse(text, nullptr, false);
    if (!line.is_object()) return false;
    try {
      return add_event(line.at("event").get<std::string>(), line);
    } catch (const Json::exception&) {
      return false;
    } catch (const Error&) {
      return false;
    }
  }

  bool add_event(const std::string& event, const Json& line) {
    if (event == "launch")
      summary_.launches.push_back(read_launch(line));
    else if (event == "start")
      add_start(read_attempt(line));
    else if (event == "end")
      add_end(read_ended_attempt(line));
    else if (event == "retry")
      add_retry(line);
    else
      return false;
    return true;
  }

  void add_start(Attempt attempt) {
    auto& attempts = summary_.jobs[attempt.fingerprint].attempts;
    const auto [place, fresh] = running_.emplace(attempt.fingerprint, attempts.size());
    if (!fresh) {
      mark_lost(attempts[place->second]);
      place->second = attempts.size();
    }
    attempts.push_back(std::move(attempt));
  }

  void add_end(Attempt attempt) {
    auto& attempts = summary_.jobs[attempt.fingerprint].attempts;
    const auto place = running_.find(attempt.fingerprint);
    if (place == running_.end()) {
      attempts.push_back(std::move(attempt));
      return;
    }
    attempts[place->second] = std::move(attempt);
    running_.erase(place);
  }

  void add_retry(const Json& line) {
    const auto fingerprint = line.at("fingerprint").get<std::string>();
    retries_[fingerprint].push_back(line.at("at").get<double>());
    summary_.jobs.try_emplace(fingerprint);
  }

  bool still_alive(const std::string& launch) {
    const auto [place, fresh] = lives_.emplace(launch, false);
    if (fresh) place->second = alive_ && alive_(launch);
    return place->second;
  }

  void finish(JobHistory& history, std::vector<double>& retries) {
    for (Attempt& attempt : history.attempts) {
      if (!attempt.ended && !still_alive(attempt.launch)) mark_lost(attempt);
    }
    std::ranges::stable_sort(history.attempts, {}, &Attempt::started);
    std::ranges::sort(retries);
    if (!retries.empty()) history.last_retry = retries.back();
    judge(history, retries);
  }

  /// Attempts and retries in the order of time; at equal times the retry has the last word.
  static void judge(JobHistory& history, const std::vector<double>& retries) {
    std::vector<const Attempt*> attempts;
    for (const Attempt& attempt : history.attempts) attempts.push_back(&attempt);
    std::ranges::stable_sort(attempts, {}, [](const Attempt* a) { return last_moment(*a); });
    auto retry = retries.begin();
    const auto clear_until = [&](double moment) {
      for (; retry != retries.end() && *retry < moment; ++retry) clear(history, *retry);
    };
    for (const Attempt* attempt : attempts) {
      clear_until(last_moment(*attempt));
      count(history, *attempt);
    }
    for (; retry != retries.end(); ++retry) clear(history, *retry);
  }

  static void clear(JobHistory& history, double moment) {
    history.lost_since_retry = 0;
    history.failed_since_retry = false;
    history.last_word = moment;
  }

  static void count(JobHistory& history, const Attempt& attempt) {
    const double moment = last_moment(attempt);
    if (attempt.ended && attempt.outcome == Outcome::kDone) clear(history, moment);
    history.last_word = moment;
    if (!attempt.ended) return;
    const Outcome outcome = attempt.outcome;
    if (outcome == Outcome::kLost) ++history.lost_since_retry;
    if (waits_for_retry(outcome) || history.lost_since_retry >= kLostAttemptsAllowed) history.failed_since_retry = true;
  }

  template <class Value>
  std::map<std::string, double> medians(Value value) const {
    std::map<std::string, std::vector<double>> values;
    for (const auto& [fingerprint, history] : summary_.jobs) {
      for (const Attempt& attempt : history.attempts) {
        if (attempt.ended && attempt.outcome == Outcome::kDone) values[attempt.stage].push_back(value(attempt));
      }
    }
    std::map<std::string, double> medians;
    for (auto& [stage, list] : values) medians[stage] = median(std::move(list));
    return medians;
  }

  const std::function<bool(const std::string&)>& alive_;
  LedgerSummary summary_;
  std::unordered_map<std::string, std::vector<double>> retries_;
  std::unordered_map<std::string, std::size_t> running_;  // of the file at hand: fingerprint -> place of its attempt
  std::unordered_map<std::string, bool> lives_;
};

}  // namespace

LedgerSummary read_ledger(const fs::path& folder, const std::function<bool(const std::string&)>& alive) {
  std::set<fs::path> files;  // in the order of their names, so that equal folders give equal summaries
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code gone;
    if (entry->path().extension() == ".jsonl" && entry->is_regular_file(gone)) files.insert(entry->path());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    throw Error(ErrorKind::kFailure, folder.string() + ": the ledger cannot be read: " + error.message());
  }
  Fold fold(alive);
  for (const fs::path& file : files) fold.add_file(read_file(file));
  return fold.finish();
}

}  // namespace exitaudit
