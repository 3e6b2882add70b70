#pragma once
// ArtifactWriter: NAME.partial until commit() flushes, closes, seals, fsyncs and links it to its final name.
//
// A complete file under its final name is the only sign that a job is done, so nothing half-written ever
// has one. Equal headers and equal data give equal bytes: no times, fixed library version bounds, fixed
// order of attributes, fixed chunking.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "pipeline/artifact/header.h"

namespace exitaudit {

class ArtifactWriter {
 public:
  /// Creates folders and `path` + ".<unique>.partial". Throws Error(kFailure): "cannot write ...: No space left on
  /// device".
  ArtifactWriter(std::filesystem::path path, ArtifactHeader header);
  ~ArtifactWriter();  ///< deletes the partial file
  ArtifactWriter(const ArtifactWriter&) = delete;
  ArtifactWriter& operator=(const ArtifactWriter&) = delete;

  /// `name` may hold slashes ("history/epoch"); the product of `shape` is values.size() (checked; {} is one value). T:
  /// uint8_t, int32_t, int64_t, float or double. Chunked along the first axis, with a checksum per chunk (Fletcher-32).
  template <class T>
  void write(const std::string& name, std::span<const T> values, const std::vector<std::int64_t>& shape);
  template <class T>
  void write(const std::string& name, const std::vector<T>& values, const std::vector<std::int64_t>& shape) {
    write<T>(name, std::span<const T>(values), shape);
  }
  template <class T>
  void write(const std::string& name, const std::vector<T>& values) {
    write<T>(name, std::span<const T>(values), {static_cast<std::int64_t>(values.size())});
  }
  /// 0/1 bytes, stored as the enum that h5py shows as bool.
  void write_flags(const std::string& name, std::span<const std::uint8_t> values);
  void write_texts(const std::string& name, const std::vector<std::string>& values);  ///< UTF-8, no NUL inside
  /// On the root group, under a name that the header does not take ("stage", "config", …).
  void write_attribute(const std::string& name, const std::string& value);
  void write_attribute(const std::string& name, const char* value) { write_attribute(name, std::string(value)); }
  void write_attribute(const std::string& name, double value);
  void write_attribute(const std::string& name, std::int64_t value);

  const std::filesystem::path& path() const { return path_; }
  ArtifactHeader& header() { return header_; }  ///< may be completed (environment) until commit

  /// Makes the file durable and gives it its name. `may_commit` is asked last and throws where the lease is no longer
  /// ours. Where the final name exists already, the first commit has won: this one is discarded and its content hash
  /// returned all the same if equal, else Error(kLeaseLost). Returns the content hash. May be called once, and nothing
  /// may be written afterwards, not even if it throws.
  std::string commit(const std::function<void()>& may_commit = {});

 private:
  struct Partial;
  std::filesystem::path path_;
  ArtifactHeader header_;
  std::unique_ptr<Partial> partial_;  ///< null once committed
};

}  // namespace exitaudit
