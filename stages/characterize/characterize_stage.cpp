#include "stages/characterize/characterize_stage.h"

#include <fmt/format.h>

#include <optional>

#include "stages/characterize/answer_quality.h"
#include "stages/characterize/loss_distributions.h"
#include "stages/statistics/accuracy.h"

namespace exitaudit::characterize {

schema::Characteristics characterize(const schema::Observations& observations, const schema::Thresholds* thresholds,
                                     const CharacterizeJob& settings) {
  const std::string name =
      fmt::format("{}/{}/exits{}/seed{}", settings.dataset, settings.network, settings.exits, settings.seed);
  schema::Characteristics found = loss_distributions(observations, settings.characteristics, name);
  const auto add = [&](const std::vector<schema::Measurement>& rows) {
    found.measurements.insert(found.measurements.end(), rows.begin(), rows.end());
  };
  // The thresholds know all samples of both parts, the observations those that the adversary is shown.
  add({thresholds != nullptr ? statistics::overfitting(statistics::score_of(thresholds->on_train),
                                                       statistics::score_of(thresholds->on_test))
                             : statistics::overfitting(statistics::score_of(observations, true),
                                                       statistics::score_of(observations, false))});
  add(non_member_shares(observations));
  add(calibration_errors(observations));
  add(overthinking(observations));
  return found;
}

void characterize_stage(StageContext& context) {
  const auto settings = read_slice<CharacterizeJob>(context.config());
  const schema::Observations observations = schema::read_observations(context.input("observations"));
  std::optional<schema::Thresholds> thresholds;
  if (context.has_input("thresholds")) thresholds = schema::read_thresholds(context.input("thresholds"));
  schema::write(context.output(), characterize(observations, thresholds ? &*thresholds : nullptr, settings));
}

}  // namespace exitaudit::characterize
