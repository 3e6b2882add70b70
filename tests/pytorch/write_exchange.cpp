// write_exchange FOLDER: one file a family for compare_losses.py.

#include <fmt/format.h>

#include <exception>
#include <filesystem>

#include "tests/pytorch/parity_run.h"

int main(int argc, char** argv) {
  using namespace exitaudit;
  if (argc != 2) {
    fmt::print(stderr, "usage: write_exchange FOLDER\n");
    return 2;
  }
  try {
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (std::size_t i = 0; i < networks::kFamilyNames.size(); ++i) {
      write(test::run_parity(static_cast<networks::Family>(i)),
            folder / fmt::format("{}.h5", networks::kFamilyNames[i]));
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "write_exchange: {}\n", error.what());
    return 1;
  }
  return 0;
}
