// No byte of an artifact changes unnoticed.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/seal.h"
#include "pipeline/base/hash.h"
#include "tests/support/small_artifact.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

/// What opening says: its kind, or nothing where all is well.
std::optional<ErrorKind> kind_of_opening(const std::filesystem::path& path) {
  try {
    ArtifactReader::open(path);
  } catch (const Error& error) {
    return error.kind();
  }
  return std::nullopt;
}

class Damage : public testing::Test {
 protected:
  Damage() {
    ArtifactWriter writer(path_, test::small_header());
    writer.write("values", std::vector<double>(500, 1.5));
    writer.commit();
    bytes_ = test::bytes_of(path_);
  }

  void expect_corrupt(const std::string& bytes, const std::string& what) {
    test::set_bytes(path_, bytes);
    EXPECT_EQ(kind_of_opening(path_), ErrorKind::kCorruptArtifact) << what;
    EXPECT_THROW(verify_content(path_), Error) << what;
  }

  void expect_corrupt_when_opened(std::size_t at) {
    EXPECT_EQ(kind_of_opening(path_), ErrorKind::kCorruptArtifact) << "byte " << at;
  }

  void flip(std::size_t at, int mask) {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ mask));
  }

  Seal seal_of_the_undamaged() {
    test::set_bytes(path_, bytes_);
    return read_seal(path_);
  }

  test::TempDir folder_;
  std::filesystem::path path_ = folder_ / "weights.h5";
  std::string bytes_;
};

TEST_F(Damage, IsAbsentFromWhatWasWritten) {
  EXPECT_EQ(kind_of_opening(path_), std::nullopt);
  verify_content(path_);
}

TEST_F(Damage, OfAnyByteIsFound) {
  // 2 keeps many hexadecimal digits such ('a' becomes 'c') and makes format 1 format 3.
  for (std::size_t at = 0; at < bytes_.size(); at += at < 1024 ? 1 : 61) {
    flip(at, 2);
    EXPECT_THROW(verify_content(path_), Error) << "byte " << at;
    if (at % 40 < 2) expect_corrupt_when_opened(at);
    flip(at, 2);
  }
  flip(bytes_.size() - 1, 0x80);
  EXPECT_EQ(kind_of_opening(path_), ErrorKind::kCorruptArtifact);
}

TEST_F(Damage, OfTheFormatNumberIsNotTakenForANewerFormat) {
  flip(bytes_.find('1'), 2);
  EXPECT_EQ(test::message_of([&] { read_seal(path_); }),
            path_.string() + ": its seal (the first 1,024 bytes) is damaged; run again to rebuild it");
}

TEST_F(Damage, OfTheLengthIsFound) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{1023}, std::size_t{1024}, bytes_.size() - 1}) {
    expect_corrupt(bytes_.substr(0, size), fmt::format("cut to {}", size));
  }
  expect_corrupt(bytes_ + '\0', "a byte more");
  expect_corrupt(std::string(bytes_.size(), '\0'), "all zero");
}

TEST_F(Damage, SaysWhatToDo) {
  std::string damaged = bytes_;
  damaged[3000] = static_cast<char>(damaged[3000] ^ 1);
  test::set_bytes(path_, damaged);
  EXPECT_EQ(test::message_of([&] { verify_content(path_); }),
            path_.string() + ": is damaged: its bytes are not those that were written; run again to rebuild it");
  test::set_bytes(path_, "index,label\n" + bytes_);
  EXPECT_EQ(test::message_of([&] { read_seal(path_); }),
            path_.string() + ": is not an artifact of exitaudit, or was never completed; run again to rebuild it");
  test::set_bytes(path_, bytes_.substr(0, 100));
  EXPECT_EQ(test::message_of([&] { read_seal(path_); }),
            path_.string() + ": is cut off after 100 bytes; run again to rebuild it");
}

TEST_F(Damage, IsTheWordForASealAndAttributesThatDisagree) {
  Seal seal = read_seal(path_);
  seal.fingerprint = sha256_hex("other work");
  test::set_bytes(path_, render_seal(seal) + bytes_.substr(1024));
  EXPECT_EQ(kind_of_opening(path_), ErrorKind::kCorruptArtifact);
  seal = seal_of_the_undamaged();
  seal.noun = "thresholds";
  test::set_bytes(path_, render_seal(seal) + bytes_.substr(1024));
  EXPECT_EQ(kind_of_opening(path_), ErrorKind::kCorruptArtifact);
}

TEST_F(Damage, IsNotTheWordForANewerFormat) {
  std::string lines = bytes_.substr(0, bytes_.find("\nseal ") + 1);
  lines.replace(0, lines.find('\n'), "exitaudit artifact 2");
  std::string seal = fmt::format("{}seal {}\n", lines, sha256_hex(lines));
  seal.resize(1024, '\0');
  test::set_bytes(path_, seal + bytes_.substr(1024));
  EXPECT_EQ(kind_of_opening(path_), ErrorKind::kFailure);
  EXPECT_EQ(test::message_of([&] { ArtifactReader::open(path_); }),
            path_.string() + ": artifact format 2 is newer than this program's 1; update exitaudit");
}

TEST_F(Damage, OfTheHdf5PartUnderATrueSealIsOneSentence) {
  std::string body = bytes_.substr(1024);
  for (char& byte : body) byte = 'x';
  Seal seal = read_seal(path_);
  seal.content = sha256_hex(body);
  test::set_bytes(path_, render_seal(seal) + body);
  const std::string message = test::message_of([&] { ArtifactReader::open(path_); });
  EXPECT_EQ(message.find(path_.string() + " cannot be read: "), 0U) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(MissingArtifact, IsNamed) {
  const test::TempDir folder;
  EXPECT_EQ(test::message_of([&] { ArtifactReader::open(folder / "none.h5"); }),
            "cannot read " + (folder / "none.h5").string() + ": No such file or directory");
}

}  // namespace
}  // namespace exitaudit
