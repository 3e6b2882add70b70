#pragma once
// Neighbours: what else uses the device whose time is measured, its clock and load. They explain a measurement, so they
// are noted in the ledger; where a device is shared, the user is warned.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace exitaudit::measure_latency {

/// Ticks of one core since boot, of /proc/stat.
struct CoreTicks {
  std::int64_t busy = 0;
  std::int64_t all = 0;
};
/// Of the line "cpuN …" in /proc/stat's text; nothing where there is none.
std::optional<CoreTicks> parse_core_ticks(const std::string& stat, int core);

/// Share of the ticks between two looks that somebody used, 0..1; 0 where no tick passed.
double busy_share(const CoreTicks& before, const CoreTicks& after);

/// Process ids of `nvidia-smi --query-compute-apps=pid --format=csv,noheader`; lines that are no number are left out.
std::vector<std::int64_t> parse_compute_apps(const std::string& text);

/// A device looked at before the gang starts.
struct Surroundings {
  std::map<std::string, std::string> notes;  ///< "clock", "load", … for the ledger
  std::string warning;                       ///< empty where the device is ours alone
};

/// Sleeps a moment and looks who keeps `core` busy meanwhile.
Surroundings look_around_core(int core);

/// What the driver calls LibTorch's GPU `device` where CUDA_VISIBLE_DEVICES is `visible` (null: not set).
std::string driver_name(int device, const char* visible);

/// Asks nvidia-smi for LibTorch's GPU `device`; `own` are the gang's processes.
Surroundings look_around_gpu(int device, std::span<const std::int64_t> own);

/// Throws BadInput where `copies` copies of `megabytes` each do not fit into `free_megabytes` of `where`.
void check_room(std::int64_t copies, double megabytes, double free_megabytes, const std::string& where);

/// MemAvailable of /proc/meminfo's text in MB; nothing where it does not say.
std::optional<double> parse_available_mb(const std::string& meminfo);

}  // namespace exitaudit::measure_latency
