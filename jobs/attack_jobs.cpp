#include "jobs/attack_jobs.h"

#include <fmt/format.h>

#include "stages/predict_exits/predict_exits_options.h"

namespace exitaudit {
namespace {

/// Whose shadow an attack holds: "same", or adversary 3's "cifar10.vgg16".
std::string holder(const Cell& shadow, const attack::AttackRow& row) {
  return row.shadow == attack::ShadowChoice::kSame ? "same" : shadow.dataset.name + "." + shadow.network();
}

}  // namespace

bool AttackJobs::applies(const Cell& cell, const attack::AttackRow& row) {
  return cell.exits > 1 || row.exit_source == attack::ExitSource::kNone;
}

/// The target's twin, or (adversary 3) the models of every network or dataset of the study (6.4).
std::vector<Cell> AttackJobs::shadows(const Cell& cell, attack::ShadowChoice choice) const {
  if (choice == attack::ShadowChoice::kSame) return {cell};
  std::vector<Cell> found;
  for (const Cell& other : cells_) {
    const bool across_networks = choice == attack::ShadowChoice::kNetworks;
    const bool fits = other.exits == cell.exits && other.seed == cell.seed &&
                      (across_networks ? other.dataset.name == cell.dataset.name : other.family == cell.family);
    if (fits) found.push_back(other);
  }
  return found;
}

/// Adversary 3 knows nothing of the target, so its shadow has a threshold of its own (4, X18).
HeldShadow AttackJobs::hold(const Cell& shadow, const attack::AttackRow& row) const {
  if (row.shadow == attack::ShadowChoice::kSame) return {shadow, experiment_.shadow_tau, "", false};
  return {shadow, ShadowTau::kOwn, "/shadow=" + holder(shadow, row), row.shadow == attack::ShadowChoice::kDatasets};
}

void AttackJobs::attack(const Cell& cell, const attack::AttackRow& row) {
  if (!applies(cell, row)) return;
  for (const Cell& other : shadows(cell, row.shadow)) {
    const HeldShadow shadow = hold(other, row);
    if (row.exit_source == attack::ExitSource::kStolen) {
      attack_by_clock(cell, shadow, row);
    } else {
      const bool predicted = row.exit_source == attack::ExitSource::kPredicted;
      attack(cell, shadow, row, "", {predicted ? predict(cell, shadow, row) : "", ""});
    }
  }
}

void AttackJobs::attack_by_clock(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row) {
  const bool adversary_3 = row.shadow != attack::ShadowChoice::kSame;
  for (const std::int64_t copies : experiment_.measure_latency.copies_per_device)
    for (const Disturbance& disturbance : clock_.disturbances(cell, copies, adversary_3))
      attack(cell, shadow, row, fmt::format("/copies={}{}", copies, disturbance.mark()),
             clock_.steal(cell, shadow, copies, disturbance));
}

/// attack: learns on the shadow, judges the target.
void AttackJobs::attack(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row,
                        const std::string& mark, const StolenJobs& stolen) {
  const std::string kind = attack::name(row.kind);
  const std::string exit_source = attack::name(row.exit_source);
  tabulate_beside(cell, shadow, row, mark, stolen);
  const std::string rest =
      fmt::format("{}/{}/{}{}{}/seed{}", cell.path(), kind, exit_source, shadow.mark, mark, cell.seed);
  const std::string id = book_.add("attack", rest, JobBook::axes(cell, kTarget), [&](Job& job) {
    attack::AttackJob settings{.dataset = cell.dataset.name,
                               .network = cell.network(),
                               .exits = cell.exits,
                               .seed = cell.seed,
                               .shadow_model = holder(shadow.cell, row),
                               .row = row,
                               .attack = experiment_.attack,
                               .population = experiment_.measure_boundary.population,
                               .execution = experiment_.execution};
    attack::resolve(settings);
    job.config = make_slice(settings);
    job.inputs = inputs(cell, shadow, row, stolen);
  });
  // Adversary 3's own network stands in the rows of networks and of datasets: one attack, listed once.
  book_.tabulate({.input = id,
                  .noun = "verdicts",
                  .dataset = cell.dataset.name,
                  .network = cell.network(),
                  .exits = cell.exits,
                  .seed = cell.seed,
                  .role = "",
                  .attack = kind,
                  .exit_source = exit_source + mark,
                  .shadow = holder(shadow.cell, row)});
}

std::vector<JobInput> AttackJobs::inputs(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row,
                                         const StolenJobs& stolen) {
  std::vector<JobInput> found;
  if (row.kind == attack::AttackKind::kLabelOnly) {
    found = {{"shadow", models_.measure_boundary(shadow.cell, kShadow, shadow.tau)},
             {"target", models_.measure_boundary(cell, kTarget, shadow.tau)}};
  } else {
    found = {{"shadow", models_.record(shadow.cell, kShadow, shadow.tau)}, {"target", models_.record(cell, kTarget)}};
  }
  if (!stolen.target.empty()) found.push_back({"stolen_exits", stolen.target});
  if (!stolen.shadow.empty()) found.push_back({"shadow_stolen_exits", stolen.shadow});
  return found;
}

/// predict_exits: exits from scores, the control without a clock (8); trained as the score-based attack is.
std::string AttackJobs::predict(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row) {
  const std::string rest = fmt::format("{}{}/seed{}", cell.path(), shadow.mark, cell.seed);
  return book_.add("predict_exits", rest, JobBook::axes(cell, kTarget), [&](Job& job) {
    attack::AttackJob as_score;
    as_score.attack = experiment_.attack;
    attack::resolve(as_score);
    job.config = make_slice(predict_exits::PredictExitsJob{.dataset = cell.dataset.name,
                                                           .network = cell.network(),
                                                           .exits = cell.exits,
                                                           .seed = cell.seed,
                                                           .shadow_model = holder(shadow.cell, row),
                                                           .training = attack::recipe_of(as_score.attack),
                                                           .execution = experiment_.execution});
    job.inputs = {{"shadow", models_.record(shadow.cell, kShadow, shadow.tau)},
                  {"target", models_.record(cell, kTarget)}};
  });
}

/// What an attack rests on goes into the table beside it: the split, the shadow's answers, and how often the exits that
/// the adversary believes are the true ones.
void AttackJobs::tabulate_beside(const Cell& cell, const HeldShadow& shadow, const attack::AttackRow& row,
                                 const std::string& mark, const StolenJobs& stolen) {
  book_.tabulate_split(models_.split(shadow.cell), shadow.cell);
  book_.tabulate({.input = stolen.target,
                  .noun = "stolen_exits",
                  .dataset = cell.dataset.name,
                  .network = cell.network(),
                  .exits = cell.exits,
                  .seed = cell.seed,
                  .role = "",
                  .attack = "",
                  .exit_source = attack::name(row.exit_source) + mark,
                  .shadow = holder(shadow.cell, row)});
  book_.tabulate(models_.record(shadow.cell, kShadow, shadow.tau), shadow.cell, kShadow);
}

}  // namespace exitaudit
