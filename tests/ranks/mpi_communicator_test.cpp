#include "pipeline/ranks/mpi_communicator.h"

#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "pipeline/base/error.h"
#include "pipeline/ranks/mpi_session.h"
#include "tests/support/ranks/rank_world.h"

namespace exitaudit {
namespace {

class MpiCommunicator : public test::RankWorld {
 protected:
  int rank() const { return world_->rank(); }
  int size() const { return world_->size(); }
};

TEST_F(MpiCommunicator, SumsTheNumbersOfAllRanks) {
  const int n = size();
  std::vector<float> floats(1000, static_cast<float>(rank()));
  std::vector<double> doubles(3, rank() + 0.5);
  std::vector<std::int64_t> integers{rank(), std::int64_t{1} << 40};
  world_->all_reduce_sum(std::span(floats));
  world_->all_reduce_sum(std::span(doubles));
  world_->all_reduce_sum(std::span(integers));
  EXPECT_EQ(floats, std::vector<float>(1000, static_cast<float>(n * (n - 1)) / 2));
  EXPECT_EQ(doubles, std::vector<double>(3, n * (n - 1) / 2.0 + 0.5 * n));
  EXPECT_EQ(integers, (std::vector<std::int64_t>{n * (n - 1) / 2, n * (std::int64_t{1} << 40)}));
}

TEST_F(MpiCommunicator, SumsElementByElement) {
  // 0, 1, 2, … on rank 0, twice that on rank 1, … : element i becomes i n (n + 1) / 2.
  std::vector<double> values(100000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i) * (rank() + 1);
  world_->all_reduce_sum(std::span(values));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] != static_cast<double>(i) * size() * (size() + 1) / 2) ++wrong;
  }
  EXPECT_EQ(wrong, 0U);
}

TEST_F(MpiCommunicator, FindsTheLargest) {
  std::vector<std::int64_t> integers{rank(), -rank()};
  std::vector<float> floats{static_cast<float>(rank()), -INFINITY};
  std::vector<double> doubles{-1.0 - rank()};
  world_->all_reduce_max(std::span(integers));
  world_->all_reduce_max(std::span(floats));
  world_->all_reduce_max(std::span(doubles));
  EXPECT_EQ(integers, (std::vector<std::int64_t>{size() - 1, 0}));
  EXPECT_EQ(floats, (std::vector<float>{static_cast<float>(size() - 1), -INFINITY}));
  EXPECT_EQ(doubles, std::vector<double>{-1.0});
}

TEST_F(MpiCommunicator, WorksOnWhileABarrierWaitsForTheOthers) {
  for (int late = 0; late < size(); ++late) {
    // Whoever is not late has seen that the barrier was not done while the late one slept.
    std::int64_t done_early = 0;
    world_->barrier();
    if (rank() == late) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const auto entered = std::chrono::steady_clock::now();
    const auto barrier = world_->begin_barrier();
    if (rank() != late && barrier->done() && std::chrono::steady_clock::now() - entered < std::chrono::milliseconds(20))
      done_early = 1;
    while (!barrier->done()) std::this_thread::yield();
    world_->all_reduce_sum(std::span(&done_early, 1));
    EXPECT_EQ(done_early, 0);
  }
}

TEST_F(MpiCommunicator, LeavesNothingAsNothing) {
  world_->all_reduce_sum(std::span<double>());
  world_->broadcast(std::span<std::byte>(), 0);
}

TEST_F(MpiCommunicator, TellsAllTheSameTextFromAnyRoot) {
  for (int root = 0; root < size(); ++root) {
    const std::string text = rank() == root ? "from " + std::to_string(root) : "something longer than that";
    EXPECT_EQ(world_->broadcast(text, root), "from " + std::to_string(root));
  }
  EXPECT_EQ(world_->broadcast(rank() == 0 ? "" : "x", 0), "");
}

TEST_F(MpiCommunicator, TellsAllALongText) {
  const std::string text(3000000, 'x');
  EXPECT_EQ(world_->broadcast(rank() == 1 ? text : "", 1), text);
}

TEST_F(MpiCommunicator, RefusesARootThatDoesNotExist) {
  std::byte byte{};
  EXPECT_THROW(world_->broadcast(std::span(&byte, 1), size()), Error);
  EXPECT_THROW(world_->broadcast(std::span(&byte, 1), -1), Error);
}

TEST_F(MpiCommunicator, LetsNobodyPastABarrierBeforeAllHaveEntered) {
  // The ranks of one node read the same steady clock.
  const auto now_ns = [] { return std::int64_t{std::chrono::steady_clock::now().time_since_epoch().count()}; };
  if (rank() == 1) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  std::int64_t last_entry = now_ns();
  world_->barrier();
  const std::int64_t left = now_ns();
  world_->all_reduce_max(std::span(&last_entry, 1));
  EXPECT_GE(left, last_entry);
}

TEST_F(MpiCommunicator, KnowsItsPlaceOnTheNode) {
  const NodePlace place = node_place();
  EXPECT_EQ(place.size, size());  // the test runs on one node
  EXPECT_EQ(place.rank, rank());
  EXPECT_TRUE(started_as_rank());
}

TEST_F(MpiCommunicator, TurnsAnErrorCodeIntoASentence) {
  try {
    check_mpi(1, "MPI_Bcast");
    FAIL() << "no exception";
  } catch (const Error& error) {
    const std::string text = error.what();
    EXPECT_TRUE(text.starts_with("rank " + std::to_string(rank()) + ", mpi_communicator_test.cpp:")) << text;
    EXPECT_NE(text.find(": MPI_Bcast: MPI_ERR_BUFFER"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace exitaudit
