#include "pipeline/run/job_order.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {
using Json = nlohmann::json;

/// One line whatever the texts hold: bytes that are no UTF-8 are replaced rather than refused.
std::string one_line(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json input_to_json(const OrderInput& input) {
  return {{"name", input.name}, {"job", input.job}, {"path", input.path}, {"fingerprint", input.fingerprint}};
}

OrderInput input_from_json(const Json& json) {
  return {
      .name = json.at("name"), .job = json.at("job"), .path = json.at("path"), .fingerprint = json.at("fingerprint")};
}

JobOrder read_order(const Json& json) {
  JobOrder order;
  order.job = json.at("job");
  order.stage = json.at("stage");
  order.stage_version = json.at("stage_version");
  order.noun = json.at("noun");
  order.fingerprint = json.at("fingerprint");
  order.config = json.at("config");
  for (const Json& input : json.at("inputs")) order.inputs.push_back(input_from_json(input));
  order.output = json.at("output");
  order.log = json.at("log");
  order.lease = json.at("lease");
  order.launch = json.at("launch");
  order.checkpoints = json.at("checkpoints");
  order.checkpoint_every = json.at("checkpoint_every");
  order.device = json.at("device");
  order.ranks = json.at("ranks");
  order.devices = json.at("devices").get<std::vector<std::string>>();
  order.data_folders = json.at("data_folders").get<std::vector<std::string>>();
  return order;
}

JobResult read_result(const Json& json) {
  JobResult result;
  result.job = json.at("job");
  result.outcome = outcome_from_string(json.at("outcome").get<std::string>());
  result.message = json.at("message");
  result.content = json.at("content");
  result.bytes = json.at("bytes");
  result.seconds = json.at("seconds");
  result.peak_memory_mb = json.at("peak_memory_mb");
  result.notes = json.at("notes").get<std::map<std::string, std::string>>();
  result.corrupt_inputs = json.at("corrupt_inputs").get<std::vector<std::string>>();
  return result;
}

/// Parses `line` with `read`, and says which of the two messages was garbled.
template <class Read>
auto parse(const std::string& line, const char* what, Read read) {
  try {
    return read(Json::parse(line));
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kFailure, fmt::format("a job's {} cannot be understood: {}", what, error.what()));
  }
}

}  // namespace

std::string to_json(const JobOrder& order) {
  Json inputs = Json::array();
  for (const OrderInput& input : order.inputs) inputs.push_back(input_to_json(input));
  return one_line({{"job", order.job},
                   {"stage", order.stage},
                   {"stage_version", order.stage_version},
                   {"noun", order.noun},
                   {"fingerprint", order.fingerprint},
                   {"config", order.config},
                   {"inputs", std::move(inputs)},
                   {"output", order.output},
                   {"log", order.log},
                   {"lease", order.lease},
                   {"launch", order.launch},
                   {"checkpoints", order.checkpoints},
                   {"checkpoint_every", order.checkpoint_every},
                   {"device", order.device},
                   {"ranks", order.ranks},
                   {"devices", order.devices},
                   {"data_folders", order.data_folders}});
}

std::string to_json(const JobResult& result) {
  return one_line({{"job", result.job},
                   {"outcome", to_string(result.outcome)},
                   {"message", result.message},
                   {"content", result.content},
                   {"bytes", result.bytes},
                   {"seconds", result.seconds},
                   {"peak_memory_mb", result.peak_memory_mb},
                   {"notes", result.notes},
                   {"corrupt_inputs", result.corrupt_inputs}});
}

JobOrder job_order_from_json(const std::string& line) {
  return parse(line, "order", read_order);
}

JobResult job_result_from_json(const std::string& line) {
  return parse(line, "result", read_result);
}

}  // namespace exitaudit
