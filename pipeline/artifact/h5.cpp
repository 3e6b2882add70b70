#include "pipeline/artifact/h5.h"

#include <algorithm>

namespace exitaudit::h5 {
namespace {

constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 20;
constexpr unsigned kDeflateLevel = 1;

herr_t keep_reason(unsigned, const H5E_error2_t* error, void* data) {
  std::string& reason = *static_cast<std::string*>(data);
  if (reason.empty() && error->desc != nullptr) reason = error->desc;
  return 0;
}

/// The enum that h5py shows as bool.
Handle flag_type(const Blame& blame) {
  Handle type(H5Tenum_create(H5T_STD_I8LE), &H5Tclose, blame);
  for (const std::int8_t value : {std::int8_t{0}, std::int8_t{1}}) {
    blame(H5Tenum_insert(type.get(), value == 0 ? "FALSE" : "TRUE", &value));
  }
  return type;
}

Handle copy_of(hid_t type, const Blame& blame) {
  return Handle(H5Tcopy(type), &H5Tclose, blame);
}

/// At most 1 MiB: whole rows of the first axis; where one row is larger, it is cut along the next axis.
std::vector<hsize_t> chunk_of(const H5Array& array) {
  std::vector<hsize_t> chunk(array.shape.begin(), array.shape.end());
  std::uint64_t bytes = static_cast<std::uint64_t>(array.count()) * array.element_size();
  for (hsize_t& length : chunk) {
    if (bytes <= kChunkBytes) break;
    const std::uint64_t row = bytes / length;
    length = std::max<std::uint64_t>(1, kChunkBytes / row);
    bytes = row * length;
  }
  return chunk;
}

/// Reals do not shrink, nor do pixels (bytes of three or more axes).
bool is_worth_packing(const H5Array& array) {
  if (array.element == H5Element::kFloat || array.element == H5Element::kDouble) return false;
  return array.element != H5Element::kUint8 || array.shape.size() < 3;
}

/// A file whose close failed (the disk is full) stays in HDF5's table, freed, and its clean-up at exit would crash on
/// it. Files are all closed by us.
void set_up_library() {
  static const herr_t kOnce = H5dont_atexit();
  static_cast<void>(kOnce);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

}  // namespace

std::string reason() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, &keep_reason, &text);
  H5Eclear2(H5E_DEFAULT);
  static const std::string kMark = "error message = '";
  if (const auto at = text.find(kMark); at != std::string::npos) {
    const auto from = at + kMark.size();
    text = text.substr(from, text.find('\'', from) - from);
  }
  return text.empty() ? "HDF5 gives no reason" : text;
}

Handle file_access(const Blame& blame) {
  set_up_library();
  Handle access(H5Pcreate(H5P_FILE_ACCESS), &H5Pclose, blame);
  blame(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110));  // v110: small arrays are small files
#if H5_VERSION_GE(1, 10, 7)
  blame(H5Pset_file_locking(access.get(), true, true));  // some shared file systems know no locks
#endif
  return access;
}

Handle text_type(std::size_t size, const Blame& blame) {
  Handle type(H5Tcopy(H5T_C_S1), &H5Tclose, blame);
  blame(H5Tset_size(type.get(), size));
  blame(H5Tset_strpad(type.get(), size == H5T_VARIABLE ? H5T_STR_NULLTERM : H5T_STR_NULLPAD));
  blame(H5Tset_cset(type.get(), H5T_CSET_UTF8));
  return type;
}

Handle stored_type(const H5Array& array, const Blame& blame) {
  switch (array.element) {
    case H5Element::kUint8:
      return copy_of(H5T_STD_U8LE, blame);
    case H5Element::kFlag:
      return flag_type(blame);
    case H5Element::kInt32:
      return copy_of(H5T_STD_I32LE, blame);
    case H5Element::kInt64:
      return copy_of(H5T_STD_I64LE, blame);
    case H5Element::kFloat:
      return copy_of(H5T_IEEE_F32LE, blame);
    case H5Element::kDouble:
      return copy_of(H5T_IEEE_F64LE, blame);
    case H5Element::kText:
      break;
  }
  return text_type(array.text_size, blame);
}

/// How the same elements lie in memory.
Handle memory_type(const H5Array& array, const Blame& blame) {
  switch (array.element) {
    case H5Element::kInt32:
      return copy_of(H5T_NATIVE_INT32, blame);
    case H5Element::kInt64:
      return copy_of(H5T_NATIVE_INT64, blame);
    case H5Element::kFloat:
      return copy_of(H5T_NATIVE_FLOAT, blame);
    case H5Element::kDouble:
      return copy_of(H5T_NATIVE_DOUBLE, blame);
    default:
      return stored_type(array, blame);
  }
}

Handle space_of(const std::vector<std::int64_t>& shape, const Blame& blame) {
  if (shape.empty()) return Handle(H5Screate(H5S_SCALAR), &H5Sclose, blame);
  const std::vector<hsize_t> extent(shape.begin(), shape.end());
  return Handle(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), &H5Sclose, blame);
}

Handle layout_of(const H5Array& array, const Blame& blame) {
  Handle layout(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose, blame);
  blame(H5Pset_obj_track_times(layout.get(), false));
  if (array.shape.empty() || array.count() == 0) return layout;  // nothing to chunk: contiguous
  const std::vector<hsize_t> chunk = chunk_of(array);
  blame(H5Pset_chunk(layout.get(), static_cast<int>(chunk.size()), chunk.data()));
  if (is_worth_packing(array)) {
    if (array.element != H5Element::kText) blame(H5Pset_shuffle(layout.get()));
    blame(H5Pset_deflate(layout.get(), kDeflateLevel));
  }
  blame(H5Pset_fletcher32(layout.get()));
  return layout;
}

Handle file_creation(std::size_t user_block, const Blame& blame) {
  Handle creation(H5Pcreate(H5P_FILE_CREATE), &H5Pclose, blame);
  blame(H5Pset_userblock(creation.get(), user_block));
  blame(H5Pset_obj_track_times(creation.get(), false));
  return creation;
}

Handle group_creation(const Blame& blame) {
  Handle creation(H5Pcreate(H5P_GROUP_CREATE), &H5Pclose, blame);
  blame(H5Pset_obj_track_times(creation.get(), false));
  return creation;
}

}  // namespace exitaudit::h5
