// What was written comes back: types, shapes, texts, attributes, header.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/seal.h"
#include "pipeline/artifact/writer.h"
#include "pipeline/base/hash.h"
#include "tests/support/small_artifact.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using Shape = std::vector<std::int64_t>;

/// One artifact for all tests here, which only read it.
class RoundTrip : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<test::TempDir>();
    path_ = *folder_ / "weights.h5";
    content_ = test::write_small_artifact(path_);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static inline std::unique_ptr<test::TempDir> folder_;
  static inline std::filesystem::path path_;
  static inline std::string content_;
  ArtifactReader reader_ = ArtifactReader::open(path_, "weights");
};

TEST_F(RoundTrip, KeepsTheHeader) {
  const ArtifactHeader expected = test::small_header();
  const ArtifactHeader& header = reader_.header();
  EXPECT_EQ(header.noun, expected.noun);
  EXPECT_EQ(header.job, expected.job);
  EXPECT_EQ(header.fingerprint, expected.fingerprint);
  EXPECT_EQ(header.stage, expected.stage);
  EXPECT_EQ(header.stage_version, 3);
  EXPECT_EQ(header.config, expected.config);
  EXPECT_EQ(header.environment, expected.environment);
  ASSERT_EQ(header.inputs.size(), 1U);
  EXPECT_EQ(header.inputs[0].name, "dataset");
  EXPECT_EQ(header.inputs[0].job, "ingest/toy");
  EXPECT_EQ(header.inputs[0].fingerprint, sha256_hex("a"));
  EXPECT_EQ(header.inputs[0].content, sha256_hex("b"));
  EXPECT_EQ(reader_.content(), content_);
  EXPECT_EQ(reader_.text_attribute("positive"), "member");
}

TEST_F(RoundTrip, KeepsValuesOfEveryType) {
  EXPECT_EQ(reader_.read<std::uint8_t>("deep/er/bytes"), (std::vector<std::uint8_t>{0, 127, 255}));
  EXPECT_EQ(reader_.read<std::int32_t>("deep/labels"), (std::vector<std::int32_t>{-1, 0, 1, 2}));
  const auto floats = reader_.read<float>("deep/floats");
  EXPECT_EQ(floats, (std::vector<float>{0.1F, -0.0F, 1e-45F}));
  EXPECT_TRUE(std::signbit(floats[1]));
  EXPECT_EQ(reader_.read<double>("doubles"), (std::vector<double>{0.1, 1e300}));
  EXPECT_EQ(reader_.read<std::uint8_t>("flags"), (std::vector<std::uint8_t>{1, 0, 1}));
  EXPECT_EQ(reader_.read_texts("texts"), (std::vector<std::string>{"", "müde", "plain"}));
  const auto many = reader_.read<std::int64_t>("many");
  ASSERT_EQ(many.size(), 300'000U);
  for (std::size_t i = 0; i < many.size(); ++i) ASSERT_EQ(many[i], static_cast<std::int64_t>(i) - 5);
}

TEST_F(RoundTrip, KeepsShapes) {
  EXPECT_EQ(reader_.shape("many"), (Shape{100'000, 3}));
  EXPECT_EQ(reader_.shape("scalar"), Shape{});
  EXPECT_EQ(reader_.read<float>("scalar"), std::vector<float>{7});
  EXPECT_EQ(reader_.shape("empty"), (Shape{0, 5}));
  EXPECT_TRUE(reader_.read<double>("empty").empty());
  EXPECT_TRUE(reader_.read_texts("no_texts").empty());
}

TEST_F(RoundTrip, KeepsAttributes) {
  EXPECT_EQ(reader_.integer_attribute("exits"), 2);
  EXPECT_EQ(reader_.real_attribute("tau"), 0.95);
  EXPECT_EQ(reader_.text_attribute("name"), "Tōkyō");
  EXPECT_TRUE(reader_.has_attribute("tau"));
  EXPECT_FALSE(reader_.has_attribute("sigma"));
}

TEST_F(RoundTrip, NamesEveryDatasetInOrder) {
  const auto names = reader_.names();
  EXPECT_EQ(names.size(), 71U);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_TRUE(reader_.has("deep/er/bytes"));
  EXPECT_FALSE(reader_.has("deep/er"));
}

TEST_F(RoundTrip, ReadsRowsAcrossChunks) {
  const auto rows = reader_.read_rows<std::int64_t>("many", 43'000, 2'000);
  ASSERT_EQ(rows.size(), 6'000U);
  EXPECT_EQ(rows.front(), 43'000 * 3 - 5);
  EXPECT_EQ(rows.back(), 45'000 * 3 - 1 - 5);
  EXPECT_TRUE(reader_.read_rows<std::int64_t>("many", 100'000, 0).empty());
}

TEST_F(RoundTrip, RefusesRowsThatAreNotThere) {
  const std::string message = test::message_of([&] { reader_.read_rows<std::int64_t>("many", 99'999, 2); });
  EXPECT_NE(message.find("dataset \"many\" has 100000 rows; 2 from 99999 on were asked for"), std::string::npos);
  EXPECT_THROW(reader_.read_rows<std::int64_t>("many", -1, 1), Error);
  EXPECT_THROW(reader_.read_rows<float>("scalar", 0, 1), Error);
}

TEST_F(RoundTrip, TellsWhatIsThereWhereADatasetIsMissing) {
  const std::string message = test::message_of([&] { reader_.read<float>("weight"); });
  EXPECT_NE(message.find(path_.string() + ": has no dataset \"weight\"; it has deep/er/bytes, deep/floats"),
            std::string::npos)
      << message;
}

TEST_F(RoundTrip, RefusesAnotherType) {
  EXPECT_EQ(test::message_of([&] { reader_.read<float>("doubles"); }),
            path_.string() + ": dataset \"doubles\" holds double, not float");
  EXPECT_EQ(test::message_of([&] { reader_.read_texts("doubles"); }),
            path_.string() + ": dataset \"doubles\" holds double, not texts");
  EXPECT_EQ(test::message_of([&] { reader_.real_attribute("exits"); }),
            path_.string() + ": has no attribute \"exits\" of the type that is asked for");
}

TEST_F(RoundTrip, RefusesAnotherNoun) {
  EXPECT_EQ(test::message_of([&] { ArtifactReader::open(path_, "thresholds"); }),
            path_.string() + ": holds weights, where thresholds is expected");
}

TEST_F(RoundTrip, SealsWhatTheHeaderSays) {
  const Seal seal = read_seal(path_);
  EXPECT_EQ(seal, (Seal{"weights", sha256_hex("small"), content_, made_from_digest({sha256_hex("b")})}));
  EXPECT_EQ(seal.content, sha256_hex(test::bytes_of(path_).substr(1024)));
}

/// An independent reader: h5py, where this machine has it.
TEST_F(RoundTrip, OpensInH5py) {
  const std::string python = "/usr/bin/python3";
  if (std::system((python + " -c 'import h5py' 2>/dev/null").c_str()) != 0) GTEST_SKIP() << "h5py is not installed";
  const std::string program = R"(
import h5py, sys
f = h5py.File(sys.argv[1], "r")
assert f.userblock_size == 1024
assert f.attrs["job"] == "train/toy/fcn18_1/exits2/target/seed1" and f.attrs["name"] == "T\u014dky\u014d"
assert f.attrs["format"] == 1 and f.attrs["tau"] == 0.95 and f.attrs["positive"] == "member"
assert f.attrs["environment"] == "precision=float32\nthreads=1\n"
assert f["many"].shape == (100000, 3) and f["many"][99999, 2] == 299994 and f["many"].fletcher32 and f["many"].shuffle
assert f["pixels"].fletcher32 and f["pixels"].compression is None and f["deep/floats"].compression is None
assert f["many"].chunks[0] * 24 <= 1 << 20
assert f["flags"].dtype == bool and list(f["flags"]) == [True, False, True]
assert list(f["texts"].asstr()) == ["", "m\u00fcde", "plain"]
assert f["scalar"][()] == 7 and f["empty"].shape == (0, 5) and len(f["parameters"]) == 60
)";
  test::set_bytes(*folder_ / "read.py", program);
  EXPECT_EQ(std::system((python + " " + (*folder_ / "read.py").string() + " " + path_.string()).c_str()), 0);
}

}  // namespace
}  // namespace exitaudit
