#include "pipeline/config/schema_export.h"

#include <nlohmann/json.hpp>

namespace exitaudit {
namespace {

using Json = nlohmann::ordered_json;

Json integer_schema(IntegerRange range) {
  const IntegerRange all;
  Json schema{{"type", "integer"}};
  if (range.low != all.low) schema["minimum"] = range.low;
  if (range.high != all.high) schema["maximum"] = range.high;
  return schema;
}

Json real_schema(RealRange range) {
  const RealRange all;
  Json schema{{"type", "number"}};
  if (range.low > all.low) schema[range.open_low ? "exclusiveMinimum" : "minimum"] = range.low;
  if (range.high < all.high) schema["maximum"] = range.high;
  return schema;
}

Json choice_schema(std::span<const std::string_view> names) {
  return {{"type", "string"}, {"enum", std::vector<std::string>(names.begin(), names.end())}};
}

Json list_schema(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

/// The schema of one block; each field adds a property.
class SchemaWriter final : public Fields {
 public:
  Json block_schema() const {
    return {{"type", "object"}, {"additionalProperties", false}, {"properties", properties_}};
  }

  void boolean(std::string_view name, bool& value, std::string_view help) override {
    add(name, {{"type", "boolean"}}, help, value);
  }
  void integer(std::string_view name, std::int64_t& value, IntegerRange range, std::string_view help) override {
    add(name, integer_schema(range), help, value);
  }
  void real(std::string_view name, double& value, RealRange range, std::string_view help) override {
    add(name, real_schema(range), help, value);
  }
  void optional_real(std::string_view name, std::optional<double>& value, RealRange range,
                     std::string_view help) override {
    Json schema = real_schema(range);
    schema["type"] = {"number", "null"};
    add(name, std::move(schema), help, value ? Json(*value) : Json(nullptr));
  }
  void text(std::string_view name, std::string& value, std::string_view help) override {
    add(name, {{"type", "string"}}, help, value);
  }
  void choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                    std::string_view help) override {
    add(name, choice_schema(names), help, names[static_cast<std::size_t>(index)]);
  }
  void integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange range,
                std::string_view help) override {
    add(name, list_schema(integer_schema(range)), help, values);
  }
  void reals(std::string_view name, std::vector<double>& values, RealRange range, std::string_view help) override {
    add(name, list_schema(real_schema(range)), help, values);
  }
  void texts(std::string_view name, std::vector<std::string>& values, std::string_view help) override {
    add(name, list_schema({{"type", "string"}}), help, values);
  }
  void choice_indices(std::string_view name, std::vector<int>& indices, std::span<const std::string_view> names,
                      std::string_view help) override {
    Json defaults = Json::array();
    for (const int index : indices) defaults.push_back(names[static_cast<std::size_t>(index)]);
    add(name, list_schema(choice_schema(names)), help, defaults);
  }

  void block(std::string_view name, const std::function<void(Fields&)>& visit, std::string_view help) override {
    SchemaWriter inner;
    visit(inner);
    add(name, inner.block_schema(), help);
  }

  void block_list(std::string_view name, ListForm form, const BlockList& list, std::string_view help) override {
    const Json element = element_schema(list);
    Json schema = list_schema(element);
    if (form == ListForm::kListOrBlock) schema = {{"anyOf", {element, schema}}};
    if (form == ListForm::kMap) {
      schema = {
          {"type", "object"}, {"propertyNames", {{"pattern", "^[A-Za-z0-9_.-]+$"}}}, {"additionalProperties", element}};
    }
    add(name, std::move(schema), help);
  }

 private:
  /// Of an empty list an element is made for the look at it.
  static Json element_schema(const BlockList& list) {
    if (list.size == 0) list.resize(1);
    SchemaWriter element;
    list.visit(0, element);
    if (list.size == 0) list.resize(0);
    return element.block_schema();
  }

  void add(std::string_view name, Json schema, std::string_view help) {
    schema["description"] = help;
    properties_[std::string(name)] = std::move(schema);
  }
  void add(std::string_view name, Json schema, std::string_view help, const Json& standard) {
    schema["default"] = standard;
    add(name, std::move(schema), help);
  }

  Json properties_ = Json::object();
};

}  // namespace

std::string write_json_schema(const std::string& title, const std::function<void(Fields&)>& visit) {
  SchemaWriter writer;
  visit(writer);
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(writer.block_schema());
  return schema.dump(2) + "\n";
}

}  // namespace exitaudit
