#include <gtest/gtest.h>

#include <set>
#include <string>

#include "jobs/stage_list.h"
#include "jobs/stage_table.h"

namespace exitaudit {
namespace {

TEST(StageTable, BindsExactlyTheAvailableStages) {
  std::set<std::string> listed;
  std::set<std::string> light;
  for (const StageInfo& stage : stage_list()) {
    if (!stage.available) continue;
    listed.insert(stage.name);
    if (!stage.torch) light.insert(stage.name);
  }
  std::set<std::string> bound;
  for (const auto& [name, ignored] : all_stages()) bound.insert(name);
  EXPECT_EQ(listed, bound);
  std::set<std::string> light_bound;
  for (const auto& [name, ignored] : light_stages()) light_bound.insert(name);
  EXPECT_EQ(light, light_bound);
}

}  // namespace
}  // namespace exitaudit
