#include "stages/ingest/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/config/config_slice.h"
#include "tests/support/raw_files.h"

namespace exitaudit::ingest::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<DatasetSource> shipped() {
  return read_manifest(EXITAUDIT_SOURCE_DIR "/data/manifest.yaml");
}

DatasetSource entry(const std::string& name) {
  for (const DatasetSource& source : shipped()) {
    if (source.name == name) return source;
  }
  ADD_FAILURE() << name << " is not in the manifest";
  return {};
}

TEST(Manifest, NamesThePapersDatasetsAndTheDefault) {
  for (const char* name :
       {"cifar10", "cifar100", "tiny_imagenet", "purchases", "texas", "locations", "fashion_mnist"}) {
    EXPECT_EQ(entry(name).name, name);
  }
}

TEST(Manifest, HasTheNormalisationOfTheSpecification) {
  EXPECT_EQ(entry("cifar10").mean, (std::vector<double>{.485, .456, .406}));
  EXPECT_EQ(entry("cifar100").deviation, (std::vector<double>{.267, .256, .276}));
  EXPECT_EQ(entry("tiny_imagenet").mean, (std::vector<double>{.4802, .4481, .3975}));
  EXPECT_EQ(entry("fashion_mnist").deviation, (std::vector<double>{.3530, .3530, .3530}));
  EXPECT_TRUE(entry("locations").mean.empty());
}

TEST(Manifest, StatesClassesAndLicencesOfAllRealData) {
  for (const DatasetSource& source : shipped()) {
    EXPECT_GT(source.classes, 0) << source.name;
    EXPECT_TRUE(is_synthetic(source.format) || !source.licence.empty()) << source.name;
    EXPECT_FALSE(std::filesystem::path(source.folder).is_absolute()) << source.name;
  }
}

TEST(IngestJob, HoldsWhatChangesTheResultAndNothingElse) {
  const DatasetSource source = entry("fashion_mnist");
  const std::string text = make_slice(IngestJob{source}).text();
  EXPECT_THAT(text, HasSubstr("b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"));
  EXPECT_THAT(text, HasSubstr("fashion_mnist"));
  for (const std::string& other : {source.folder + "\"", source.licence, source.url, source.note, source.package}) {
    EXPECT_THAT(text, Not(HasSubstr(other)));
  }
  DatasetSource moved = source;
  moved.folder = "/somewhere/else";
  moved.licence = moved.url = moved.note = moved.package = "x";
  EXPECT_EQ(make_slice(IngestJob{moved}), make_slice(IngestJob{source}));
  DatasetSource changed = source;
  changed.files[2].sha256[0] = '0';
  EXPECT_NE(make_slice(IngestJob{changed}), make_slice(IngestJob{source}));
}

TEST(IngestJob, ComesBackFromItsSlice) {
  for (const DatasetSource& source : shipped()) {
    const ConfigSlice slice = make_slice(IngestJob{source});
    EXPECT_EQ(make_slice(read_slice<IngestJob>(slice)), slice) << source.name;
  }
}

}  // namespace
}  // namespace exitaudit::ingest::test
