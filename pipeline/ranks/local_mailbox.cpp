#include <deque>
#include <mutex>

#include "pipeline/base/error.h"
#include "pipeline/ranks/mailbox.h"

namespace exitaudit {
namespace {

struct Post {
  std::mutex mutex;
  std::vector<std::deque<Message>> queues;
};

class LocalMailbox final : public Mailbox {
 public:
  LocalMailbox(std::shared_ptr<Post> post, int rank) : post_(std::move(post)), rank_(rank) {}
  int rank() const override { return rank_; }
  int size() const override { return static_cast<int>(post_->queues.size()); }

  void send(int to, std::string text) override {
    require(to >= 0 && to < size(), "a message to a rank that does not exist");
    const std::scoped_lock lock(post_->mutex);
    post_->queues[static_cast<std::size_t>(to)].push_back({rank_, std::move(text)});
  }

  std::optional<Message> poll() override {
    const std::scoped_lock lock(post_->mutex);
    std::deque<Message>& queue = post_->queues[static_cast<std::size_t>(rank_)];
    if (queue.empty()) return std::nullopt;
    Message message = std::move(queue.front());
    queue.pop_front();
    return message;
  }

  void flush() override {}  // a message is in its queue as soon as it is sent

 private:
  std::shared_ptr<Post> post_;
  int rank_;
};

}  // namespace

std::vector<std::unique_ptr<Mailbox>> make_local_mailboxes(std::size_t count) {
  const auto post = std::make_shared<Post>();
  post->queues.resize(count);
  std::vector<std::unique_ptr<Mailbox>> boxes;
  for (std::size_t rank = 0; rank < count; ++rank) {
    boxes.push_back(std::make_unique<LocalMailbox>(post, static_cast<int>(rank)));
  }
  return boxes;
}

}  // namespace exitaudit
