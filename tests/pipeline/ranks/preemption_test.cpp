#include "pipeline/ranks/preemption.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>

namespace exitaudit {
namespace {

/// Sets environment variables for the length of a test.
class Environment : public testing::Test {
 protected:
  ~Environment() override {
    for (const auto& [name, before] : before_) {
      if (before) {
        ::setenv(name.c_str(), before->c_str(), 1);
      } else {
        ::unsetenv(name.c_str());
      }
    }
  }
  void set(const std::string& name, const std::string& value) {
    const char* before = std::getenv(name.c_str());
    before_.try_emplace(name, before == nullptr ? std::nullopt : std::optional<std::string>(before));
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  static bool child_gets(const std::string& name) {
    const std::vector<std::string> environment = child_environment_without_mpi();
    return std::any_of(environment.begin(), environment.end(),
                       [&](const auto& entry) { return entry.starts_with(name + "="); });
  }

 private:
  std::map<std::string, std::optional<std::string>> before_;
};

using ChildEnvironment = Environment;
using SlurmDeadline = Environment;

TEST(StopSignals, SetAFlagAndNothingElse) {
  install_stop_signals();
  for (const int signal : {SIGUSR2, SIGTERM, SIGINT}) {
    forget_stop();
    EXPECT_FALSE(stop_requested());
    EXPECT_FALSE(stop_is_urgent());
    std::raise(signal);
    EXPECT_TRUE(stop_requested()) << signal;
    EXPECT_EQ(stop_is_urgent(), signal != SIGUSR2) << signal;
  }
  forget_stop();
  request_stop();
  EXPECT_TRUE(stop_requested());
  forget_stop();
}

TEST(StopSignals, EndTheProcessAtTheSecondInterrupt) {
  const auto interrupt_twice = [] {
    install_stop_signals();
    std::raise(SIGINT);
    std::raise(SIGINT);
  };
  EXPECT_EXIT(interrupt_twice(), testing::ExitedWithCode(130), "");
}

TEST_F(ChildEnvironment, HasNothingOfTheLaunchItComesFrom) {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "OMPI_UNIVERSE_SIZE", "OMPI_MCA_orte_hnp_uri",
                           "OMPI_MCA_ess_base_vpid", "OMPI_MCA_rmaps_base_mapping_policy", "OMPI_MCA_pmix", "PMIX_RANK",
                           "PMI_RANK", "PRTE_LAUNCHED", "SLURM_NODELIST"}) {
    set(name, "1");
    EXPECT_FALSE(child_gets(name)) << name;
  }
}

TEST_F(ChildEnvironment, KeepsWhatTheUserSaysAboutEveryLaunch) {
  for (const char* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_btl", "OMPI_MCA_pml",
                           "OMPI_MCA_mca_base_component_path", "OMPI_MCA_btl_tcp_if_include", "OPAL_PREFIX",
                           "CUDA_VISIBLE_DEVICES", "EXITAUDIT_TEST_VARIABLE"}) {
    set(name, "1");
    EXPECT_TRUE(child_gets(name)) << name;
  }
}

TEST(Deadline, PassesAMarginBeforeTheEnd) {
  ManualClock clock(1000);
  const Deadline deadline(1600, 120);
  EXPECT_FALSE(deadline.passed(clock));
  EXPECT_DOUBLE_EQ(deadline.seconds_to_end(clock).value(), 600);
  clock.tick(479);
  EXPECT_FALSE(deadline.passed(clock));
  clock.tick(1);
  EXPECT_TRUE(deadline.passed(clock));
  clock.tick(1000);
  EXPECT_EQ(deadline.seconds_to_end(clock).value(), 0);
}

TEST(Deadline, NeverPassesWhereThereIsNone) {
  const ManualClock clock(1e12);
  EXPECT_FALSE(Deadline().passed(clock));
  EXPECT_FALSE(Deadline().seconds_to_end(clock));
}

TEST_F(SlurmDeadline, IsTheEndOfTheJob) {
  set("SLURM_JOB_END_TIME", "1700000600");
  const ManualClock clock(1.7e9);
  EXPECT_DOUBLE_EQ(Deadline::from_slurm(60).seconds_to_end(clock).value(), 600);
}

TEST_F(SlurmDeadline, IsNeverWhereTheVariableIsNoTime) {
  const ManualClock clock(1e12);
  for (const char* text : {"", "soon", "1700000600 or so", "-5", "nan", "inf", "0"}) {
    set("SLURM_JOB_END_TIME", text);
    EXPECT_FALSE(Deadline::from_slurm(60).passed(clock)) << text;
    EXPECT_FALSE(Deadline::from_slurm(60).seconds_to_end(clock)) << text;
  }
}

}  // namespace
}  // namespace exitaudit
