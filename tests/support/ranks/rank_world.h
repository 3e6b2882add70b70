#pragma once
// RankWorld: the fixture of tests that run as MPI ranks; in a world of one they skip themselves.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>

#include "pipeline/ranks/mpi_communicator.h"

namespace exitaudit::test {

class RankWorld : public testing::Test {
 protected:
  void SetUp() override {
    if (world_->size() < 2) GTEST_SKIP() << "run as mpiexec -n 2";
  }

  /// Waits for a message; one from rank -1 after 20 s.
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

}  // namespace exitaudit::test
