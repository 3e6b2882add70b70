#pragma once
// A noun on disk for the time of one test, and what check() says of one.

#include <string>

#include "pipeline/artifact/reader.h"
#include "pipeline/artifact/writer.h"
#include "tests/support/small_artifact.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::schema {

class Stored {
 public:
  template <class Noun>
  explicit Stored(const Noun& noun) {
    ArtifactWriter writer(folder_ / "a.h5", test::small_header());
    write(writer, noun);
    writer.commit();
  }
  ArtifactReader open() const { return ArtifactReader::open(folder_ / "a.h5"); }

 private:
  test::TempDir folder_;
};

template <class Noun>
std::string complaint(const Noun& noun) {
  return test::message_of([&] { check(noun); });
}

}  // namespace exitaudit::schema
