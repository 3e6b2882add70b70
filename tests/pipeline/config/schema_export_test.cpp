#include "pipeline/config/schema_export.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/pipeline/config/small_study.h"

namespace exitaudit {
namespace {

using nlohmann::json;

const json& schema() {
  static const json parsed = [] {
    test::SmallStudy scratch;
    return json::parse(write_json_schema("a study", [&](Fields& f) { describe(f, scratch); }));
  }();
  return parsed;
}

json property(const std::string& block, const std::string& name) {
  return schema().at("properties").at(block).at("properties").at(name);
}

TEST(JsonSchema, NamesItsDialectAndAllowsNoOtherKeys) {
  EXPECT_EQ(schema().at("$schema"), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_EQ(schema().at("title"), "a study");
  EXPECT_EQ(schema().at("type"), "object");
  EXPECT_EQ(schema().at("additionalProperties"), false);
  EXPECT_EQ(schema().at("properties").size(), 6U);
  EXPECT_EQ(schema().at("properties").at("train").at("additionalProperties"), false);
  EXPECT_EQ(schema().at("properties").at("train").at("description"), "how networks are trained");
}

TEST(JsonSchema, HoldsTypesRangesDefaultsAndHelp) {
  EXPECT_EQ(property("train", "epochs"), json::parse(R"({"type": "integer", "minimum": 1, "maximum": 100000,
      "description": "passes over the training part", "default": 100})"));
  EXPECT_EQ(property("train", "learning_rate"), json::parse(R"({"type": "number", "exclusiveMinimum": 0.0,
      "maximum": 10.0, "description": "step size", "default": 0.1})"));
  EXPECT_EQ(property("train", "clip"), json::parse(R"({"type": ["number", "null"], "minimum": 0.0,
      "description": "largest norm of a gradient; empty = no limit", "default": null})"));
  EXPECT_EQ(property("train", "optimizer"), json::parse(R"({"type": "string", "enum": ["sgd", "adam"],
      "description": "which optimizer", "default": "sgd"})"));
  EXPECT_EQ(property("train", "milestones"), json::parse(R"({"type": "array", "items": {"type": "integer",
      "minimum": 1}, "description": "epochs after which the rate falls", "default": [35, 60]})"));
  EXPECT_EQ(schema().at("properties").at("characterize").at("type"), "boolean");
  EXPECT_EQ(schema().at("properties").at("study").at("type"), "string");
}

TEST(JsonSchema, DescribesTheElementsOfEmptyLists) {
  const json& properties = schema().at("properties");
  const json& attack = properties.at("attacks").at("items");
  EXPECT_EQ(properties.at("attacks").at("type"), "array");
  EXPECT_EQ(attack.at("properties").at("kind").at("enum"), json({"score", "gradient", "none"}));
  EXPECT_EQ(attack.at("additionalProperties"), false);
}

TEST(JsonSchema, AllowsOneBlockWhereAListOfOneIsMeant) {
  const json& forms = schema().at("properties").at("axes").at("anyOf");
  ASSERT_EQ(forms.size(), 2U);
  EXPECT_EQ(forms[0].at("type"), "object");
  EXPECT_EQ(forms[1].at("items"), forms[0]);
  EXPECT_EQ(forms[0].at("properties").at("network").at("items").at("enum"), json({"vgg16", "fcn"}));
}

TEST(JsonSchema, DescribesMapsOfBlocks) {
  const json& datasets = schema().at("properties").at("datasets");
  EXPECT_EQ(datasets.at("type"), "object");
  EXPECT_EQ(datasets.at("additionalProperties").at("properties").at("classes").at("minimum"), 2);
  EXPECT_FALSE(datasets.at("additionalProperties").at("properties").contains("name"));
}

TEST(JsonSchema, LeavesTheScratchListsEmpty) {
  test::SmallStudy scratch;
  write_json_schema("a study", [&](Fields& f) { describe(f, scratch); });
  EXPECT_EQ(scratch, test::SmallStudy());
}

}  // namespace
}  // namespace exitaudit
