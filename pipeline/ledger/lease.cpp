#include "pipeline/ledger/lease.h"

#include <unistd.h>

#include <optional>
#include <utility>

#include "pipeline/base/error.h"
#include "pipeline/base/files.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLargestLease = 1 << 16;
constexpr int kTries = 20;  // each try is lost only to another launch that got further

std::optional<std::string> read_lease(const fs::path& path) {
  try {
    return read_file(path, kLargestLease);
  } catch (const BadInput&) {
    return std::nullopt;
  }
}

bool names(const std::optional<std::string>& lease, const std::string& launch) {
  return lease && launch_identity_from_json(*lease).launch == launch;
}

/// Exclusive creation where there is no lease; where a dead launch left one, replacement under a second lease (that
/// may have been left by a dead taker in its turn), so that of all takers one replaces and the others see its name.
class Taker {
 public:
  Taker(const fs::path& folder, const LaunchIdentity& self, double limit)
      : folder_(folder), self_(self), content_(to_json(self)), limit_(limit) {}

  bool take(const fs::path& lease) const {
    for (int attempt = 0; attempt < kTries; ++attempt) {
      const auto found = read_lease(lease);
      if (!found) {
        if (create_exclusively(lease, content_)) return true;
        continue;
      }
      const std::string owner = launch_identity_from_json(*found).launch;
      if (owner == self_.launch) return true;
      if (!owner.empty() && launch_alive(folder_, owner, limit_)) return false;
      const fs::path guard = lease.string() + ".takeover";
      if (!take(guard)) return false;
      const bool still = read_lease(lease) == found;
      if (still) replace_file(lease, content_);
      give_back(guard);
      if (still) return true;
    }
    return false;
  }

  void give_back(const fs::path& lease) const {
    if (names(read_lease(lease), self_.launch)) ::unlink(lease.c_str());
  }

 private:
  const fs::path& folder_;
  const LaunchIdentity& self_;
  std::string content_;
  double limit_;
};

}  // namespace

LeaseTable::LeaseTable(fs::path folder, LaunchIdentity self, double heartbeat_limit_seconds)
    : folder_(std::move(folder)), self_(std::move(self)), limit_(heartbeat_limit_seconds) {}

fs::path LeaseTable::path(const std::string& fingerprint) const {
  return folder_ / "leases" / fingerprint;
}

bool LeaseTable::acquire(const std::string& fingerprint) {
  if (!Taker(folder_, self_, limit_).take(path(fingerprint))) return false;
  fault_point("lease", fingerprint);
  return true;
}

void LeaseTable::release(const std::string& fingerprint) {
  Taker(folder_, self_, limit_).give_back(path(fingerprint));
}

bool lease_names(const fs::path& lease, const std::string& launch) {
  return names(read_lease(lease), launch);
}

}  // namespace exitaudit
