#include "tests/support/small_artifact.h"

#include <fmt/format.h>

#include <fstream>
#include <numeric>
#include <sstream>

#include "pipeline/base/hash.h"

namespace exitaudit::test {
namespace fs = std::filesystem;

ArtifactHeader small_header(const std::string& noun) {
  return {.noun = noun,
          .job = "train/toy/fcn18_1/exits2/target/seed1",
          .fingerprint = sha256_hex("small"),
          .stage = "train",
          .stage_version = 3,
          .config = "epochs: 2\nlearning_rate: 0.1\n",
          .inputs = {{"dataset", "ingest/toy", sha256_hex("a"), sha256_hex("b")}},
          .environment = {{"precision", "float32"}, {"threads", "1"}}};
}

void fill(ArtifactWriter& out) {
  out.write_attribute("exits", std::int64_t{2});
  out.write_attribute("tau", 0.95);
  out.write_attribute("name", "Tōkyō");
  std::vector<std::int64_t> many(300'000);
  std::iota(many.begin(), many.end(), -5);
  out.write("many", many, {100'000, 3});
  out.write("deep/er/bytes", std::vector<std::uint8_t>{0, 127, 255});
  out.write("deep/labels", std::vector<std::int32_t>{-1, 0, 1, 2}, {2, 2});
  out.write("deep/floats", std::vector<float>{0.1F, -0.0F, 1e-45F});
  out.write("doubles", std::vector<double>{0.1, 1e300});
  out.write("scalar", std::vector<float>{7}, {});
  out.write("empty", std::vector<double>{}, {0, 5});
  out.write("pixels", std::vector<std::uint8_t>(2 * 3 * 4, 9), {2, 3, 4});
  out.write_flags("flags", std::vector<std::uint8_t>{1, 0, 1});
  out.write_texts("texts", {"", "müde", "plain"});
  out.write_texts("no_texts", {});
  for (int i = 0; i < 60; ++i) out.write(fmt::format("parameters/{}.weight", i), std::vector<float>(17, 0.5F));
}

std::string write_small_artifact(const fs::path& path, const std::string& noun) {
  ArtifactWriter writer(path, small_header(noun));
  fill(writer);
  return writer.commit();
}

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void set_bytes(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

}  // namespace exitaudit::test
