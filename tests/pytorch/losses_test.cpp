// The same arithmetic as PyTorch: the golden losses come from a real run of PyTorch 2.11.0, which
// tests/pytorch/compare_losses.sh repeats (and rewrites with --write).

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/base/files.h"
#include "tests/pytorch/parity_run.h"

namespace exitaudit::test {
namespace {

constexpr double kTolerance = 1e-4;  // relative

const nlohmann::json& golden() {
  static const nlohmann::json file =
      nlohmann::json::parse(read_file(std::string(EXITAUDIT_SOURCE_DIR) + "/tests/golden/pytorch_losses.json"));
  return file;
}

class EveryFamily : public testing::TestWithParam<std::string_view> {};
INSTANTIATE_TEST_SUITE_P(Trainer, EveryFamily, testing::ValuesIn(networks::kFamilyNames),
                         [](const auto& family) { return std::string(family.param); });

TEST_P(EveryFamily, LosesInTwentyStepsWhatPyTorchLoses) {
  const auto place = std::find(networks::kFamilyNames.begin(), networks::kFamilyNames.end(), GetParam());
  const ParityRun run = run_parity(static_cast<networks::Family>(place - networks::kFamilyNames.begin()));
  const auto expected = golden().at("losses").at(std::string(GetParam())).get<std::vector<double>>();
  ASSERT_EQ(run.losses.size(), 20U);
  ASSERT_EQ(expected.size(), 20U);
  for (std::size_t step = 0; step < expected.size(); ++step) {
    EXPECT_LE(std::abs(run.losses[step] - expected[step]), kTolerance * expected[step])
        << "step " << step << ": " << run.losses[step] << " rather than " << expected[step];
  }
  EXPECT_NE(run.losses.front(), run.losses.back());
}

}  // namespace
}  // namespace exitaudit::test
