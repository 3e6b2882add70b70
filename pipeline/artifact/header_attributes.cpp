#include "pipeline/artifact/header_attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "pipeline/artifact/seal.h"
#include "pipeline/base/error.h"

namespace exitaudit {
namespace {

constexpr const char* kNames[] = {"format",        "noun",   "job",      "fingerprint", "stage",
                                  "stage_version", "config", "positive", "environment", "inputs"};

void require_one_line(const std::string& text, const std::string& forbidden) {
  require(text.find_first_of(forbidden) == std::string::npos && text.find('\0') == std::string::npos,
          fmt::format("\"{}\" cannot stand in an artifact's header: it holds a tab, a line end, a NUL or a =", text));
}

std::string environment_text(const ArtifactHeader& header) {
  std::string text;
  for (const auto& [key, value] : header.environment) {
    require_one_line(key, "=\n");
    require_one_line(value, "\n");
    text += fmt::format("{}={}\n", key, value);
  }
  return text;
}

std::string inputs_text(const ArtifactHeader& header) {
  std::string text;
  for (const ArtifactInput& input : header.inputs) {
    for (const std::string& field : {input.name, input.job, input.fingerprint, input.content}) {
      require_one_line(field, "\t\n");
    }
    text += fmt::format("{}\t{}\t{}\t{}\n", input.name, input.job, input.fingerprint, input.content);
  }
  return text;
}

[[noreturn]] void throw_damaged(const std::filesystem::path& path, const std::string& attribute) {
  throw Error(ErrorKind::kCorruptArtifact,
              fmt::format("{}: its attribute \"{}\" is missing or not as FORMAT.md says; run again to rebuild it",
                          path.string(), attribute));
}

/// Header attributes by name, complaining of the file where one is not there.
struct Attributes {
  const H5Input& in;
  const std::filesystem::path& path;

  std::string text(const std::string& name) const {
    auto value = in.text_attribute(name);
    if (!value) throw_damaged(path, name);
    return *value;
  }
  std::int64_t integer(const std::string& name) const {
    const auto value = in.integer_attribute(name);
    if (!value) throw_damaged(path, name);
    return *value;
  }
};

std::map<std::string, std::string> parse_environment(const Attributes& attributes) {
  std::map<std::string, std::string> environment;
  std::istringstream lines(attributes.text("environment"));
  for (std::string line; std::getline(lines, line);) {
    const auto at = line.find('=');
    if (at == std::string::npos) throw_damaged(attributes.path, "environment");
    environment[line.substr(0, at)] = line.substr(at + 1);
  }
  return environment;
}

std::vector<ArtifactInput> parse_inputs(const Attributes& attributes) {
  std::vector<ArtifactInput> inputs;
  std::istringstream lines(attributes.text("inputs"));
  for (std::string line; std::getline(lines, line);) {
    if (std::count(line.begin(), line.end(), '\t') != 3) throw_damaged(attributes.path, "inputs");
    std::istringstream fields(line);
    ArtifactInput input;
    std::getline(fields, input.name, '\t');
    std::getline(fields, input.job, '\t');
    std::getline(fields, input.fingerprint, '\t');
    std::getline(fields, input.content, '\t');
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace

bool is_header_attribute(const std::string& name) {
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

void write_header(H5Output& out, const ArtifactHeader& header) {
  out.write_attribute("format", std::int64_t{kArtifactFormat});
  out.write_attribute("noun", header.noun);
  out.write_attribute("job", header.job);
  out.write_attribute("fingerprint", header.fingerprint);
  out.write_attribute("stage", header.stage);
  out.write_attribute("stage_version", std::int64_t{header.stage_version});
  out.write_attribute("config", header.config);
  out.write_attribute("positive", std::string("member"));
  out.write_attribute("environment", environment_text(header));
  out.write_attribute("inputs", inputs_text(header));
}

ArtifactHeader read_header(const H5Input& in, const std::filesystem::path& path) {
  const Attributes attributes{in, path};
  if (attributes.integer("format") != kArtifactFormat) throw_damaged(path, "format");
  ArtifactHeader header;
  header.noun = attributes.text("noun");
  header.job = attributes.text("job");
  header.fingerprint = attributes.text("fingerprint");
  header.stage = attributes.text("stage");
  header.stage_version = static_cast<int>(attributes.integer("stage_version"));
  header.config = attributes.text("config");
  header.environment = parse_environment(attributes);
  header.inputs = parse_inputs(attributes);
  return header;
}

std::string made_from(const ArtifactHeader& header) {
  std::vector<std::string> contents;
  for (const ArtifactInput& input : header.inputs) contents.push_back(input.content);
  return made_from_digest(contents);
}

}  // namespace exitaudit
