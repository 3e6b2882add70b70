#include "tests/support/temp_dir.h"

#include <cstdlib>

namespace exitaudit::test {

TempDir::TempDir() {
  std::string name = (std::filesystem::temp_directory_path() / "exitaudit_test_XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw_errno("cannot make a temporary folder");
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace exitaudit::test
