#pragma once
// Mailbox: short texts between ranks, without waiting. Conductors ask rank 0 for jobs and report through it.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace exitaudit {

struct Message {
  int from = 0;
  std::string text;
};

class Mailbox {
 public:
  virtual ~Mailbox() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Returns at once; messages between two ranks arrive in the order they were sent. A rank may write to itself.
  virtual void send(int to, std::string text) = 0;
  /// The next message, if one has arrived.
  virtual std::optional<Message> poll() = 0;
  /// Waits until everything sent has been taken from this side.
  virtual void flush() = 0;
};

/// Mailboxes of one process: `count` ranks over shared queues, safe between threads. One alone is the laptop's world.
std::vector<std::unique_ptr<Mailbox>> make_local_mailboxes(std::size_t count);

}  // namespace exitaudit
