#pragma once
// Time as an interface, so that tests turn the hands themselves.

#include <cstdint>

namespace exitaudit {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual double unix_seconds() const = 0;       ///< wall clock, for records
  virtual double monotonic_seconds() const = 0;  ///< never jumps; for durations
  virtual void sleep_seconds(double seconds) = 0;
};

class SystemClock final : public Clock {
 public:
  double unix_seconds() const override;
  double monotonic_seconds() const override;
  void sleep_seconds(double seconds) override;
};

/// A hand-cranked clock for tests; `sleep_seconds` turns the hands.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(double unix_seconds = 1.7e9) : now_(unix_seconds) {}
  double unix_seconds() const override { return now_; }
  double monotonic_seconds() const override { return now_; }
  void sleep_seconds(double seconds) override { now_ += seconds; }
  void tick(double seconds) { now_ += seconds; }

 private:
  double now_;
};

}  // namespace exitaudit
