#include "jobs/guard_secret.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "pipeline/artifact/store.h"
#include "stages/guard_time/secret.h"

namespace exitaudit {
namespace {

std::size_t guards_left(const Study& study) {
  const Store store(study.folders.artifacts());
  std::size_t left = 0;
  for (std::size_t i = 0; i < study.graph.size(); ++i) {
    const Job& job = study.graph.job(i);
    if (job.stage.name != "guard_time") continue;
    std::error_code none;
    left += !std::filesystem::exists(store.path(job.stage.noun, study.graph.fingerprint(i)), none);
  }
  return left;
}

/// Why a guard would find no secret; "" if it would find one. On a cluster the path may be one of its own.
std::string fault_of_secret(SecretPlace place) {
  const char* file = std::getenv(guard_time::kSecretFileVariable);
  if (place == SecretPlace::kCluster) {
    if (file != nullptr && *file != '\0') return "";
    return fmt::format(
        "the guard needs a secret; set {} to the path of a file with one, here or in the site's set-up lines",
        guard_time::kSecretFileVariable);
  }
  try {
    guard_time::secret_from_environment([](const std::string&) {});
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

}  // namespace

std::vector<std::string> secret_variables() {
  return {guard_time::kSecretVariable};
}

bool names_secret_file(const std::vector<std::string>& lines) {
  return std::ranges::any_of(
      lines, [](const std::string& line) { return line.find(guard_time::kSecretFileVariable) != std::string::npos; });
}

std::string missing_secret_note(const Study& study, SecretPlace place) {
  const std::size_t left = guards_left(study);
  const std::string fault = left > 0 ? fault_of_secret(place) : "";
  if (fault.empty()) return "";
  return fmt::format("{} of guard_time would fail: {}", left == 1 ? "1 job" : fmt::format("{} jobs", left), fault);
}

}  // namespace exitaudit
