#include "stages/measure_latency/latency_gang.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "pipeline/base/error.h"
#include "tests/support/thread_team.h"

namespace exitaudit::measure_latency {
namespace {

/// Leaves at exit row mod 3.
class FakeModel final : public TimedModel {
 public:
  explicit FakeModel(std::chrono::microseconds pace = {}) : pace_(pace) {}
  void load(std::int64_t row) override { row_ = row; }
  std::int64_t answer() override {
    ++answers;
    std::this_thread::sleep_for(pace_);
    return wavers && answers % 2 == 0 ? 3 : row_ % 3;
  }
  std::int64_t row() const { return row_; }
  std::atomic<std::int64_t> answers = 0;
  bool wavers = false;

 private:
  std::chrono::microseconds pace_;
  std::int64_t row_ = -1;
};

/// Tells 100 ms a row, plus 1 ms a call for the same row, so that every timing can be recognised; nothing takes 0.25
/// ms.
class FakeStopwatch final : public Stopwatch {
 public:
  explicit FakeStopwatch(const FakeModel& model) : model_(model) {}
  double time_ms(const std::function<void()>& work) override {
    const std::int64_t before = model_.answers;
    work();
    if (model_.answers == before) return 0.25;
    return 100.0 * static_cast<double>(model_.row()) +
           static_cast<double>(++calls_[static_cast<std::size_t>(model_.row())]);
  }
  std::string clock() const override { return "fake"; }

 private:
  const FakeModel& model_;
  std::vector<int> calls_ = std::vector<int>(100);
};

GangSettings settings(std::int64_t repeats) {
  return {.warmup = 2, .repeats = repeats, .stream = {"test"}};
}

TEST(LatencyGang, PutsEachTimingBesideItsSampleAndPass) {
  FakeModel model;
  FakeStopwatch stopwatch(model);
  std::vector<std::int64_t> passes;
  const GangTimes times = time_gang(5, model, stopwatch, settings(3), solo_communicator(),
                                    [&](std::int64_t done) { passes.push_back(done); });
  EXPECT_THAT(times.latency_ms,
              testing::ElementsAre(1, 2, 3, 101, 102, 103, 201, 202, 203, 301, 302, 303, 401, 402, 403));
  EXPECT_THAT(times.exit, testing::ElementsAre(0, 1, 2, 0, 1));
  EXPECT_THAT(times.copy, testing::ElementsAre(0, 0, 0, 0, 0));
  EXPECT_THAT(passes, testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(times.overhead_ms, 0.25);
  EXPECT_EQ(times.wavering, 0);
  EXPECT_EQ(model.answers, 2 + 5 * 3);
}

TEST(LatencyGang, SharesTheSamplesOutAndTellsAllRanksTheSame) {
  test::run_team(3, [](Communicator& team) {
    FakeModel model;
    FakeStopwatch stopwatch(model);
    const GangTimes times = time_gang(7, model, stopwatch, settings(2), team, [](std::int64_t) {});
    EXPECT_THAT(times.latency_ms,
                testing::ElementsAre(1, 2, 101, 102, 201, 202, 301, 302, 401, 402, 501, 502, 601, 602));
    EXPECT_THAT(times.exit, testing::ElementsAre(0, 1, 2, 0, 1, 2, 0));
    EXPECT_THAT(times.copy, testing::ElementsAre(0, 1, 2, 0, 1, 2, 0));
  });
}

TEST(LatencyGang, KeepsUpTheLoadUntilTheLastCopyIsDone) {
  test::run_team(2, [](Communicator& team) {
    // Rank 1 would be done with its ten answers long before rank 0 is with its ten of 5 ms each.
    FakeModel model(team.rank() == 0 ? std::chrono::microseconds(5000) : std::chrono::microseconds(100));
    FakeStopwatch stopwatch(model);
    time_gang(20, model, stopwatch, settings(1), team, [](std::int64_t) {});
    if (team.rank() == 1) {
      EXPECT_GT(model.answers, 2 * (2 + 10));
    }
  });
}

TEST(LatencyGang, CountsSamplesThatLeaveAtAnotherExitAnotherTime) {
  FakeModel model;
  model.wavers = true;
  FakeStopwatch stopwatch(model);
  GangSettings odd = settings(2);
  odd.warmup = 0;
  const GangTimes times = time_gang(1, model, stopwatch, odd, solo_communicator(), [](std::int64_t) {});
  EXPECT_EQ(times.wavering, 1);
  EXPECT_THAT(times.exit, testing::ElementsAre(0));
}

TEST(LatencyGang, WantsASampleForEachCopy) {
  FakeModel model;
  FakeStopwatch stopwatch(model);
  test::LoneRank first(0, 4);
  EXPECT_THROW(
      {
        try {
          time_gang(3, model, stopwatch, settings(1), first, [](std::int64_t) {});
        } catch (const BadInput& error) {
          EXPECT_STREQ(error.what(), "3 samples cannot be shared by 4 copies; raise measure_latency.samples");
          throw;
        }
      },
      BadInput);
}

TEST(Stopwatch, OfACpuTakesAtLeastAsLongAsTheWork) {
  const auto stopwatch = make_stopwatch(torch::kCPU);
  EXPECT_EQ(stopwatch->clock(), "steady_clock");
  EXPECT_GE(stopwatch->time_ms([] { std::this_thread::sleep_for(std::chrono::milliseconds(3)); }), 3.0);
}

}  // namespace
}  // namespace exitaudit::measure_latency
