#include "report/charts/draw.h"

#include <fmt/format.h>

#include <cstdlib>
#include <set>
#include <span>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "report/charts/gnuplot_layout.h"
#include "report/formats/plain_text.h"

namespace exitaudit::report {
namespace {

namespace fs = std::filesystem;

constexpr int kNoSuchProgram = 127;
constexpr int kTookTooLong = 124;
constexpr double kSecondsAtMost = 900;    ///< for one process, however many charts it draws
constexpr std::size_t kFaultsAtMost = 5;  ///< of as many charts one after the other, gnuplot itself is at fault

/// Beside the figures, so that what is drawn there can be read and moved; gone at the end.
class DrawingFolder {
 public:
  explicit DrawingFolder(const fs::path& folder) {
    fs::create_directories(folder);
    std::string name = (fs::absolute(folder) / ".drawing-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw_errno("cannot make a folder in " + folder.string());
    path_ = name;
  }
  ~DrawingFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  DrawingFolder(const DrawingFolder&) = delete;
  DrawingFolder& operator=(const DrawingFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void check_ids(const std::vector<Chart>& charts) {
  std::set<std::string> seen;
  for (const Chart& chart : charts) {
    require(!chart.id.empty() && chart.id == file_word(chart.id) && chart.id.front() != '.',
            "a chart's id names a file");
    require(seen.insert(chart.id).second, "no two charts have one id");
  }
}

/// Each chart by itself; a word on standard output says that it is done.
std::string script_for(std::span<const Chart* const> charts, const fs::path& folder, Terminals terminals) {
  std::string text = "cd " + quoted_text(folder.string()) + "\nset print '-'\n";
  for (const Chart* chart : charts) {
    text += fmt::format("reset session\n{}set print '-'\nprint 'done'\n", gnuplot_script(*chart, terminals));
  }
  return text;
}

std::size_t count_done(const std::string& output) {
  std::size_t count = 0;
  for (std::size_t at = output.find("done\n"); at != std::string::npos; at = output.find("done\n", at + 1)) ++count;
  return count;
}

std::string first_line_with_words(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n^");
  if (begin == std::string::npos) return "it says nothing";
  return shortened(one_line(text.substr(begin, text.find('\n', begin) - begin)), 200);
}

std::string why(const CommandResult& result) {
  if (result.status == kTookTooLong) return fmt::format("it took more than {:.0f} s", kSecondsAtMost);
  const std::size_t place = result.error.find("line ");
  return first_line_with_words(place == std::string::npos ? result.error : result.error.substr(place));
}

struct Failure {
  std::string id;
  std::string why;
};

/// What became of the charts of one drawing.
struct Outcome {
  std::vector<Failure> failures;
  bool no_program = false;
  bool given_up = false;
};

/// gnuplot ends at the first chart that it cannot draw; the others are given to another process.
Outcome run_gnuplot(std::span<const Chart* const> charts, const fs::path& folder, CommandRunner& runner,
                    Terminals terminals) {
  Outcome outcome;
  std::size_t in_a_row = 0;
  while (!charts.empty() && !outcome.no_program && !outcome.given_up) {
    const fs::path script = folder / "all.gp";
    replace_file(script, script_for(charts, folder, terminals));
    // -d: nothing of the user's own settings.
    const CommandResult result = runner.run({"gnuplot", "-d", script.string()});
    outcome.no_program = result.status == kNoSuchProgram;
    if (outcome.no_program) break;
    const std::size_t done = std::min(count_done(result.output), charts.size());
    if (done == charts.size()) break;
    in_a_row = done > 0 ? 1 : in_a_row + 1;
    outcome.failures.push_back({charts[done]->id, why(result)});
    outcome.given_up = in_a_row >= kFaultsAtMost || result.status == kTookTooLong;
    charts = charts.subspan(done + 1);
  }
  return outcome;
}

std::string fault_of(const Outcome& outcome, std::size_t missing, std::size_t wanted) {
  if (missing == 0 && outcome.failures.empty()) return "";
  if (outcome.no_program) {
    return fmt::format(
        "gnuplot is not installed, so {} figure{} not drawn; their numbers (.csv) and scripts (.gp) are there. Install "
        "it (Debian: apt-get install gnuplot-nox) and report again.",
        missing, missing == 1 ? " is" : "s are");
  }
  const std::string text = fmt::format("gnuplot drew only {} of {} figures.", wanted - missing, wanted);
  if (outcome.failures.empty()) return text + " It names no reason; is the disk full?";
  const Failure& first = outcome.failures.front();
  return fmt::format("{} Of {}: {}. `gnuplot {}.gp` beside it says more.", text, first.id, first.why, first.id);
}

/// The drawn file to its place; false, and none there, where it is not whole.
bool move_figure(const fs::path& from, const fs::path& to, const std::string& ending_bytes, std::string* text) {
  std::error_code none;
  std::string content = fs::is_regular_file(from, none) ? read_file(from) : "";
  const std::string tail = content.substr(content.size() - std::min<std::size_t>(content.size(), 64));
  if (tail.find(ending_bytes) == std::string::npos) {
    fs::remove(to, none);
    return false;
  }
  replace_file(to, content);
  if (text != nullptr) *text = std::move(content);
  return true;
}

}  // namespace

Drawing draw(const fs::path& folder, const std::vector<Chart>& charts, CommandRunner& runner, Terminals terminals) {
  check_ids(charts);
  const DrawingFolder work(folder);
  std::vector<const Chart*> wanted;
  for (const Chart& chart : charts) {
    const std::string csv = chart_csv(chart);
    replace_file(folder / (chart.id + ".csv"), csv);
    replace_file(folder / (chart.id + ".gp"), gnuplot_script(chart));
    if (!has_points(chart)) continue;
    wanted.push_back(&chart);
    replace_file(work.path() / (chart.id + ".csv"), csv);
  }
  const Outcome outcome = run_gnuplot(wanted, work.path(), runner, terminals);
  Drawing drawing;
  for (const Chart& chart : charts) {
    const std::string svg = chart.id + ".svg";
    const std::string png = chart.id + ".png";
    std::string text;
    if (move_figure(work.path() / svg, folder / svg, "</svg>", &text)) drawing.svg[chart.id] = std::move(text);
    move_figure(work.path() / png, folder / png, "IEND", nullptr);
  }
  drawing.fault = fault_of(outcome, wanted.size() - drawing.svg.size(), wanted.size());
  return drawing;
}

Drawing draw(const fs::path& folder, const std::vector<Chart>& charts, Terminals terminals) {
  SystemRunner runner(kSecondsAtMost);
  return draw(folder, charts, runner, terminals);
}

}  // namespace exitaudit::report
