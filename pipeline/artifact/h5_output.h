#pragma once
// H5Output: an HDF5 file being written, so that equal calls give equal bytes: no times, fixed format version bounds,
// fixed chunking. Not thread-safe, as the library is not.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "pipeline/artifact/h5_array.h"

namespace exitaudit {

class H5Output {
 public:
  /// Creates `path`, its first `user_block` bytes left zero. Errors: Error(kFailure) "cannot write `shown`: …".
  H5Output(const std::filesystem::path& path, const std::filesystem::path& shown, std::size_t user_block);
  ~H5Output();

  /// `name` may hold slashes; the groups are made. `values` holds array.count() elements.
  void write(const std::string& name, const H5Array& array, const void* values);
  void write_attribute(const std::string& name, const std::string& value);  ///< on the root group; no NUL inside
  void write_attribute(const std::string& name, double value);
  void write_attribute(const std::string& name, std::int64_t value);

  /// Flushes and closes; nothing may be written afterwards.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace exitaudit
