#pragma once
// H5Input: an HDF5 file being read, its datasets by their full names. Not thread-safe, as the library is not.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/artifact/h5_array.h"

namespace exitaudit {

class H5Input {
 public:
  /// Errors here and below: Error(kCorruptArtifact) "`path` cannot be read: …".
  explicit H5Input(const std::filesystem::path& path);
  ~H5Input();

  const std::vector<std::string>& names() const;  ///< every dataset, full names, sorted
  /// Dataset `name`, which must exist; the element is nullopt where the type is none of ours.
  std::optional<H5Array> describe(const std::string& name) const;
  /// Where `name` holds floating-point numbers of any width and byte order (a file of others): an array of floats, as
  /// which read() then converts them, too large ones to infinities.
  std::optional<H5Array> describe_reals(const std::string& name) const;
  /// All of it, into room for array.count() elements; `array` is what describe() told.
  void read(const std::string& name, const H5Array& array, void* values) const;
  /// `count` rows of the first axis from `first` on; both must lie inside.
  void read_rows(const std::string& name, const H5Array& array, std::int64_t first, std::int64_t count,
                 void* values) const;

  /// Root attributes; nullopt where there is none of that name and type.
  bool has_attribute(const std::string& name) const;
  std::optional<std::string> text_attribute(const std::string& name) const;
  std::optional<double> real_attribute(const std::string& name) const;
  std::optional<std::int64_t> integer_attribute(const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace exitaudit
