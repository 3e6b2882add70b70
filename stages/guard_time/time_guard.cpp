#include "stages/guard_time/time_guard.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <stdexcept>
#include <thread>
#include <utility>

#include "stages/guard_time/hkdf.h"

namespace exitaudit::guard_time {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;
/// Of a rational function, from the constant on.
using Coefficients = std::array<double, 8>;

/// The paper's code salts with 512 bytes of value 111; a salt is no secret.
struct ExtractedKey {
  Key key;
  explicit ExtractedKey(const Secret& secret) {
    std::array<std::byte, 512> salt{};
    salt.fill(std::byte{111});
    key = hkdf_extract(salt, secret.bytes());
  }
  ~ExtractedKey() { OPENSSL_cleanse(key.data(), key.size()); }
  ExtractedKey(const ExtractedKey&) = delete;
  ExtractedKey& operator=(const ExtractedKey&) = delete;
};

TimeGuardPolicy checked(TimeGuardPolicy policy) {
  const auto fail = [](const char* what) { throw std::invalid_argument(std::string("TimeGuard: ") + what); };
  const auto is_time = [](double ms) { return std::isfinite(ms) && ms >= 0; };
  if (policy.exits < 1) fail("a model has at least one exit");
  if (!is_time(policy.sigma_ms)) fail("sigma is finite and not negative");
  if (policy.cap == Cap::kMax && !(is_time(policy.max_ms) && policy.max_ms > 0)) fail("a cap needs a positive time");
  const bool deadlines = policy.deadline_ms.size() == static_cast<std::size_t>(policy.exits) &&
                         std::all_of(policy.deadline_ms.begin(), policy.deadline_ms.end(), is_time);
  if (policy.release == Release::kDeadline && !deadlines) fail("each exit needs a deadline, finite and not negative");
  return policy;
}

double ratio(const Coefficients& above, const Coefficients& below, double x) {
  double numerator = 0;
  double denominator = 0;
  for (std::size_t i = above.size(); i-- > 0;) {
    numerator = numerator * x + above[i];
    denominator = denominator * x + below[i];
  }
  return numerator / denominator;
}

/// By log(m) = 2 atanh((m - 1) / (m + 1)); libm's own log may differ in the last bit from machine to machine.
double natural_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < std::numbers::sqrt2 / 2) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  double series = 0;
  for (int odd = 25; odd >= 1; odd -= 2) series = series * (s * s) + 1.0 / odd;
  return exponent * std::numbers::ln2 + 2 * s * series;
}

// Rational approximations of the normal quantile to about 1e-16: Wichura, Applied Statistics 37 (1988), AS 241.
constexpr Coefficients kMiddleAbove{3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
                                    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
                                    3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr Coefficients kMiddleBelow{1.0,
                                    4.2313330701600911252e1,
                                    6.8718700749205790830e2,
                                    5.3941960214247511077e3,
                                    2.1213794301586595867e4,
                                    3.9307895800092710610e4,
                                    2.8729085735721942674e4,
                                    5.2264952788528545610e3};
constexpr Coefficients kOuterAbove{1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                   3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients kOuterBelow{1.0,
                                   2.05319162663775882187e0,
                                   1.67638483018380384940e0,
                                   6.89767334985100004550e-1,
                                   1.48103976427480074590e-1,
                                   1.51986665636164571966e-2,
                                   5.47593808499534494600e-4,
                                   1.05075007164441684324e-9};
constexpr Coefficients kFarAbove{6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                 2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients kFarBelow{1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};

}  // namespace

double half_normal(std::uint64_t seed) {
  const double u = static_cast<double>((seed >> 12U) * 2 + 1) * 0x1p-53;
  // |g| <= x with probability u where g <= x with (1 + u) / 2: q is that less a half, the tail what is left of it.
  const double q = u / 2;
  if (q <= 0.425) return q * ratio(kMiddleAbove, kMiddleBelow, 0.180625 - q * q);
  const double r = std::sqrt(-natural_log((1 - u) / 2));
  return r <= 5 ? ratio(kOuterAbove, kOuterBelow, r - 1.6) : ratio(kFarAbove, kFarBelow, r - 5);
}

TimeGuard::TimeGuard(const Secret& secret, TimeGuardPolicy policy)
    : policy_(checked(std::move(policy))), key_(ExtractedKey(secret).key) {}

std::uint64_t TimeGuard::seed(std::string_view content_hash) const {
  std::uint64_t seed = 0;
  for (const std::byte byte : hkdf_expand(key_.bytes(), std::as_bytes(std::span(content_hash)), sizeof(seed))) {
    seed = seed << 8U | std::to_integer<std::uint64_t>(byte);
  }
  return seed;
}

double TimeGuard::delay_ms(std::uint64_t seed) const {
  return policy_.sigma_ms * half_normal(seed);
}

ReleaseTime TimeGuard::release(std::uint64_t seed, std::int64_t exit, double clean_ms) const {
  if (exit < 0 || exit >= policy_.exits) throw std::out_of_range("TimeGuard: there is no exit " + std::to_string(exit));
  const bool deadline = policy_.release == Release::kDeadline;
  double planned = deadline ? policy_.deadline_ms[static_cast<std::size_t>(exit)] : clean_ms;
  if (policy_.cap == Cap::kNone) {
    planned += delay_ms(seed);
  } else if (exit + 1 < policy_.exits && planned < policy_.max_ms) {
    planned = std::min(planned + delay_ms(seed), policy_.max_ms);
  }
  return {std::max(planned, clean_ms), clean_ms > planned};
}

ReleaseTime wait_for_release(const TimeGuard& guard, std::string_view content_hash, std::int64_t exit,
                             std::chrono::steady_clock::time_point asked) {
  const std::uint64_t seed = guard.seed(content_hash);
  const double clean_ms = Milliseconds(std::chrono::steady_clock::now() - asked).count();
  const ReleaseTime release = guard.release(seed, exit, clean_ms);
  std::this_thread::sleep_until(
      asked + std::chrono::duration_cast<std::chrono::steady_clock::duration>(Milliseconds(release.ms)));
  return release;
}

}  // namespace exitaudit::guard_time
