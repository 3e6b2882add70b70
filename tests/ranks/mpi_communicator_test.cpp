#include "pipeline/ranks/mpi_communicator.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

class Ranks : public testing::Test {
 protected:
  void SetUp() override {
    if (world_->size() < 2) GTEST_SKIP() << "run as mpiexec -n 2";
  }
  /// Waits for a message; an empty one after 20 s.
  static Message receive(Mailbox& box) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
      if (auto message = box.poll()) return *message;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return {-1, ""};
  }
  std::unique_ptr<Communicator> world_ = make_mpi_communicator();
};

TEST_F(Ranks, SumTheirNumbers) {
  const int n = world_->size();
  std::vector<float> floats(1000, static_cast<float>(world_->rank()));
  std::vector<double> doubles(3, world_->rank() + 0.5);
  std::vector<std::int64_t> integers(2, world_->rank());
  world_->all_reduce_sum(std::span(floats));
  world_->all_reduce_sum(std::span(doubles));
  world_->all_reduce_sum(std::span(integers));
  EXPECT_EQ(floats, std::vector<float>(1000, static_cast<float>(n * (n - 1)) / 2));
  EXPECT_EQ(doubles, std::vector<double>(3, n * (n - 1) / 2.0 + 0.5 * n));
  EXPECT_EQ(integers, std::vector<std::int64_t>(2, n * (n - 1) / 2));
}

TEST_F(Ranks, FindTheLargest) {
  std::vector<std::int64_t> values{world_->rank(), -world_->rank()};
  world_->all_reduce_max(std::span(values));
  EXPECT_EQ(values, (std::vector<std::int64_t>{world_->size() - 1, 0}));
}

TEST_F(Ranks, HearTheSameTextFromAnyRoot) {
  for (int root = 0; root < world_->size(); ++root) {
    const std::string text = world_->rank() == root ? "from " + std::to_string(root) : "something longer than that";
    EXPECT_EQ(world_->broadcast(text, root), "from " + std::to_string(root));
  }
  EXPECT_EQ(world_->broadcast(world_->rank() == 0 ? "" : "x", 0), "");
}

TEST_F(Ranks, RefuseARootThatDoesNotExist) {
  std::byte byte{};
  EXPECT_THROW(world_->broadcast(std::span(&byte, 1), world_->size()), Error);
}

TEST_F(Ranks, LeaveABarrierOnlyWhenAllHaveEntered) {
  const auto mailbox = make_mpi_mailbox();
  if (world_->rank() == 1) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    mailbox->send(0, "entering");
    mailbox->flush();
  }
  world_->barrier();
  if (world_->rank() == 0) EXPECT_EQ(receive(*mailbox).text, "entering");
  world_->barrier();
}

TEST_F(Ranks, ExchangeMessagesInOrder) {
  const auto mailbox = make_mpi_mailbox();
  constexpr int kMessages = 200;
  if (mailbox->rank() == 0) {
    std::vector<int> next(static_cast<std::size_t>(mailbox->size()), 0);
    for (int i = 0; i < kMessages * (mailbox->size() - 1); ++i) {
      const Message message = receive(*mailbox);
      ASSERT_GE(message.from, 1);
      EXPECT_EQ(message.text, std::to_string(next[static_cast<std::size_t>(message.from)]++));
    }
    for (int rank = 1; rank < mailbox->size(); ++rank) mailbox->send(rank, "enough");
  } else {
    for (int i = 0; i < kMessages; ++i) mailbox->send(0, std::to_string(i));
    EXPECT_EQ(receive(*mailbox).text, "enough");
  }
  mailbox->flush();
  world_->barrier();
}

TEST_F(Ranks, PassMessagesOfMegabytes) {
  const auto mailbox = make_mpi_mailbox();
  const std::string large(5000000, 'x');
  const int next = (mailbox->rank() + 1) % mailbox->size();
  mailbox->send(next, large + std::to_string(mailbox->rank()));
  const Message message = receive(*mailbox);
  EXPECT_EQ(message.text, large + std::to_string(message.from));
  EXPECT_EQ((message.from + 1) % mailbox->size(), mailbox->rank());
  mailbox->flush();
  world_->barrier();
}

TEST_F(Ranks, KnowTheirPlaceOnTheNode) {
  const NodePlace place = node_place();
  EXPECT_EQ(place.size, world_->size());  // the test runs on one node
  EXPECT_EQ(place.rank, world_->rank());
}

}  // namespace
}  // namespace exitaudit
