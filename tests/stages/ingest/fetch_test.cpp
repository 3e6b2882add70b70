// data/fetch.sh against archives on this disk: no internet is asked.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "pipeline/base/files.h"
#include "pipeline/base/hash.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

struct ShellResult {
  int code = 0;
  std::string text;
};

ShellResult shell(const std::string& command) {
  ShellResult run;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
    run.text.append(buffer.data(), size);
  run.code = pclose(pipe);
  return run;
}

class Fetch : public testing::Test {
 protected:
  void SetUp() override {
    if (shell("command -v curl tar awk").code != 0) GTEST_SKIP() << "needs curl, tar and awk";
    write_bytes(dir_ / "pack/bangkok", "1,0\n");
    ASSERT_EQ(
        shell("tar -czf '" + (dir_ / "places.tgz").string() + "' -C '" + (dir_ / "pack").string() + "' bangkok").code,
        0);
    manifest(sha256_hex("1,0\n"));
  }
  void manifest(const std::string& sha256) {
    write_bytes(
        dir_ / "manifest.yaml",
        "datasets:\n  places:\n    format: locations_csv\n    folder: locations\n    files:\n      - {name: bangkok, "
        "bytes: 4, sha256: " +
            sha256 + "}\n    url: \"file://" + (dir_ / "places.tgz").string() +
            "\"\n\n  images:\n    format: image_folder\n    folder: images\n");
  }
  ShellResult fetch(const std::string& names) const {
    return shell(EXITAUDIT_SOURCE_DIR "/data/fetch.sh --manifest '" + (dir_ / "manifest.yaml").string() + "' --to '" +
                 (dir_ / "raw").string() + "' " + names);
  }
  TempDir dir_;
};

TEST_F(Fetch, UnpacksBelowTheDatasetsFolder) {
  const ShellResult run = fetch("places");
  EXPECT_EQ(run.code, 0) << run.text;
  EXPECT_EQ(read_file(dir_ / "raw/locations/bangkok"), "1,0\n");
  EXPECT_THAT(fetch("places").text, HasSubstr("is there already"));
}

TEST_F(Fetch, LeavesNothingUnderTheFinalNameWhereAChecksumIsWrong) {
  manifest(sha256_hex("another"));
  const ShellResult run = fetch("places");
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.text, HasSubstr("bangkok: wrong checksum: expected " + sha256_hex("another")));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "raw/locations"));
}

TEST_F(Fetch, SaysWhatToDoWithoutInternet) {
  std::filesystem::remove(dir_ / "places.tgz");
  const ShellResult run = fetch("places");
  EXPECT_NE(run.code, 0);
  EXPECT_THAT(run.text, HasSubstr("no way to the internet, or the address has moved"));
  EXPECT_THAT(run.text, HasSubstr("put it at " + (dir_ / "raw/.downloads/places.tgz").string()));
}

TEST_F(Fetch, NamesAnUnknownDatasetAndOneWithoutAddress) {
  EXPECT_THAT(fetch("palaces").text, HasSubstr("there is no dataset \"palaces\""));
  EXPECT_THAT(fetch("palaces").text, HasSubstr("known are: places images"));
  EXPECT_THAT(fetch("images").text, HasSubstr("images has no address to fetch it from"));
}

}  // namespace
}  // namespace exitaudit::ingest::test
