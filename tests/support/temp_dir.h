#pragma once
// TempDir: a folder for one test, gone when the test is.

#include <filesystem>
#include <string>

namespace exitaudit::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// The message of the exitaudit::Error that `act` throws; "" where it throws none (asserts then fail on the text).
template <class Act>
std::string message_of(Act&& act);

}  // namespace exitaudit::test

#include "pipeline/base/error.h"

namespace exitaudit::test {
template <class Act>
std::string message_of(Act&& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}
}  // namespace exitaudit::test
