#pragma once
// A team whose ranks are threads of this process: collectives without MPI, for tests of what runs in teams.

#include <functional>

#include "pipeline/ranks/communicator.h"

namespace exitaudit::test {

/// Calls `act` on `size` ranks at once; throws what the lowest rank threw, once all have ended. Where one rank throws
/// the others must, too: nobody ends this team.
void run_team(int size, const std::function<void(Communicator&)>& act);

/// One rank of a team whose other ranks are not there: collectives leave its values as they are.
class LoneRank final : public Communicator {
 public:
  LoneRank(int rank, int size) : rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void barrier() override {}
  std::unique_ptr<PendingBarrier> begin_barrier() override { return solo_communicator().begin_barrier(); }
  void broadcast(std::span<std::byte>, int) override {}
  void all_reduce_sum(std::span<float>) override {}
  void all_reduce_sum(std::span<double>) override {}
  void all_reduce_sum(std::span<std::int64_t>) override {}
  void all_reduce_max(std::span<float>) override {}
  void all_reduce_max(std::span<double>) override {}
  void all_reduce_max(std::span<std::int64_t>) override {}
  using Communicator::broadcast;

 private:
  int rank_;
  int size_;
};

}  // namespace exitaudit::test
