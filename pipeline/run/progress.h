#pragma once
// Progress: what a person sees of a run. On a terminal one line that is redrawn, elsewhere one line an event; both with
// the count and the time that is left. The texts are made by pure functions.

#include <cstddef>
#include <cstdio>
#include <string>

#include "pipeline/ledger/ledger.h"

namespace exitaudit {

/// Where a run stands.
struct RunState {
  std::size_t finished = 0;  ///< done, failed or skipped
  std::size_t total = 0;     ///< to run
  double eta_seconds = -1;   ///< negative: unknown
};

std::string format_duration(double seconds);                        ///< "0.4s", "12s", "2m10s", "3h05m", "2d04h"
std::string format_count(std::size_t finished, std::size_t total);  ///< "[ 37/412]"
/// "[ 37/412] train fashion_mnist/vgg16/exits3/target  epoch 12/80  ETA 2m10s"; a job id's first slash becomes a space.
std::string format_status(const RunState& state, const std::string& job, const std::string& what);
/// "[ 38/412] done train fashion_mnist/vgg16 in 12s  ETA 1m50s", or "… failed …: message".
std::string format_end(const RunState& state, const std::string& job, Outcome outcome, double seconds,
                       const std::string& message);
/// Cut to a number of columns, never inside a UTF-8 sequence, "…" at the end where something was cut.
std::string fit(const std::string& line, std::size_t columns);

class Progress {
 public:
  /// Redraws one line where `out` is a terminal.
  explicit Progress(std::FILE* out);
  ~Progress();  ///< leaves a clean line behind
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void started(const RunState& state, const std::string& job);
  void advanced(const RunState& state, const std::string& job, const std::string& what);  ///< terminals only
  void ended(const RunState& state, const std::string& job, Outcome outcome, double seconds,
             const std::string& message);
  void note(const std::string& line);  ///< anything else a person should know

 private:
  void write(const std::string& text);
  void draw(const std::string& line);
  void print(const std::string& line);
  std::FILE* out_;
  bool terminal_;
  bool drawn_ = false;
  std::string status_;
};

}  // namespace exitaudit
