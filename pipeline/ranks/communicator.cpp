#include "pipeline/ranks/communicator.h"

namespace exitaudit {

std::string Communicator::broadcast(std::string text, int root) {
  auto size = static_cast<std::int64_t>(text.size());
  broadcast(std::as_writable_bytes(std::span(&size, 1)), root);
  text.resize(static_cast<std::size_t>(size));
  broadcast(std::as_writable_bytes(std::span(text.data(), text.size())), root);
  return text;
}

Communicator& solo_communicator() {
  static SoloCommunicator alone;
  return alone;
}

}  // namespace exitaudit
