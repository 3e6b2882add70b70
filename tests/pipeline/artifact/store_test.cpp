#include "pipeline/artifact/store.h"

#include <gtest/gtest.h>

#include "pipeline/base/error.h"
#include "pipeline/base/hash.h"
#include "tests/support/small_artifact.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

namespace fs = std::filesystem;

TEST(Store, NamesAFileByNounAndFingerprint) {
  const Store store("runs/x/artifacts");
  EXPECT_EQ(store.path("weights", "3fa94c01be77" + std::string(52, '0')),
            fs::path("runs/x/artifacts/weights/weights-3fa94c01be77.h5"));
}

TEST(Store, FindsWhatWasCommitted) {
  const test::TempDir folder;
  const Store store(folder.path());
  const std::string fingerprint = test::small_header().fingerprint;
  EXPECT_EQ(store.find("weights", fingerprint), std::nullopt);
  const std::string content = test::write_small_artifact(store.path("weights", fingerprint));
  const auto seal = store.find("weights", fingerprint);
  ASSERT_TRUE(seal.has_value());
  EXPECT_EQ(seal->content, content);
  EXPECT_EQ(store.find("thresholds", fingerprint), std::nullopt);
}

TEST(Store, RefusesAnArtifactUnderAnothersName) {
  const test::TempDir folder;
  const Store store(folder.path());
  const std::string fingerprint = test::small_header().fingerprint;
  const std::string near = fingerprint.substr(0, 12) + std::string(52, '0');
  test::write_small_artifact(store.path("weights", fingerprint));
  const std::string message = test::message_of([&] { store.find("weights", near); });
  EXPECT_NE(message.find("it was renamed or copied here, run again to rebuild it"), std::string::npos) << message;
}

TEST(Store, ListsArtifactsAndPartialsAndNothingElse) {
  const test::TempDir folder;
  const Store store(folder / "artifacts");
  EXPECT_TRUE(store.list().empty());
  EXPECT_TRUE(store.list_partials().empty());
  const fs::path path = store.path("weights", test::small_header().fingerprint);
  test::write_small_artifact(path);
  const fs::path partial = path.string() + ".node1.77.0.partial";
  test::set_bytes(partial, "half");
  test::set_bytes(path.parent_path() / "notes.h5", "mine");
  test::set_bytes(path.parent_path() / "weights-3fa94c01be77.h5.bak", "mine");
  test::set_bytes(folder / "artifacts" / "weights-3fa94c01be77.h5", "in no noun's folder");
  EXPECT_EQ(store.list(), std::vector<fs::path>{path});
  EXPECT_EQ(store.list_partials(), std::vector<fs::path>{partial});
}

TEST(Store, RemovesOnce) {
  const test::TempDir folder;
  const Store store(folder.path());
  const fs::path path = store.path("weights", test::small_header().fingerprint);
  test::write_small_artifact(path);
  store.remove(path);
  store.remove(path);
  EXPECT_TRUE(store.list().empty());
}

TEST(MadeFromDigest, TellsOrderAndNumberApart) {
  const std::string a = sha256_hex("a");
  const std::string b = sha256_hex("b");
  EXPECT_NE(made_from_digest({a, b}), made_from_digest({b, a}));
  EXPECT_NE(made_from_digest({}), made_from_digest({""}));
  EXPECT_EQ(made_from_digest({}), sha256_hex(""));
  EXPECT_EQ(made_from_digest({a, b}), sha256_hex("64:" + a + "64:" + b));
}

}  // namespace
}  // namespace exitaudit
