#pragma once
// ImportWeights: a trained model of the user's own in place of one that a study would train. Plain, no torch.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"
#include "stages/networks/network_options.h"

namespace exitaudit::import_weights {

enum class Role { kTarget, kShadow };
inline constexpr std::array<std::string_view, 2> kRoleNames{"target", "shadow0"};

inline std::string name(Role role) {
  return std::string(kRoleNames[static_cast<std::size_t>(role)]);
}

/// One entry of a study's `import_weights`: which model, and the file that holds it.
struct ImportRow {
  std::string dataset;
  networks::Family network = networks::Family::kVgg16;
  std::int64_t exits = 1;
  Role role = Role::kTarget;
  std::int64_t seed = 1;
  std::string file;    ///< HDF5 of named arrays; relative to the study file
  std::string sha256;  ///< of the file; empty = taken when the study is loaded
  std::string path;    ///< where the file lies, once the study is loaded; no setting
};
void describe(Fields& f, ImportRow& o);

/// The stage's settings: what the file holds, not where it lies.
struct ImportWeightsJob {
  networks::NetworkOptions network;
  std::string sha256;
};
void describe(Fields& f, ImportWeightsJob& o);

/// "sha256:<digest>=PATH" for each row of a loaded study: what a launch appends to its data folders, so that
/// the stage finds the file that its settings name by content alone.
std::vector<std::string> file_hints(const std::vector<ImportRow>& rows);

/// The file that the hints give for a digest; "" where they give none.
std::string hinted_file(const std::vector<std::string>& data_folders, const std::string& sha256);

}  // namespace exitaudit::import_weights
