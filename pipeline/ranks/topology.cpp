#include "pipeline/ranks/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool names_a_gpu(std::string_view entry, int present) {
  if (entry.starts_with("GPU-") || entry.starts_with("MIG-")) return true;
  int index = -1;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), index);
  return error == std::errc() && end == entry.data() + entry.size() && index >= 0 && index < present;
}

#ifdef EXITAUDIT_CUDA
/// "nvidia0", not "nvidiactl" or "nvidia-uvm".
bool is_gpu_node(std::string_view name) {
  constexpr std::string_view kPrefix = "nvidia";
  if (!name.starts_with(kPrefix) || name.size() == kPrefix.size()) return false;
  name.remove_prefix(kPrefix.size());
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int present_gpus() {
  std::error_code ignored;
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/dev", ignored)) {
    if (is_gpu_node(entry.path().filename().string())) ++count;
  }
  return count;
}
#endif

}  // namespace

int usable_gpus() {
#ifdef EXITAUDIT_CUDA
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  return visible_gpus(visible == nullptr ? std::nullopt : std::optional<std::string>(visible), present_gpus());
#else
  return 0;
#endif
}

int visible_gpus(const std::optional<std::string>& visible, int present) {
  if (!visible || present == 0) return present;
  int count = 0;
  for (std::string_view rest = *visible; names_a_gpu(trimmed(rest.substr(0, rest.find(','))), present);) {
    ++count;
    if (rest.find(',') == std::string_view::npos) break;
    rest.remove_prefix(rest.find(',') + 1);
  }
  return count;
}

std::string device_of(const NodePlace& place, int gpus) {
  require(place.rank >= 0 && place.rank < place.size && gpus >= 0, "a rank has a place on its node");
  return gpus == 0 ? "cpu" : fmt::format("cuda:{}", place.rank % gpus);
}

}  // namespace exitaudit
