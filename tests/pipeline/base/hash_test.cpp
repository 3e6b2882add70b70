#include "pipeline/base/hash.h"

#include <gtest/gtest.h>

#include "pipeline/base/files.h"
#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

// FIPS 180-2, appendix B, and the empty message.
constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256_hex("abc"), kOfAbc);
  EXPECT_EQ(sha256_hex(""), kOfNothing);
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, MayBeFedInPieces) {
  EXPECT_EQ(Sha256().update("a").update("").update("bc").hex(), kOfAbc);
  const std::string bytes = "abc";
  EXPECT_EQ(Sha256().update(std::as_bytes(std::span(bytes.data(), bytes.size()))).hex(), kOfAbc);
}

TEST(Sha256, TellsFieldsApart) {
  EXPECT_NE(Sha256().field("ab").field("c").hex(), Sha256().field("a").field("bc").hex());
  EXPECT_EQ(Sha256().field("ab").hex(), sha256_hex("2:ab"));
}

TEST(Sha256, HashesFilesFromAnOffset) {
  const test::TempDir temp;
  replace_file(temp / "x", "headabc");
  EXPECT_EQ(sha256_file(temp / "x", 4), kOfAbc);
  EXPECT_EQ(sha256_file(temp / "x"), sha256_hex("headabc"));
  EXPECT_EQ(sha256_file(temp / "x", 100), kOfNothing);
  EXPECT_NE(test::message_of([&] { sha256_file(temp / "none"); }).find("none"), std::string::npos);
}

TEST(Sha256, HashesFilesLargerThanItsBuffer) {
  const test::TempDir temp;
  const std::string content((std::size_t{1} << 20) + 12345, 'x');
  replace_file(temp / "x", content);
  EXPECT_EQ(sha256_file(temp / "x"), sha256_hex(content));
}

}  // namespace
}  // namespace exitaudit
