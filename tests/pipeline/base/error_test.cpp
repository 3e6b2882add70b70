#include "pipeline/base/error.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/support/temp_dir.h"

namespace exitaudit {
namespace {

using test::message_of;

TEST(Error, CarriesItsKindAndSentence) {
  const Error error(ErrorKind::kLeaseLost, "another launch took over");
  EXPECT_EQ(error.kind(), ErrorKind::kLeaseLost);
  EXPECT_STREQ(error.what(), "another launch took over");
  EXPECT_EQ(BadInput("x").kind(), ErrorKind::kBadInput);
}

TEST(Error, SaysWhatTheSystemSaid) {
  EXPECT_EQ(message_of([] {
              errno = ENOSPC;
              throw_errno("cannot write x.h5");
            }),
            "cannot write x.h5: No space left on device");
}

TEST(Require, NamesTheLineThatDoesNotHold) {
  EXPECT_EQ(message_of([] { require(true, "all is well"); }), "");
  const int line = __LINE__ + 1;
  EXPECT_EQ(message_of([] { require(false, "two is one"); }),
            "error_test.cpp:" + std::to_string(line) + ": two is one");
}

}  // namespace
}  // namespace exitaudit
