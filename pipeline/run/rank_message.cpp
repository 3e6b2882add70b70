#include "pipeline/run/rank_message.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/base/error.h"

namespace exitaudit {
namespace {
using Json = nlohmann::json;

Json write(const Hello& m) {
  return {{"is", "hello"}, {"slots", m.slots}, {"host", m.host}, {"device", m.device}};
}
Json write(const JobAdvanced& m) {
  return {{"is", "advanced"}, {"job", m.job}, {"fraction", m.fraction}, {"what", m.what}};
}
Json write(const JobEnded& m) {
  return {{"is", "ended"}, {"job", m.job}, {"result", to_json(m.result)}, {"tail", m.tail}};
}
Json write(const StopWish& m) {
  return {{"is", "stop_wish"}, {"grace", m.grace}, {"time_limit", m.time_limit}};
}
Json write(const Alive&) {
  return {{"is", "alive"}};
}
Json write(const StartJob& m) {
  return {{"is", "start"},    {"job", m.job},       {"fingerprint", m.fingerprint},
          {"lease", m.lease}, {"launch", m.launch}, {"devices", m.devices}};
}
Json write(const StopJobs&) {
  return {{"is", "stop"}};
}
Json write(const KillJobs&) {
  return {{"is", "kill"}};
}
Json write(const Leave& m) {
  return {{"is", "leave"}, {"exit_code", m.exit_code}};
}

RankMessage read(const Json& json) {
  const std::string is = json.at("is");
  if (is == "hello") return Hello{json.at("slots"), json.at("host"), json.at("device")};
  if (is == "advanced") return JobAdvanced{json.at("job"), json.at("fraction"), json.at("what")};
  if (is == "ended") {
    return JobEnded{json.at("job"), job_result_from_json(json.at("result")),
                    json.at("tail").get<std::vector<std::string>>()};
  }
  if (is == "stop_wish") return StopWish{json.at("grace"), json.at("time_limit")};
  if (is == "alive") return Alive{};
  if (is == "start") {
    return StartJob{json.at("job"), json.at("fingerprint"), json.at("lease"), json.at("launch"),
                    json.at("devices").get<std::vector<std::string>>()};
  }
  if (is == "stop") return StopJobs{};
  if (is == "kill") return KillJobs{};
  if (is == "leave") return Leave{json.at("exit_code")};
  throw Error(ErrorKind::kFailure, fmt::format("a rank sent \"{}\", which is nothing that ranks say", is));
}

}  // namespace

std::string to_json(const RankMessage& message) {
  const Json json = std::visit([](const auto& each) { return write(each); }, message);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

RankMessage rank_message_from_json(const std::string& text) {
  try {
    return read(Json::parse(text));
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::kFailure, fmt::format("a rank's message cannot be understood: {}", error.what()));
  }
}

}  // namespace exitaudit
