// tests/golden/guard/image_hashes.txt holds what PIL and imagehash say of 9 stored and 240 drawn images.

#include "stages/guard_time/content_hash.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace exitaudit::guard_time {
namespace {

struct Golden {
  std::string name;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
  std::string hash;
  std::vector<std::uint8_t> pixels;
};

/// draw() of make_goldens.py.
std::vector<std::uint8_t> draw(std::uint64_t seed, int smoothing, std::int64_t size) {
  std::vector<std::uint8_t> pixels;
  std::uint64_t state = seed;
  for (std::int64_t i = 0; i < size; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    pixels.push_back(static_cast<std::uint8_t>(state >> 56U));
  }
  for (int pass = 0; pass < smoothing; ++pass) {
    for (std::size_t i = 1; i < pixels.size(); ++i)
      pixels[i] = static_cast<std::uint8_t>((pixels[i] + pixels[i - 1]) / 2);
  }
  return pixels;
}

std::vector<std::uint8_t> from_hex(const std::string& text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

Golden golden_of(const std::string& line) {
  std::istringstream in(line);
  Golden golden;
  std::string kind;
  in >> kind >> golden.name;
  if (kind == "stored") {
    std::string pixels;
    in >> golden.height >> golden.width >> golden.channels >> golden.hash >> pixels;
    golden.pixels = from_hex(pixels);
  } else {
    int smoothing = 0;
    in >> smoothing >> golden.height >> golden.width >> golden.channels >> golden.hash;
    golden.pixels = draw(std::stoull(golden.name), smoothing, golden.height * golden.width * golden.channels);
  }
  return golden;
}

TEST(ImageHasher, AgreesWithPythonsImagehash) {
  std::ifstream file(EXITAUDIT_SOURCE_DIR "/tests/golden/guard/image_hashes.txt");
  std::string line;
  int checked = 0;
  while (std::getline(file, line)) {
    const Golden golden = golden_of(line);
    const ImageHasher hasher(golden.height, golden.width, golden.channels);
    EXPECT_EQ(hasher.hash(golden.pixels), golden.hash) << golden.name;
    ++checked;
  }
  EXPECT_EQ(checked, 249);
}

TEST(ImageHasher, SeesThreeEqualChannelsAsGrey) {
  const std::vector<std::uint8_t> grey = draw(5, 2, 28 * 28);
  std::vector<std::uint8_t> coloured;
  for (const std::uint8_t level : grey) coloured.insert(coloured.end(), 3, level);
  EXPECT_EQ(ImageHasher(28, 28, 3).hash(coloured), ImageHasher(28, 28, 1).hash(grey));
}

TEST(ImageHasher, RefusesWhatIsNoImage) {
  EXPECT_THROW(ImageHasher(0, 8, 1), std::invalid_argument);
  EXPECT_THROW(ImageHasher(8, 8, 2), std::invalid_argument);
  const std::vector<std::uint8_t> short_of_one(191);
  EXPECT_THROW(ImageHasher(8, 8, 3).hash(short_of_one), std::invalid_argument);
}

TEST(RowHash, IsTheSha512OfItsDigits) {
  EXPECT_EQ(sha512_hex("abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(sha512_hex("1010").substr(0, 16), "a543e8fcda2f0b31");
  EXPECT_EQ(row_hash(std::vector<std::uint8_t>{1, 0, 1, 0}), sha512_hex("1010"));
  EXPECT_EQ(row_hash(std::vector<std::uint8_t>{10, 2}), sha512_hex("102"));
  EXPECT_EQ(row_hash({}), sha512_hex(""));
}

}  // namespace
}  // namespace exitaudit::guard_time
