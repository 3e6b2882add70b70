#include "pipeline/artifact/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "pipeline/artifact/h5_output.h"
#include "pipeline/artifact/header_attributes.h"
#include "pipeline/artifact/seal.h"
#include "pipeline/base/error.h"
#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"

namespace exitaudit {
namespace fs = std::filesystem;
namespace {

std::int64_t length(std::size_t size) {
  return static_cast<std::int64_t>(size);
}

fs::path partial_name(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return fmt::format("{}.{}.{}.{}.partial", path.string(), host_name(), ::getpid(), counter++);
}

/// A file that is deleted when this goes. It is made empty first, so that a folder that cannot be written is told in
/// the system's own words.
class Disposable {
 public:
  explicit Disposable(const fs::path& final) : path_(partial_name(final)) {
    std::error_code error;
    if (final.has_parent_path()) fs::create_directories(final.parent_path(), error);
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0) throw_errno("cannot write " + final.string());
    ::close(file);
  }
  ~Disposable() { ::unlink(path_.c_str()); }
  Disposable(const Disposable&) = delete;
  Disposable& operator=(const Disposable&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write_seal(const fs::path& file, const fs::path& shown, const std::string& seal) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw_errno("cannot write " + shown.string());
  const ssize_t written = ::pwrite(descriptor, seal.data(), seal.size(), 0);
  const int code = errno;
  ::close(descriptor);
  errno = code;
  if (written != static_cast<ssize_t>(seal.size())) throw_errno("cannot write " + shown.string());
}

/// Gives `partial` its final name: false where another file has it already. On NFS a lost answer may report failure
/// for a link that was made: the link count tells.
bool link_to_final_name(const fs::path& partial, const fs::path& path) {
  if (::link(partial.c_str(), path.c_str()) == 0) return true;
  const int code = errno;
  struct stat status {};
  if (::stat(partial.c_str(), &status) == 0 && status.st_nlink == 2) return true;
  errno = code;
  if (code != EEXIST) throw_errno("cannot write " + path.string());
  return false;
}

}  // namespace

/// The file while it has no final name.
struct ArtifactWriter::Partial {
  Disposable disposable;
  H5Output file;

  explicit Partial(const fs::path& final) : disposable(final), file(disposable.path(), final, kSealBytes) {}
  const fs::path& path() const { return disposable.path(); }
};

ArtifactWriter::ArtifactWriter(fs::path path, ArtifactHeader header)
    : path_(std::move(path)), header_(std::move(header)), partial_(std::make_unique<Partial>(path_)) {}

ArtifactWriter::~ArtifactWriter() = default;

template <class T>
void ArtifactWriter::write(const std::string& name, std::span<const T> values, const std::vector<std::int64_t>& shape) {
  const H5Array array{element_of<T>(), shape};
  if (array.count() != length(values.size())) {
    throw Error(ErrorKind::kFailure,
                fmt::format("cannot write {}: dataset \"{}\" of shape {} has room for {} values, not {}",
                            path_.string(), name, shape_text(shape), array.count(), values.size()));
  }
  require(partial_ != nullptr, "written after commit()");
  partial_->file.write(name, array, values.data());
}

void ArtifactWriter::write_flags(const std::string& name, std::span<const std::uint8_t> values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](std::uint8_t value) { return value > 1; });
  if (bad != values.end()) {
    throw Error(ErrorKind::kFailure, fmt::format("cannot write {}: flag {} of dataset \"{}\" is {}, neither 0 nor 1",
                                                 path_.string(), bad - values.begin(), name, *bad));
  }
  require(partial_ != nullptr, "written after commit()");
  partial_->file.write(name, {H5Element::kFlag, {length(values.size())}}, values.data());
}

void ArtifactWriter::write_texts(const std::string& name, const std::vector<std::string>& values) {
  std::size_t longest = 1;
  for (const std::string& value : values) {
    require(value.find('\0') == std::string::npos, fmt::format("a text of dataset \"{}\" holds a NUL", name));
    longest = std::max(longest, value.size());
  }
  std::string bytes(values.size() * longest, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) values[i].copy(bytes.data() + i * longest, longest);
  require(partial_ != nullptr, "written after commit()");
  partial_->file.write(name, {H5Element::kText, {length(values.size())}, longest}, bytes.data());
}

void ArtifactWriter::write_attribute(const std::string& name, const std::string& value) {
  require(partial_ != nullptr && !is_header_attribute(name), "attribute \"" + name + "\" belongs to the header");
  require(value.find('\0') == std::string::npos, "attribute \"" + name + "\" holds a NUL");
  partial_->file.write_attribute(name, value);
}

void ArtifactWriter::write_attribute(const std::string& name, double value) {
  require(partial_ != nullptr && !is_header_attribute(name), "attribute \"" + name + "\" belongs to the header");
  partial_->file.write_attribute(name, value);
}

void ArtifactWriter::write_attribute(const std::string& name, std::int64_t value) {
  require(partial_ != nullptr && !is_header_attribute(name), "attribute \"" + name + "\" belongs to the header");
  partial_->file.write_attribute(name, value);
}

std::string ArtifactWriter::commit(const std::function<void()>& may_commit) {
  require(partial_ != nullptr, "committed twice");
  const std::unique_ptr<Partial> partial = std::move(partial_);
  write_header(partial->file, header_);
  partial->file.close();
  const Seal seal{header_.noun, header_.fingerprint, sha256_file(partial->path(), kSealBytes), made_from(header_)};
  write_seal(partial->path(), path_, render_seal(seal));
  fault_point("before_fsync", header_.job);
  sync_file(partial->path());
  fault_point("before_link", header_.job);
  if (may_commit) may_commit();
  if (!link_to_final_name(partial->path(), path_)) {
    if (read_seal(path_).content == seal.content) return seal.content;
    throw Error(ErrorKind::kLeaseLost,
                fmt::format("{}: was committed meanwhile with other bytes; the first commit stays", path_.string()));
  }
  fault_point("after_link", header_.job);
  ::unlink(partial->path().c_str());
  sync_folder(path_);
  return seal.content;
}

template void ArtifactWriter::write(const std::string&, std::span<const std::uint8_t>,
                                    const std::vector<std::int64_t>&);
template void ArtifactWriter::write(const std::string&, std::span<const std::int32_t>,
                                    const std::vector<std::int64_t>&);
template void ArtifactWriter::write(const std::string&, std::span<const std::int64_t>,
                                    const std::vector<std::int64_t>&);
template void ArtifactWriter::write(const std::string&, std::span<const float>, const std::vector<std::int64_t>&);
template void ArtifactWriter::write(const std::string&, std::span<const double>, const std::vector<std::int64_t>&);

}  // namespace exitaudit
