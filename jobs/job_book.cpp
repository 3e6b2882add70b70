#include "jobs/job_book.h"

#include <fmt/format.h>

#include "jobs/estimate.h"
#include "jobs/stage_list.h"

namespace exitaudit {

std::string Cell::path() const {
  return fmt::format("{}/{}/exits{}", dataset.name, network(), exits);
}

std::string model_path(const Cell& cell, const std::string& role) {
  return fmt::format("{}/{}/seed{}", cell.path(), role, cell.seed);
}

std::string after_stage(const std::string& id) {
  return id.substr(id.find('/') + 1);
}

JobBook::Axes JobBook::axes(const Cell& cell, const std::string& role) {
  return {{"dataset", cell.dataset.name},
          {"network", cell.network()},
          {"exits", std::to_string(cell.exits)},
          {"role", role},
          {"seed", std::to_string(cell.seed)}};
}

Job JobBook::blank(const std::string& id, const std::string& stage, Axes axes) {
  return {.id = id, .stage = stage_info(stage), .config = {}, .inputs = {}, .axes = std::move(axes)};
}

void JobBook::enter(Job job) {
  estimate(job, experiment_);
  jobs_.push_back(std::move(job));
}

bool JobBook::tabulate(tabulate::TabulateSource source) {
  if (source.input.empty() || !sourced_.insert(source.input).second) return false;
  sources_.push_back(std::move(source));
  return true;
}

void JobBook::tabulate_split(const std::string& job, const Cell& cell) {
  tabulate({.input = job,
            .noun = stage_info("split").noun,
            .dataset = cell.dataset.name,
            .network = "",
            .exits = 0,
            .seed = cell.seed,
            .role = "",
            .attack = "",
            .exit_source = "",
            .shadow = ""});
}

void JobBook::tabulate(const std::string& job, const Cell& cell, const std::string& role) {
  tabulate({.input = job,
            .noun = stage_info(job.substr(0, job.find('/'))).noun,
            .dataset = cell.dataset.name,
            .network = cell.network(),
            .exits = cell.exits,
            .seed = cell.seed,
            .role = role,
            .attack = "",
            .exit_source = "",
            .shadow = ""});
}

}  // namespace exitaudit
