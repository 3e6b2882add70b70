#include "pipeline/artifact/h5_input.h"

#include <algorithm>

#include "pipeline/artifact/h5.h"

namespace exitaudit {
using namespace h5;

struct H5Input::State {
  Blame blame;
  Handle file;
  std::vector<std::string> names;

  Handle dataset(const std::string& name) const {
    return Handle(H5Dopen2(file.get(), name.c_str(), H5P_DEFAULT), &H5Dclose, blame);
  }

  /// The attribute, where it holds one value of the class; else an empty handle.
  std::optional<Handle> attribute(const std::string& name, H5T_class_t wanted) const {
    if (blame(H5Aexists(file.get(), name.c_str())) == 0) return std::nullopt;
    Handle found(H5Aopen(file.get(), name.c_str(), H5P_DEFAULT), &H5Aclose, blame);
    const Handle type(H5Aget_type(found.get()), &H5Tclose, blame);
    const Handle space(H5Aget_space(found.get()), &H5Sclose, blame);
    if (H5Tget_class(type.get()) != wanted || H5Sget_simple_extent_npoints(space.get()) != 1) return std::nullopt;
    if (wanted == H5T_STRING && H5Tis_variable_str(type.get()) <= 0) return std::nullopt;
    return found;
  }
};

namespace {

herr_t keep_dataset(hid_t, const char* name, const H5O_info_t* info, void* names) {
  try {
    if (info->type == H5O_TYPE_DATASET) static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
  } catch (...) {
    return -1;
  }
}

std::optional<H5Array> known_type(hid_t type, const Blame& blame) {
  H5Array array;
  for (const H5Element element : {H5Element::kUint8, H5Element::kFlag, H5Element::kInt32, H5Element::kInt64,
                                  H5Element::kFloat, H5Element::kDouble}) {
    array.element = element;
    if (H5Tequal(type, stored_type(array, blame).get()) > 0) return array;
  }
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0) return std::nullopt;
  array.element = H5Element::kText;
  array.text_size = H5Tget_size(type);
  return array;
}

std::vector<std::int64_t> extent_of(hid_t space, const Blame& blame) {
  std::vector<hsize_t> extent(static_cast<std::size_t>(blame(H5Sget_simple_extent_ndims(space))));
  if (!extent.empty()) blame(H5Sget_simple_extent_dims(space, extent.data(), nullptr));
  return {extent.begin(), extent.end()};
}

}  // namespace

H5Input::H5Input(const std::filesystem::path& path)
    : state_(std::make_unique<State>(State{{ErrorKind::kCorruptArtifact, path.string() + " cannot be read"}, {}, {}})) {
  const Handle access = file_access(state_->blame);
  state_->file = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), &H5Fclose, state_->blame);
  state_->blame(
      H5Ovisit2(state_->file.get(), H5_INDEX_NAME, H5_ITER_INC, &keep_dataset, &state_->names, H5O_INFO_BASIC));
  std::sort(state_->names.begin(), state_->names.end());
}

H5Input::~H5Input() = default;

const std::vector<std::string>& H5Input::names() const {
  return state_->names;
}

std::optional<H5Array> H5Input::describe(const std::string& name) const {
  const Handle dataset = state_->dataset(name);
  const Handle type(H5Dget_type(dataset.get()), &H5Tclose, state_->blame);
  const Handle space(H5Dget_space(dataset.get()), &H5Sclose, state_->blame);
  std::optional<H5Array> array = known_type(type.get(), state_->blame);
  if (array) array->shape = extent_of(space.get(), state_->blame);
  return array;
}

std::optional<H5Array> H5Input::describe_reals(const std::string& name) const {
  const Handle dataset = state_->dataset(name);
  const Handle type(H5Dget_type(dataset.get()), &H5Tclose, state_->blame);
  const Handle space(H5Dget_space(dataset.get()), &H5Sclose, state_->blame);
  const bool simple = H5Sget_simple_extent_type(space.get()) != H5S_NULL;
  if (H5Tget_class(type.get()) != H5T_FLOAT || !simple) return std::nullopt;
  return H5Array{.element = H5Element::kFloat, .shape = extent_of(space.get(), state_->blame)};
}

void H5Input::read(const std::string& name, const H5Array& array, void* values) const {
  if (array.count() == 0) return;
  const Handle dataset = state_->dataset(name);
  const Handle type = memory_type(array, state_->blame);
  state_->blame(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
}

void H5Input::read_rows(const std::string& name, const H5Array& array, std::int64_t first, std::int64_t count,
                        void* values) const {
  H5Array rows = array;
  rows.shape.at(0) = count;
  if (rows.count() == 0) return;
  const Handle dataset = state_->dataset(name);
  const Handle type = memory_type(rows, state_->blame);
  const Handle memory = space_of(rows.shape, state_->blame);
  const Handle file = space_of(array.shape, state_->blame);
  std::vector<hsize_t> start(array.shape.size());
  start[0] = static_cast<hsize_t>(first);
  const std::vector<hsize_t> extent(rows.shape.begin(), rows.shape.end());
  state_->blame(H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr));
  state_->blame(H5Dread(dataset.get(), type.get(), memory.get(), file.get(), H5P_DEFAULT, values));
}

bool H5Input::has_attribute(const std::string& name) const {
  return state_->blame(H5Aexists(state_->file.get(), name.c_str())) > 0;
}

std::optional<std::string> H5Input::text_attribute(const std::string& name) const {
  const auto attribute = state_->attribute(name, H5T_STRING);
  if (!attribute) return std::nullopt;
  const Handle type = text_type(H5T_VARIABLE, state_->blame);
  char* text = nullptr;
  state_->blame(H5Aread(attribute->get(), type.get(), &text));
  const std::unique_ptr<char, herr_t (*)(void*)> owner(text, &H5free_memory);
  return text == nullptr ? "" : std::string(text);
}

std::optional<double> H5Input::real_attribute(const std::string& name) const {
  const auto attribute = state_->attribute(name, H5T_FLOAT);
  if (!attribute) return std::nullopt;
  double value = 0;
  state_->blame(H5Aread(attribute->get(), H5T_NATIVE_DOUBLE, &value));
  return value;
}

std::optional<std::int64_t> H5Input::integer_attribute(const std::string& name) const {
  const auto attribute = state_->attribute(name, H5T_INTEGER);
  if (!attribute) return std::nullopt;
  std::int64_t value = 0;
  state_->blame(H5Aread(attribute->get(), H5T_NATIVE_INT64, &value));
  return value;
}

}  // namespace exitaudit
