#include <gtest/gtest.h>

#include <thread>

#include "pipeline/base/error.h"
#include "pipeline/ranks/communicator.h"
#include "pipeline/ranks/mailbox.h"

namespace exitaudit {
namespace {

TEST(SoloCommunicator, LeavesValuesAsTheyAre) {
  SoloCommunicator world;
  std::vector<double> values{1, 2};
  world.barrier();
  world.all_reduce_sum(std::span(values));
  world.all_reduce_max(std::span(values));
  EXPECT_EQ(values, (std::vector<double>{1, 2}));
  EXPECT_EQ(world.broadcast(std::string("text"), 0), "text");
  EXPECT_EQ(world.size(), 1);
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

TEST(LocalMailbox, RefusesARankThatDoesNotExist) {
  const auto boxes = make_local_mailboxes(2);
  EXPECT_THROW(boxes[0]->send(2, "to nobody"), Error);
  EXPECT_THROW(boxes[0]->send(-1, "to nobody"), Error);
}

}  // namespace
}  // namespace exitaudit
