#pragma once
// ByteStream: a raw file read in pieces, gzipped or not, so that no header and no missing line end decides how much
// memory is taken.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

struct gzFile_s;

namespace exitaudit::ingest {

class ByteStream {
 public:
  /// Throws BadInput where the file cannot be opened.
  explicit ByteStream(std::filesystem::path path);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  /// Fills `into` from the file; fewer bytes only at the end. Throws BadInput on damaged gzip data; a gzip file that is
  /// cut off merely ends (see `cut_off`).
  std::size_t read(std::span<std::uint8_t> into);

  /// The next line without its end ("\n" or "\r\n"); false at the end of the file. A last line without an end counts
  /// and sets `unterminated`. Throws BadInput where a line is longer than `limit`.
  bool line(std::string& text, std::size_t limit = std::size_t{1} << 20);

  bool cut_off() const { return cut_off_; }            ///< the gzip data ended before its own end mark
  bool unterminated() const { return unterminated_; }  ///< the last line had no line end
  std::int64_t lines() const { return lines_; }        ///< lines read so far

 private:
  bool refill();
  std::filesystem::path path_;
  gzFile_s* file_ = nullptr;
  std::vector<std::uint8_t> buffer_;
  std::size_t next_ = 0;
  std::int64_t lines_ = 0;
  bool cut_off_ = false;
  bool unterminated_ = false;
};

}  // namespace exitaudit::ingest
