#include "stages/measure_latency/neighbours.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "pipeline/base/error.h"

namespace exitaudit::measure_latency {
namespace {

constexpr std::chrono::milliseconds kLook{300};
constexpr double kSharedShare = 0.1;  // a tick is 10 ms, so one stray one in 300 ms is 3 %
constexpr double kKilobytesPerMegabyte = 1024;

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// First line, or "unknown".
std::string first_line(const std::string& text) {
  const std::string line = text.substr(0, text.find('\n'));
  return line.empty() ? "unknown" : line;
}

/// What a command prints; empty where it does not run.
std::string output_of(const std::string& command) {
  const auto close = [](FILE* pipe) { ::pclose(pipe); };
  const std::unique_ptr<FILE, decltype(close)> pipe(::popen((command + " 2>/dev/null").c_str(), "r"), close);
  if (!pipe) return "";
  std::string text;
  std::array<char, 512> piece;
  while (const std::size_t got = std::fread(piece.data(), 1, piece.size(), pipe.get())) text.append(piece.data(), got);
  return text;
}

std::optional<CoreTicks> core_ticks(int core) {
  return parse_core_ticks(read_text("/proc/stat"), core);
}

}  // namespace

std::optional<CoreTicks> parse_core_ticks(const std::string& stat, int core) {
  std::istringstream lines(stat);
  const std::string wanted = fmt::format("cpu{}", core);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string name;
    words >> name;
    if (name != wanted) continue;
    std::vector<std::int64_t> ticks;
    for (std::int64_t value = 0; words >> value;) ticks.push_back(value);
    // user nice system idle iowait irq softirq steal; guest times are within user and nice already.
    if (ticks.size() < 5) return std::nullopt;
    ticks.resize(std::min<std::size_t>(ticks.size(), 8));
    CoreTicks found;
    for (const std::int64_t value : ticks) found.all += value;
    found.busy = found.all - ticks[3] - ticks[4];
    return found;
  }
  return std::nullopt;
}

double busy_share(const CoreTicks& before, const CoreTicks& after) {
  const std::int64_t all = after.all - before.all;
  if (all <= 0) return 0;
  return std::clamp(static_cast<double>(after.busy - before.busy) / static_cast<double>(all), 0.0, 1.0);
}

std::vector<std::int64_t> parse_compute_apps(const std::string& text) {
  std::vector<std::int64_t> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    std::int64_t id = 0;
    const auto result = std::from_chars(line.data() + begin, line.data() + line.size(), id);
    if (result.ec == std::errc() && result.ptr != line.data() + begin) found.push_back(id);
  }
  return found;
}

Surroundings look_around_core(int core) {
  Surroundings found;
  const auto before = core_ticks(core);
  std::this_thread::sleep_for(kLook);
  const auto after = core_ticks(core);
  const std::string folder = fmt::format("/sys/devices/system/cpu/cpu{}/", core);
  found.notes["pinned to core"] = std::to_string(core);
  found.notes["load average"] = first_line(read_text("/proc/loadavg"));
  found.notes["core clock (kHz)"] = first_line(read_text(folder + "cpufreq/scaling_cur_freq"));
  found.notes["core siblings"] = first_line(read_text(folder + "topology/thread_siblings_list"));
  if (!before || !after) {
    found.notes["neighbours"] = "unknown";
    return found;
  }
  const double busy = busy_share(*before, *after);
  found.notes["neighbours"] = fmt::format("kept the core busy {:.0f} % of the {} ms before", busy * 100, kLook.count());
  if (busy > kSharedShare) {
    found.warning = fmt::format(
        "core {} is shared: other processes kept it busy {:.0f} % of the {} ms before the measurement, so latencies "
        "contain their slices; measure again when the machine is idle",
        core, busy * 100, kLook.count());
  }
  return found;
}

std::string driver_name(int device, const char* visible) {
  std::istringstream names(visible == nullptr ? "" : visible);
  std::string name;
  for (int i = 0; i <= device; ++i) {
    if (!std::getline(names, name, ',')) return std::to_string(device);
  }
  const bool plain = std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
  return plain && !name.empty() ? name : std::to_string(device);
}

Surroundings look_around_gpu(int device, std::span<const std::int64_t> own) {
  Surroundings found;
  const std::string gpu =
      fmt::format("nvidia-smi -i {} --format=csv,noheader ", driver_name(device, std::getenv("CUDA_VISIBLE_DEVICES")));
  found.notes["gpu"] = first_line(output_of(gpu + "--query-gpu=name,clocks.sm,clocks.mem,temperature.gpu,pstate"));
  found.notes["load average"] = first_line(read_text("/proc/loadavg"));
  const std::string apps = output_of(gpu + "--query-compute-apps=pid");
  std::int64_t others = 0;
  for (const std::int64_t id : parse_compute_apps(apps)) others += std::ranges::find(own, id) == own.end() ? 1 : 0;
  // In a container the driver may name processes by ids that we do not know: as many as we are may be ourselves.
  const bool strange_ids = others > 0 && others <= static_cast<std::int64_t>(own.size());
  found.notes["neighbours"] =
      fmt::format("{} other processes on the GPU{}", others, strange_ids ? ", perhaps ours" : "");
  if (others > 0 && !strange_ids) {
    found.warning = fmt::format(
        "GPU {} is shared with {} other processes: latencies contain their work; measure again "
        "when the GPU is idle",
        device, others);
  }
  return found;
}

void check_room(std::int64_t copies, double megabytes, double free_megabytes, const std::string& where) {
  const double wanted = static_cast<double>(copies) * megabytes;
  if (wanted <= free_megabytes) return;
  throw BadInput(
      fmt::format("{} copies of the model want about {:.0f} MB of {}, which has {:.0f} MB free; lower "
                  "measure_latency.copies_per_device",
                  copies, wanted, where, free_megabytes));
}

std::optional<double> parse_available_mb(const std::string& meminfo) {
  const std::string name = "MemAvailable:";
  const std::size_t at = meminfo.find(name);
  if (at == std::string::npos) return std::nullopt;
  std::istringstream rest(meminfo.substr(at + name.size()));
  double kilobytes = 0;
  if (!(rest >> kilobytes)) return std::nullopt;
  return kilobytes / kKilobytesPerMegabyte;
}

}  // namespace exitaudit::measure_latency
