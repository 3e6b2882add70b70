#pragma once
// CalibrateOptions: which thresholds are tried and how much accuracy they may cost (specification 4). No torch.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"
#include "stages/common/execution_options.h"
#include "stages/networks/network_options.h"

namespace exitaudit::calibrate {

/// 0, 0.05, …, 1: the paper's 21 values.
std::vector<double> usual_tau_grid();

/// Which point of the grid is chosen: the cheapest that keeps vanilla's accuracy (4), or the one whose exits are used
/// most evenly, for studies of the clock, which need samples at every exit.
enum class ThresholdRule { kCheapest, kEven };
inline constexpr std::array<std::string_view, 2> kThresholdRuleNames{"cheapest", "even"};

struct CalibrateOptions {
  ThresholdRule rule = ThresholdRule::kCheapest;
  std::vector<double> tau_grid = usual_tau_grid();
  double tolerance = 0.005;  ///< accuracy that may be lost against vanilla, 0.005 = half a point
};
void describe(Fields& f, CalibrateOptions& o);

/// All that one calibration reads.
struct CalibrateJob {
  std::string role;                  ///< "target" or "shadow0"
  networks::NetworkOptions network;  ///< the vanilla network is the same with one exit
  CalibrateOptions calibrate;
  ExecutionOptions execution;
};
void describe(Fields& f, CalibrateJob& o);

}  // namespace exitaudit::calibrate
