#pragma once
// ArtifactReader: opens an artifact after checking every byte of it, and hands out its arrays.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/artifact/header.h"

namespace exitaudit {

class H5Input;
struct H5Array;
enum class H5Element;

class ArtifactReader {
 public:
  /// Verifies seal and content hash, then kind and format. Errors: kCorruptArtifact for damaged bytes, kFailure for
  /// another kind or a newer format ("x.h5: artifact format 3 is newer than this program's 1; update exitaudit").
  static ArtifactReader open(const std::filesystem::path& path, const std::string& expected_noun = "");
  ~ArtifactReader();
  ArtifactReader(ArtifactReader&&) noexcept;
  ArtifactReader& operator=(ArtifactReader&&) noexcept;

  const ArtifactHeader& header() const { return header_; }
  const std::string& content() const { return content_; }  ///< content hash
  const std::filesystem::path& path() const { return path_; }

  bool has(const std::string& name) const;
  /// Here and below: a name that is not there, or another type, is an Error(kFailure) that tells what is.
  std::vector<std::int64_t> shape(const std::string& name) const;
  std::vector<std::string> names() const;  ///< every dataset, full names, sorted

  /// T: uint8_t (also flags), int32_t, int64_t, float, double; the stored type must be the same.
  template <class T>
  std::vector<T> read(const std::string& name) const;
  /// Rows first .. first+count-1 of the first axis.
  template <class T>
  std::vector<T> read_rows(const std::string& name, std::int64_t first, std::int64_t count) const;
  std::vector<std::string> read_texts(const std::string& name) const;
  bool has_attribute(const std::string& name) const;
  std::string text_attribute(const std::string& name) const;
  double real_attribute(const std::string& name) const;
  std::int64_t integer_attribute(const std::string& name) const;

 private:
  ArtifactReader();
  H5Array describe(const std::string& name) const;
  H5Array describe(const std::string& name, H5Element wanted) const;
  std::filesystem::path path_;
  ArtifactHeader header_;
  std::string content_;
  std::unique_ptr<H5Input> file_;
};

}  // namespace exitaudit
