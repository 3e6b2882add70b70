#include <string>
#include <vector>

#include "pipeline/base/error.h"
#include "tests/support/ranks/rank_world.h"

namespace exitaudit {
namespace {

class MpiMailbox : public test::RankWorld {
 protected:
  void TearDown() override {
    mailbox_->flush();
    world_->barrier();
  }
  int rank() const { return mailbox_->rank(); }
  int size() const { return mailbox_->size(); }
  std::unique_ptr<Mailbox> mailbox_ = make_mpi_mailbox();
};

TEST_F(MpiMailbox, KeepsTheOrderOfEachSender) {
  constexpr int kMessages = 200;
  if (rank() == 0) {
    std::vector<int> next(static_cast<std::size_t>(size()), 0);
    for (int i = 0; i < kMessages * (size() - 1); ++i) {
      const Message message = receive(*mailbox_);
      ASSERT_GE(message.from, 1);
      EXPECT_EQ(message.text, std::to_string(next[static_cast<std::size_t>(message.from)]++));
    }
    for (int to = 1; to < size(); ++to) mailbox_->send(to, "enough");
  } else {
    for (int i = 0; i < kMessages; ++i) mailbox_->send(0, std::to_string(i));
    EXPECT_EQ(receive(*mailbox_).text, "enough");
  }
}

TEST_F(MpiMailbox, PassesABallBackAndForth) {
  if (rank() > 1) return;
  for (int hit = 0; hit < 50; ++hit) {
    if (hit % 2 == rank()) {
      mailbox_->send(1 - rank(), std::to_string(hit));
    } else {
      EXPECT_EQ(receive(*mailbox_).text, std::to_string(hit));
    }
  }
}

TEST_F(MpiMailbox, TakesMegabytesFromAllAtOnce) {
  const std::string large(3000000, 'x');
  if (rank() != 0) {
    for (int i = 0; i < 3; ++i) mailbox_->send(0, large + std::to_string(10 * rank() + i));
    return;
  }
  std::vector<int> next(static_cast<std::size_t>(size()), 0);
  for (int i = 0; i < 3 * (size() - 1); ++i) {
    const Message message = receive(*mailbox_);
    ASSERT_GE(message.from, 1);
    EXPECT_EQ(message.text, large + std::to_string(10 * message.from + next[static_cast<std::size_t>(message.from)]++));
  }
}

TEST_F(MpiMailbox, DoesNotWaitForTheReceiver) {
  // Everyone sends more than MPI buffers before anyone looks: a blocking send would stand still here.
  const std::string large(4000000, 'y');
  const int next = (rank() + 1) % size();
  mailbox_->send(next, large + std::to_string(rank()));
  world_->barrier();
  const Message message = receive(*mailbox_);
  EXPECT_EQ((message.from + 1) % size(), rank());
  EXPECT_EQ(message.text, large + std::to_string(message.from));
}

TEST_F(MpiMailbox, DeliversToItselfAndCarriesEmptyTextsAndZeroBytes) {
  const std::string bytes("a\0b", 3);
  mailbox_->send(rank(), "");
  mailbox_->send(rank(), bytes);
  for (const std::string& expected : {std::string(), bytes}) {
    const Message message = receive(*mailbox_);
    EXPECT_EQ(message.from, rank());
    EXPECT_EQ(message.text, expected);
  }
  EXPECT_FALSE(mailbox_->poll());
}

TEST_F(MpiMailbox, RefusesARankThatDoesNotExist) {
  EXPECT_THROW(mailbox_->send(size(), "to nobody"), Error);
  EXPECT_THROW(mailbox_->send(-1, "to nobody"), Error);
}

}  // namespace
}  // namespace exitaudit
