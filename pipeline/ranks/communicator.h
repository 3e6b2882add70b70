#pragma once
// Communicator: collectives between the ranks of a team. Every rank of the world calls the same functions in the same
// order with the same sizes; a rank that does not makes the others wait until the watchdog ends the team.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace exitaudit {

/// A barrier that this rank has entered and others may not have.
class PendingBarrier {
 public:
  virtual ~PendingBarrier() = default;
  /// True once all ranks have entered. Does not wait.
  virtual bool done() = 0;
};

class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// Returns when all ranks have entered.
  virtual void barrier() = 0;
  /// Enters a barrier and goes on working; no other collective before it is done.
  virtual std::unique_ptr<PendingBarrier> begin_barrier() = 0;
  /// Afterwards every rank holds what `root` held. The span has the same size on all ranks.
  virtual void broadcast(std::span<std::byte> bytes, int root) = 0;
  /// Afterwards `values` holds, element by element, the sum (or the largest) over all ranks, on all ranks.
  virtual void all_reduce_sum(std::span<float> values) = 0;
  virtual void all_reduce_sum(std::span<double> values) = 0;
  virtual void all_reduce_sum(std::span<std::int64_t> values) = 0;
  virtual void all_reduce_max(std::span<float> values) = 0;
  virtual void all_reduce_max(std::span<double> values) = 0;
  virtual void all_reduce_max(std::span<std::int64_t> values) = 0;

  /// A text of any length from `root` to all.
  std::string broadcast(std::string text, int root);
};

/// The world of one: collectives change nothing. Always built; the laptop's and the tests' default.
class SoloCommunicator final : public Communicator {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  void barrier() override {}
  std::unique_ptr<PendingBarrier> begin_barrier() override;
  void broadcast(std::span<std::byte>, int) override {}
  void all_reduce_sum(std::span<float>) override {}
  void all_reduce_sum(std::span<double>) override {}
  void all_reduce_sum(std::span<std::int64_t>) override {}
  void all_reduce_max(std::span<float>) override {}
  void all_reduce_max(std::span<double>) override {}
  void all_reduce_max(std::span<std::int64_t>) override {}
  using Communicator::broadcast;
};

/// The world of one that everything which is no team shares.
Communicator& solo_communicator();

}  // namespace exitaudit
