#pragma once
// RAII over HDF5's C API, for h5_output.cpp and h5_input.cpp only: identifiers that close themselves, errors as
// sentences with HDF5's innermost reason, and the types and layouts of FORMAT.md.

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/artifact/h5_array.h"
#include "pipeline/base/error.h"

namespace exitaudit::h5 {

/// The innermost message of HDF5's error stack, which it clears; of a failed system call the system's own words.
std::string reason();

/// What to say when a call fails.
struct Blame {
  ErrorKind kind;
  std::string text;

  [[noreturn]] void raise() const { throw Error(kind, text + ": " + reason()); }
  template <class Code>
  Code operator()(Code code) const {
    if (code < 0) raise();
    return code;
  }
};

/// An HDF5 identifier that closes itself.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle() = default;
  Handle(hid_t id, Close closer, const Blame& blame) : id_(blame(id)), close_(closer) {}
  ~Handle() { release(); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  hid_t get() const { return id_; }
  /// Closes now, and complains where that fails: data may be written as late as here.
  void close(const Blame& blame) { blame(release()); }

 private:
  herr_t release() { return id_ < 0 ? 0 : close_(std::exchange(id_, -1)); }
  hid_t id_ = -1;
  Close close_ = nullptr;
};

Handle file_access(const Blame& blame);                            ///< property list; also silences HDF5's own printing
Handle file_creation(std::size_t user_block, const Blame& blame);  ///< property list
Handle group_creation(const Blame& blame);                         ///< property list
Handle layout_of(const H5Array& array, const Blame& blame);        ///< property list of a dataset: chunks, filters
Handle text_type(std::size_t size, const Blame& blame);            ///< UTF-8; H5T_VARIABLE for attributes
Handle stored_type(const H5Array& array, const Blame& blame);
Handle memory_type(const H5Array& array, const Blame& blame);  ///< how the same elements lie in memory
Handle space_of(const std::vector<std::int64_t>& shape, const Blame& blame);

}  // namespace exitaudit::h5
