#include "pipeline/ranks/mpi_communicator.h"

#include <mpi.h>

#include <algorithm>
#include <limits>
#include <list>

#include "pipeline/base/error.h"
#include "pipeline/ranks/mpi_session.h"

namespace exitaudit {
namespace {

constexpr int kTextTag = 1;
constexpr std::size_t kLargestCount = std::size_t{1} << 28;  // MPI counts are ints

/// A communicator of its own, freed with it.
class Channel {
 public:
  Channel() {
    check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &comm_), "MPI_Comm_dup");
    check_mpi(MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    check_mpi(MPI_Comm_rank(comm_, &rank_), "MPI_Comm_rank");
    check_mpi(MPI_Comm_size(comm_, &size_), "MPI_Comm_size");
  }
  ~Channel() { MPI_Comm_free(&comm_); }
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  MPI_Comm comm() const { return comm_; }
  int rank() const { return rank_; }
  int size() const { return size_; }

 private:
  MPI_Comm comm_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
};

class MpiBarrier final : public PendingBarrier {
 public:
  explicit MpiBarrier(MPI_Comm comm) { check_mpi(MPI_Ibarrier(comm, &request_), "MPI_Ibarrier"); }
  ~MpiBarrier() override {
    // A barrier cannot be taken back: whoever leaves early (an exception) leaves the request to the end of the process.
    if (request_ != MPI_REQUEST_NULL) MPI_Request_free(&request_);
  }
  MpiBarrier(const MpiBarrier&) = delete;
  MpiBarrier& operator=(const MpiBarrier&) = delete;
  bool done() override {
    int done = 0;
    check_mpi(MPI_Test(&request_, &done, MPI_STATUS_IGNORE), "MPI_Test");
    return done != 0;
  }

 private:
  MPI_Request request_ = MPI_REQUEST_NULL;
};

class MpiCommunicator final : public Communicator {
 public:
  int rank() const override { return channel_.rank(); }
  int size() const override { return channel_.size(); }
  void barrier() override { check_mpi(MPI_Barrier(channel_.comm()), "MPI_Barrier"); }
  std::unique_ptr<PendingBarrier> begin_barrier() override { return std::make_unique<MpiBarrier>(channel_.comm()); }

  void broadcast(std::span<std::byte> bytes, int root) override {
    require(root >= 0 && root < size(), "a broadcast from a rank that does not exist");
    in_pieces(bytes, [&](std::span<std::byte> piece) {
      check_mpi(MPI_Bcast(piece.data(), static_cast<int>(piece.size()), MPI_BYTE, root, channel_.comm()), "MPI_Bcast");
    });
  }

  void all_reduce_sum(std::span<float> values) override { reduce(values, MPI_FLOAT, MPI_SUM); }
  void all_reduce_sum(std::span<double> values) override { reduce(values, MPI_DOUBLE, MPI_SUM); }
  void all_reduce_sum(std::span<std::int64_t> values) override { reduce(values, MPI_INT64_T, MPI_SUM); }
  void all_reduce_max(std::span<float> values) override { reduce(values, MPI_FLOAT, MPI_MAX); }
  void all_reduce_max(std::span<double> values) override { reduce(values, MPI_DOUBLE, MPI_MAX); }
  void all_reduce_max(std::span<std::int64_t> values) override { reduce(values, MPI_INT64_T, MPI_MAX); }

 private:
  template <class T, class Act>
  static void in_pieces(std::span<T> values, const Act& act) {
    while (!values.empty()) {
      const std::size_t count = std::min(values.size(), kLargestCount);
      act(values.first(count));
      values = values.subspan(count);
    }
  }

  template <class T>
  void reduce(std::span<T> values, MPI_Datatype type, MPI_Op operation) {
    in_pieces(values, [&](std::span<T> piece) {
      check_mpi(
          MPI_Allreduce(MPI_IN_PLACE, piece.data(), static_cast<int>(piece.size()), type, operation, channel_.comm()),
          "MPI_Allreduce");
    });
  }

  Channel channel_;
};

class MpiMailbox final : public Mailbox {
 public:
  MpiMailbox() = default;
  ~MpiMailbox() override {
    // MPI may still read what was not flushed: those texts stay where they are until the process ends.
    static std::list<Sent> unsent;
    unsent.splice(unsent.end(), sent_);
  }
  MpiMailbox(const MpiMailbox&) = delete;
  MpiMailbox& operator=(const MpiMailbox&) = delete;
  int rank() const override { return channel_.rank(); }
  int size() const override { return channel_.size(); }

  void send(int to, std::string text) override {
    require(to >= 0 && to < size(), "a message to a rank that does not exist");
    require(text.size() < kLargestCount, "a message is too long");
    forget_sent();
    Sent& sent = sent_.emplace_back();
    sent.text = std::move(text);  // stays in place until MPI has taken it
    check_mpi(MPI_Isend(sent.text.data(), static_cast<int>(sent.text.size()), MPI_CHAR, to, kTextTag, channel_.comm(),
                        &sent.request),
              "MPI_Isend");
  }

  std::optional<Message> poll() override {
    forget_sent();
    int found = 0;
    MPI_Message handle = MPI_MESSAGE_NULL;
    MPI_Status status;
    check_mpi(MPI_Improbe(MPI_ANY_SOURCE, kTextTag, channel_.comm(), &found, &handle, &status), "MPI_Improbe");
    if (found == 0) return std::nullopt;
    int length = 0;
    check_mpi(MPI_Get_count(&status, MPI_CHAR, &length), "MPI_Get_count");
    Message message{status.MPI_SOURCE, std::string(static_cast<std::size_t>(length), '\0')};
    check_mpi(MPI_Mrecv(message.text.data(), length, MPI_CHAR, &handle, MPI_STATUS_IGNORE), "MPI_Mrecv");
    return message;
  }

  void flush() override {
    for (Sent& sent : sent_) check_mpi(MPI_Wait(&sent.request, MPI_STATUS_IGNORE), "MPI_Wait");
    sent_.clear();
  }

 private:
  struct Sent {
    std::string text;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void forget_sent() {
    for (auto sent = sent_.begin(); sent != sent_.end();) {
      int done = 0;
      check_mpi(MPI_Test(&sent->request, &done, MPI_STATUS_IGNORE), "MPI_Test");
      sent = done != 0 ? sent_.erase(sent) : std::next(sent);
    }
  }

  Channel channel_;
  std::list<Sent> sent_;
};

}  // namespace

std::unique_ptr<Communicator> make_mpi_communicator() {
  return std::make_unique<MpiCommunicator>();
}

std::unique_ptr<Mailbox> make_mpi_mailbox() {
  return std::make_unique<MpiMailbox>();
}

NodePlace node_place() {
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node), "MPI_Comm_split_type");
  NodePlace place;
  check_mpi(MPI_Comm_rank(node, &place.rank), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(node, &place.size), "MPI_Comm_size");
  MPI_Comm_free(&node);
  return place;
}

}  // namespace exitaudit
