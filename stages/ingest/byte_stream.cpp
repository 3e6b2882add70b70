#include "stages/ingest/byte_stream.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "pipeline/base/error.h"

namespace exitaudit::ingest {

ByteStream::ByteStream(std::filesystem::path path) : path_(std::move(path)) {
  file_ = gzopen(path_.c_str(), "rb");
  if (file_ == nullptr) throw BadInput(fmt::format("{}: cannot be opened: {}", path_.string(), std::strerror(errno)));
  gzbuffer(file_, 1U << 18U);
}

ByteStream::~ByteStream() {
  gzclose(file_);
}

std::size_t ByteStream::read(std::span<std::uint8_t> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const auto wanted = static_cast<unsigned>(std::min<std::size_t>(into.size() - done, std::size_t{1} << 30U));
    const int got = gzread(file_, into.data() + done, wanted);
    int code = Z_OK;
    const std::string fault = gzerror(file_, &code);
    if (got < 0 && code != Z_BUF_ERROR) {
      throw BadInput(fmt::format("{}: damaged after {} bytes of content ({}); fetch it again", path_.string(),
                                 std::max<std::int64_t>(0, gztell(file_)), fault));
    }
    cut_off_ = cut_off_ || code == Z_BUF_ERROR;
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

bool ByteStream::refill() {
  buffer_.resize(std::size_t{1} << 18U);
  buffer_.resize(read(buffer_));
  next_ = 0;
  return !buffer_.empty();
}

bool ByteStream::line(std::string& text, std::size_t limit) {
  text.clear();
  while (next_ < buffer_.size() || refill()) {
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(next_);
    const auto end = std::find(begin, buffer_.end(), std::uint8_t{'\n'});
    text.append(begin, end);
    if (text.size() > limit) {
      throw BadInput(fmt::format("{}, row {}: longer than {} characters; expected lines of text", path_.string(),
                                 lines_ + 1, limit));
    }
    next_ = static_cast<std::size_t>(end - buffer_.begin()) + 1;
    if (end == buffer_.end()) continue;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    ++lines_;
    return true;
  }
  if (text.empty()) return false;
  unterminated_ = true;
  ++lines_;
  return true;
}

}  // namespace exitaudit::ingest
