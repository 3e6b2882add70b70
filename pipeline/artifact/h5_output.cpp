#include "pipeline/artifact/h5_output.h"

#include <set>

#include "pipeline/artifact/h5.h"

namespace exitaudit {
using namespace h5;

struct H5Output::State {
  Blame blame;
  Handle file;
  std::set<std::string> groups;  ///< made already

  /// Groups are made one by one, because those that HDF5 makes on the way carry times.
  void make_groups(const std::string& name) {
    for (auto at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
      const std::string group = name.substr(0, at);
      if (!groups.insert(group).second) continue;
      const Handle creation = group_creation(blame);
      Handle(H5Gcreate2(file.get(), group.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), &H5Gclose, blame)
          .close(blame);
    }
  }

  void write_attribute(const std::string& name, hid_t stored, hid_t memory, const void* value) {
    const Handle space = space_of({}, blame);
    Handle attribute(H5Acreate2(file.get(), name.c_str(), stored, space.get(), H5P_DEFAULT, H5P_DEFAULT), &H5Aclose,
                     blame);
    blame(H5Awrite(attribute.get(), memory, value));
    attribute.close(blame);
  }
};

H5Output::H5Output(const std::filesystem::path& path, const std::filesystem::path& shown, std::size_t user_block)
    : state_(std::make_unique<State>(State{{ErrorKind::kFailure, "cannot write " + shown.string()}, {}, {}})) {
  const Handle access = file_access(state_->blame);
  const Handle creation = file_creation(user_block, state_->blame);
  state_->file = Handle(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), &H5Fclose, state_->blame);
}

H5Output::~H5Output() = default;

void H5Output::write(const std::string& name, const H5Array& array, const void* values) {
  const Blame& blame = state_->blame;
  state_->make_groups(name);
  const Handle type = stored_type(array, blame);
  const Handle space = space_of(array.shape, blame);
  const Handle layout = layout_of(array, blame);
  Handle dataset(
      H5Dcreate2(state_->file.get(), name.c_str(), type.get(), space.get(), H5P_DEFAULT, layout.get(), H5P_DEFAULT),
      &H5Dclose, blame);
  if (array.count() > 0) {
    blame(H5Dwrite(dataset.get(), memory_type(array, blame).get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
  }
  dataset.close(blame);
}

void H5Output::write_attribute(const std::string& name, const std::string& value) {
  const Handle type = text_type(H5T_VARIABLE, state_->blame);
  const char* const text = value.c_str();
  state_->write_attribute(name, type.get(), type.get(), &text);
}

void H5Output::write_attribute(const std::string& name, double value) {
  state_->write_attribute(name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

void H5Output::write_attribute(const std::string& name, std::int64_t value) {
  state_->write_attribute(name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

void H5Output::close() {
  state_->blame(H5Fflush(state_->file.get(), H5F_SCOPE_GLOBAL));
  state_->file.close(state_->blame);
}

}  // namespace exitaudit
