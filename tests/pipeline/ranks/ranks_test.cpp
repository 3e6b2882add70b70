#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/mailbox.h"
#include "pipeline/ranks/preemption.h"

namespace exitaudit {
namespace {

TEST(SoloCommunicator, LeavesValuesAsTheyAre) {
  SoloCommunicator world;
  std::vector<double> values{1, 2};
  world.all_reduce_sum(std::span(values));
  EXPECT_EQ(values, (std::vector<double>{1, 2}));
  EXPECT_EQ(world.broadcast(std::string("text"), 0), "text");
}

TEST(LocalMailbox, KeepsTheOrderBetweenTwoThreads) {
  const auto boxes = make_local_mailboxes(2);
  std::thread sender([&] {
    for (int i = 0; i < 1000; ++i) boxes[1]->send(0, std::to_string(i));
  });
  for (int next = 0; next < 1000;) {
    const auto message = boxes[0]->poll();
    if (!message) continue;
    EXPECT_EQ(message->from, 1);
    EXPECT_EQ(message->text, std::to_string(next++));
  }
  sender.join();
  EXPECT_FALSE(boxes[0]->poll());
}

TEST(LocalMailbox, DeliversToItself) {
  const auto boxes = make_local_mailboxes(1);
  boxes[0]->send(0, "note");
  EXPECT_EQ(boxes[0]->poll()->text, "note");
}

TEST(StopSignals, SetAFlagAndNothingElse) {
  forget_stop();
  install_stop_signals();
  for (const int signal : {SIGUSR2, SIGTERM, SIGINT}) {
    forget_stop();
    std::raise(signal);
    EXPECT_TRUE(stop_requested()) << signal;
  }
  forget_stop();
  EXPECT_FALSE(stop_requested());
}

TEST(ChildEnvironment, HasNothingOfTheLaunchItComesFrom) {
  setenv("OMPI_COMM_WORLD_RANK", "1", 1);
  setenv("PMIX_RANK", "1", 1);
  setenv("OMPI_ALLOW_RUN_AS_ROOT", "1", 1);
  setenv("EXITAUDIT_TEST_VARIABLE", "kept", 1);
  const std::vector<std::string> environment = child_environment_without_mpi();
  const auto has = [&](const std::string& start) {
    return std::any_of(environment.begin(), environment.end(),
                       [&](const auto& entry) { return entry.starts_with(start); });
  };
  EXPECT_FALSE(has("OMPI_COMM_WORLD_RANK"));
  EXPECT_FALSE(has("PMIX_"));
  EXPECT_TRUE(has("OMPI_ALLOW_RUN_AS_ROOT="));
  EXPECT_TRUE(has("EXITAUDIT_TEST_VARIABLE=kept"));
  unsetenv("OMPI_COMM_WORLD_RANK");
  unsetenv("PMIX_RANK");
}

}  // namespace
}  // namespace exitaudit
