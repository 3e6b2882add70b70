// Golden vectors: RFC 5869, appendix A.1 to A.3, and those of specification 7 for the paper's own secret.

#include "stages/guard_time/hkdf.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "stages/guard_time/content_hash.h"
#include "tests/stages/guard_time/bytes.h"

namespace exitaudit::guard_time {
namespace {

TEST(Hkdf, AgreesWithTheFirstCaseOfItsStandard) {
  const Key key = hkdf_extract(count_up(0x00, 0x0c), Bytes(22, std::byte{0x0b}));
  EXPECT_EQ(hex(key), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(hex(hkdf_expand(key, count_up(0xf0, 0xf9), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Hkdf, AgreesWithTheCaseOfLongInputs) {
  const Key key = hkdf_extract(count_up(0x60, 0xaf), count_up(0x00, 0x4f));
  EXPECT_EQ(hex(key), "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244");
  EXPECT_EQ(
      hex(hkdf_expand(key, count_up(0xb0, 0xff), 82)),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f"
      "09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

TEST(Hkdf, AgreesWithTheCaseWithoutSaltAndInfo) {
  const Key key = hkdf_extract({}, Bytes(22, std::byte{0x0b}));
  EXPECT_EQ(hex(key), "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  EXPECT_EQ(hex(hkdf_expand(key, {}, 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, GivesThePapersSeeds) {
  const Key key = hkdf_extract(Bytes(512, std::byte{111}), bytes_of("asecretseed"));
  EXPECT_EQ(hex(key), "27968c61fca56d53680af1ff23883f062175ba659e6e2f3f31b3c99e2316b719");
  const auto seed = [&](const std::string& info, std::size_t length) {
    return hex(hkdf_expand(key, bytes_of(info), length));
  };
  EXPECT_EQ(seed("ffffc3c3c3ffffff", 8), "197991971ca1eb6c");
  EXPECT_EQ(seed("0000000000000000", 8), "8dfee1690cfb981a");
  EXPECT_EQ(seed(sha512_hex("1010"), 8), "a7acf598afcd9bbf");
  // One byte, as the released code takes it: 25, 141 and 167.
  EXPECT_EQ(hkdf_expand(key, bytes_of("ffffc3c3c3ffffff"), 1), (Bytes{std::byte{25}}));
  EXPECT_EQ(hkdf_expand(key, bytes_of("0000000000000000"), 1), (Bytes{std::byte{141}}));
  EXPECT_EQ(hkdf_expand(key, bytes_of(sha512_hex("1010")), 1), (Bytes{std::byte{167}}));
}

TEST(Hkdf, EndsWhereItsStandardDoes) {
  const Key key{};
  EXPECT_TRUE(hkdf_expand(key, {}, 0).empty());
  EXPECT_EQ(hkdf_expand(key, {}, 8160).size(), 8160U);
  EXPECT_THROW(hkdf_expand(key, {}, 8161), std::invalid_argument);
}

}  // namespace
}  // namespace exitaudit::guard_time
