#include "pipeline/run/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "pipeline/run/log_tail.h"

namespace exitaudit {
namespace {

std::string title(std::string job) {
  const auto slash = job.find('/');
  if (slash != std::string::npos) job[slash] = ' ';
  return job;
}

std::string eta(const RunState& state) {
  if (state.eta_seconds < 0 || state.finished >= state.total) return "";
  return "  ETA " + format_duration(state.eta_seconds);
}

std::size_t columns_of(std::FILE* out) {
  winsize size{};
  if (::ioctl(::fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

}  // namespace

std::string format_duration(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return "?";
  if (seconds < 9.95) return fmt::format("{:.1f}s", seconds);
  const auto whole = static_cast<long long>(std::llround(seconds));
  if (whole < 60) return fmt::format("{}s", whole);
  if (whole < 3600) return fmt::format("{}m{:02}s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}h{:02}m", whole / 3600, whole / 60 % 60);
  return fmt::format("{}d{:02}h", whole / 86400, whole / 3600 % 24);
}

std::string format_count(std::size_t finished, std::size_t total) {
  const std::string all = std::to_string(total);
  return fmt::format("[{:>{}}/{}]", finished, all.size(), all);
}

std::string format_status(const RunState& state, const std::string& job, const std::string& what) {
  const std::string news = what.empty() ? "" : "  " + printable(what);
  return fmt::format("{} {}{}{}", format_count(state.finished, state.total), title(job), news, eta(state));
}

std::string format_end(const RunState& state, const std::string& job, Outcome outcome, double seconds,
                       const std::string& message) {
  const std::string sentence = message.substr(0, message.find('\n'));
  const std::string news = sentence.empty() ? "" : ": " + printable(sentence);
  return fmt::format("{} {} {} in {}{}{}", format_count(state.finished, state.total), to_string(outcome), title(job),
                     format_duration(seconds), news, eta(state));
}

std::string fit(const std::string& line, std::size_t columns) {
  std::size_t seen = 0;
  std::size_t keep = 0;  // bytes of the first columns - 1 characters
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (continues_character(line[i])) continue;
    if (++seen == columns) keep = i;
  }
  return seen <= columns || columns == 0 ? line : line.substr(0, keep) + "…";
}

Progress::Progress(std::FILE* out) : out_(out), terminal_(::isatty(::fileno(out)) == 1) {}

Progress::~Progress() {
  if (drawn_) write("\r\x1b[K");
}

void Progress::started(const RunState& state, const std::string& job) {
  if (terminal_) return draw(format_status(state, job, ""));
  print(fmt::format("{} start {}{}", format_count(state.finished, state.total), title(job), eta(state)));
}

void Progress::advanced(const RunState& state, const std::string& job, const std::string& what) {
  if (terminal_) draw(format_status(state, job, what));
}

void Progress::ended(const RunState& state, const std::string& job, Outcome outcome, double seconds,
                     const std::string& message) {
  const std::string line = format_end(state, job, outcome, seconds, message);
  if (terminal_ && outcome == Outcome::kDone) return draw(line);
  print(line);
}

void Progress::note(const std::string& line) {
  print(line);
}

void Progress::write(const std::string& text) {
  // A terminal that went away is no reason to stop: errors are not looked at.
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

void Progress::draw(const std::string& line) {
  status_ = line;
  write(fmt::format("\r{}\x1b[K", fit(line, columns_of(out_) - 1)));
  drawn_ = true;
}

void Progress::print(const std::string& line) {
  write(fmt::format("{}{}\n", drawn_ ? "\r\x1b[K" : "", line));
  if (drawn_) draw(status_);
}

}  // namespace exitaudit
