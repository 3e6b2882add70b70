#include "tests/support/thread_team.h"

#include <algorithm>
#include <barrier>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace exitaudit::test {
namespace {

/// Where the ranks lay down what they bring to a collective.
struct Table {
  explicit Table(int size) : places(static_cast<std::size_t>(size)), gate(size) {}
  std::vector<void*> places;
  std::barrier<> gate;
  std::mutex mutex;
  int waiting = 0;  ///< ranks that have entered the pending barrier
  int turns = 0;    ///< pending barriers that are done
};

/// Arrived at the gate, and not yet known to have passed it.
class ThreadBarrier final : public PendingBarrier {
 public:
  explicit ThreadBarrier(Table& table) {
    const std::lock_guard lock(table.mutex);
    turn_ = table.turns;
    table_ = &table;
    if (++table.waiting == static_cast<int>(table.places.size())) {
      table.waiting = 0;
      ++table.turns;
    }
  }
  bool done() override {
    const std::lock_guard lock(table_->mutex);
    return table_->turns > turn_;
  }

 private:
  Table* table_ = nullptr;
  int turn_ = 0;
};

class ThreadRank final : public Communicator {
 public:
  ThreadRank(Table& table, int rank) : table_(table), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(table_.places.size()); }
  void barrier() override { table_.gate.arrive_and_wait(); }
  std::unique_ptr<PendingBarrier> begin_barrier() override { return std::make_unique<ThreadBarrier>(table_); }

  void broadcast(std::span<std::byte> bytes, int root) override {
    lay_down(bytes.data());
    if (rank_ != root && !bytes.empty()) {
      std::memcpy(bytes.data(), table_.places[static_cast<std::size_t>(root)], bytes.size());
    }
    barrier();
  }
  void all_reduce_sum(std::span<float> values) override { add(values); }
  void all_reduce_sum(std::span<double> values) override { add(values); }
  void all_reduce_sum(std::span<std::int64_t> values) override { add(values); }
  void all_reduce_max(std::span<float> values) override { largest(values); }
  void all_reduce_max(std::span<double> values) override { largest(values); }
  void all_reduce_max(std::span<std::int64_t> values) override { largest(values); }

 private:
  void lay_down(void* data) {
    table_.places[static_cast<std::size_t>(rank_)] = data;
    barrier();
  }
  template <class T, class Combine>
  void reduce(std::span<T> values, const Combine& combine) {
    lay_down(values.data());
    const T* first = static_cast<const T*>(table_.places[0]);
    std::vector<T> result(first, first + values.size());
    for (std::size_t rank = 1; rank < table_.places.size(); ++rank) {
      const T* other = static_cast<const T*>(table_.places[rank]);
      for (std::size_t i = 0; i < result.size(); ++i) result[i] = combine(result[i], other[i]);
    }
    barrier();
    std::ranges::copy(result, values.begin());
    barrier();
  }
  template <class T>
  void add(std::span<T> values) {
    reduce(values, [](T a, T b) { return a + b; });
  }
  template <class T>
  void largest(std::span<T> values) {
    reduce(values, [](T a, T b) { return std::max(a, b); });
  }
  Table& table_;
  int rank_;
};

}  // namespace

void run_team(int size, const std::function<void(Communicator&)>& act) {
  Table table(size);
  std::vector<std::exception_ptr> thrown(static_cast<std::size_t>(size));
  {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < size; ++rank) {
      threads.emplace_back([&, rank] {
        ThreadRank communicator(table, rank);
        try {
          act(communicator);
        } catch (...) {
          thrown[static_cast<std::size_t>(rank)] = std::current_exception();
        }
      });
    }
  }
  for (const auto& each : thrown) {
    if (each) std::rethrow_exception(each);
  }
}

}  // namespace exitaudit::test
