#include "pipeline/ranks/topology.h"

#include <gtest/gtest.h>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

TEST(VisibleGpus, AreAllThatArePresentWhereNothingIsSet) {
  EXPECT_EQ(visible_gpus(std::nullopt, 8), 8);
  EXPECT_EQ(visible_gpus(std::nullopt, 0), 0);
}

TEST(VisibleGpus, AreTheEntriesOfTheVariable) {
  EXPECT_EQ(visible_gpus("0", 8), 1);
  EXPECT_EQ(visible_gpus("2,3", 8), 2);
  EXPECT_EQ(visible_gpus(" 2, 3 ", 8), 2);
  EXPECT_EQ(visible_gpus("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6,MIG-1", 8), 2);
  EXPECT_EQ(visible_gpus("0,1", 0), 0);
}

TEST(VisibleGpus, EndAtTheFirstThatDoesNotExist) {
  EXPECT_EQ(visible_gpus("", 8), 0);
  EXPECT_EQ(visible_gpus("-1", 8), 0);
  EXPECT_EQ(visible_gpus("0,-1,1", 8), 1);
  EXPECT_EQ(visible_gpus("1,8,2", 8), 1);
  EXPECT_EQ(visible_gpus("0,", 8), 1);
  EXPECT_EQ(visible_gpus("0x1", 8), 0);
  EXPECT_EQ(visible_gpus("99999999999999999999", 8), 0);
}

TEST(DeviceOf, IsTheProcessorWhereThereIsNoGpu) {
  EXPECT_EQ(device_of({.rank = 3, .size = 4}, 0), "cpu");
}

TEST(DeviceOf, DealsTheGpusInTurn) {
  EXPECT_EQ(device_of({.rank = 0, .size = 4}, 2), "cuda:0");
  EXPECT_EQ(device_of({.rank = 1, .size = 4}, 2), "cuda:1");
  EXPECT_EQ(device_of({.rank = 2, .size = 4}, 2), "cuda:0");
  EXPECT_EQ(device_of({.rank = 3, .size = 4}, 1), "cuda:0");  // as srun --gpus-per-task=1 shows each its own
}

TEST(DeviceOf, RefusesAPlaceThatIsNone) {
  EXPECT_THROW(device_of({.rank = 4, .size = 4}, 2), Error);
}

}  // namespace
}  // namespace exitaudit
