#include "stages/ingest/locate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;

/// A world in which only `dir` exists.
class Locate : public testing::Test {
 protected:
  Locate() {
    setenv("XDG_DATA_DIRS", (dir_ / "share").c_str(), 1);
    setenv("EXITAUDIT_SHARE", (dir_ / "shipped").c_str(), 1);
    std::filesystem::create_directories(dir_ / "shipped/data");
    std::filesystem::copy(EXITAUDIT_SOURCE_DIR "/data/manifest.yaml", dir_ / "shipped/data/manifest.yaml");
    source_.name = "places";
    source_.format = Format::kLocations;
    source_.folder = "locations";
  }
  ~Locate() override {
    unsetenv("XDG_DATA_DIRS");
    unsetenv("EXITAUDIT_SHARE");
  }
  std::filesystem::path put(const std::string& folder) {
    write_bytes(dir_ / folder / "bangkok", "1,0\n");
    return dir_ / folder;
  }
  TempDir dir_;
  DatasetSource source_;
};

TEST_F(Locate, PrefersTheUsersFoldersInTheirOrder) {
  const auto system = put("share/datasets/locations");
  EXPECT_EQ(locate(source_, {}).folder, system);
  const auto second = put("two/locations");
  EXPECT_EQ(locate(source_, {(dir_ / "one").string(), (dir_ / "two").string()}).folder, second);
  const auto first = put("one/locations");
  EXPECT_EQ(locate(source_, {(dir_ / "one").string(), (dir_ / "two").string()}).folder, first);
}

TEST_F(Locate, LooksBesideTheManifestBeforeTheSystem) {
  put("share/datasets/locations");
  const auto beside = put("shipped/data/raw/locations");
  EXPECT_EQ(locate(source_, {}).folder, beside);
}

TEST_F(Locate, TakesAnAbsoluteFolderAndNameEqualsFolder) {
  put("one/locations");
  const auto own = put("mine/here");
  EXPECT_EQ(locate(source_, {(dir_ / "one").string(), "places=" + own.string()}).folder, own);
  EXPECT_EQ(locate(source_, {"other=" + own.string(), (dir_ / "one").string()}).folder, dir_ / "one/locations");
  EXPECT_EQ(locate(source_, {"places=here", (dir_ / "mine").string()}).folder, own);
  source_.folder = own.string();
  EXPECT_EQ(locate(source_, {(dir_ / "one").string()}).folder, own);
}

TEST_F(Locate, UsesTheNameWhereNoFolderIsStated) {
  source_.folder.clear();
  const auto folder = put("one/places");
  EXPECT_EQ(locate(source_, {(dir_ / "one").string()}).folder, folder);
}

TEST_F(Locate, PassesOverAFolderThatLacksFiles) {
  source_.files = {{.name = "bangkok", .bytes = 0, .sha256 = ""}, {.name = "more", .bytes = 0, .sha256 = ""}};
  put("one/locations");
  const auto whole = put("two/locations");
  write_bytes(whole / "more", "x");
  EXPECT_EQ(locate(source_, {(dir_ / "one").string(), (dir_ / "two").string()}).folder, whole);
  std::filesystem::remove(whole / "more");
  EXPECT_EQ(locate(source_, {(dir_ / "one").string(), (dir_ / "two").string()}).folder, dir_ / "one/locations");
}

TEST_F(Locate, SaysWhereItLookedAndWhatToDo) {
  const std::string message = message_of([&] { locate(source_, {(dir_ / "one").string()}); });
  EXPECT_THAT(message, HasSubstr("dataset places: not found; "));
  EXPECT_THAT(message, HasSubstr("--data places=FOLDER"));
  EXPECT_THAT(message, HasSubstr("Looked for bangkok in:\n  " + (dir_ / "one/locations").string()));
  EXPECT_THAT(message, HasSubstr("\n  " + (dir_ / "share/datasets/locations").string()));
}

TEST_F(Locate, NamesThePackageAndTheScriptOfAShippedDataset) {
  source_.name = "fashion_mnist";
  source_.folder.clear();
  source_.format = Format::kIdx;
  const std::string message = message_of([&] { locate(source_, {}); });
  EXPECT_THAT(message, HasSubstr("install it with apt-get install dataset-fashion-mnist, "));
  EXPECT_THAT(message, HasSubstr("fetch it with data/fetch.sh fashion_mnist, "));
  EXPECT_THAT(message, HasSubstr((dir_ / "share/datasets/fashion-mnist").string()));
}

TEST_F(Locate, LooksForNothingForSyntheticData) {
  source_.format = Format::kSyntheticRows;
  EXPECT_EQ(locate(source_, {}).folder, "");
}

TEST_F(Locate, TurnsStatedFoldersIntoHints) {
  DatasetSource bare;
  bare.name = "bare";
  EXPECT_EQ(folder_hints({source_, bare}), (std::vector<std::string>{"places=locations"}));
}

}  // namespace
}  // namespace exitaudit::ingest::test
