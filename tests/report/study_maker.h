#pragma once
// StudyMaker: a study's results by hand, with the means that the stage `tabulate` makes of them.

#include <string>
#include <vector>

#include "report/study_results.h"
#include "stages/tabulate/aggregate.h"
#include "stages/tabulate/guard_effect.h"
#include "tests/report/study_rows.h"

namespace exitaudit::report {

class StudyMaker {
 public:
  StudyMaker(std::string dataset, std::string network) : dataset_(std::move(dataset)), network_(std::move(network)) {
    results_.study = "hand";
    results_.command = "hand.yaml";
  }

  /// value ± half becomes value with a 95 % interval; half < 0: without one.
  StudyMaker& model(std::int64_t exits, const std::string& metric, double value, double half,
                    const std::string& slice = "all") {
    return add({dataset_, network_, exits, 1, "target", "", "", "", "job", measured(slice, metric, value, half)});
  }
  StudyMaker& attack(std::int64_t exits, const std::string& attack, const std::string& source, double success,
                     double half = .01, const std::string& slice = "all", const std::string& shadow = "same") {
    return add({dataset_, network_, exits, 1, "", attack, source, shadow, "job",
                measured(slice, "attack_success", success, half)});
  }
  /// Of latencies (source "copies=…", role target) or of a thief of exits ("stolen/…").
  StudyMaker& clock(std::int64_t exits, const std::string& source, const std::string& metric, double value, double half,
                    const std::string& slice = "all") {
    const bool thief = source.starts_with("stolen");
    return add({dataset_, network_, exits, 1, thief ? "" : "target", "", source, thief ? "same" : "", "job",
                measured(slice, metric, value, half)});
  }
  StudyMaker& expect(std::int64_t exits, const std::string& noun, const std::string& attack, const std::string& source,
                     ResultState state) {
    results_.expected.push_back({.dataset = dataset_,
                                 .network = network_,
                                 .exits = exits,
                                 .seed = 1,
                                 .role = noun == "verdicts" || noun == "stolen_exits" ? "" : "target",
                                 .attack = attack,
                                 .exit_source = source,
                                 .shadow = noun == "verdicts" || noun == "stolen_exits" ? "same" : "",
                                 .noun = noun,
                                 .job = noun + "/x",
                                 .state = state,
                                 .why = ""});
    return *this;
  }
  StudyMaker& curve(std::int64_t exits, const std::string& source, const std::string& slice, const std::string& name,
                    std::vector<double> x, std::vector<double> y) {
    results_.curves.push_back({.dataset = dataset_,
                               .network = network_,
                               .exits = exits,
                               .seed = 1,
                               .role = source.starts_with("stolen") ? "" : "target",
                               .attack = "",
                               .exit_source = source,
                               .shadow = "",
                               .slice = slice,
                               .name = name,
                               .x = std::move(x),
                               .y = std::move(y),
                               .low = {},
                               .high = {}});
    return *this;
  }
  StudyMaker& add(TableRow row) {
    results_.rows.push_back(std::move(row));
    return *this;
  }

  /// With the effects of guards, and with means and deviations.
  StudyResults done() const {
    StudyResults made = results_;
    for (TableRow& row : tabulate::guard_effects(made.rows)) made.rows.push_back(std::move(row));
    for (TableRow& row : tabulate::aggregate(made.rows)) made.rows.push_back(std::move(row));
    return made;
  }

 private:
  static Measurement measured(const std::string& slice, const std::string& metric, double value, double half) {
    return {slice, metric, value, half < 0 ? kNaN : value - half, half < 0 ? kNaN : value + half, 400};
  }
  std::string dataset_;
  std::string network_;
  StudyResults results_;
};

/// VGG-16 on CIFAR-10 with 1, 2, 4 and 6 exits, and everything that the paper's claims of it are judged by. All of them
/// hold but those about the clock, of which there is none.
inline StudyMaker agreeing_study() {
  StudyMaker study("cifar10", "vgg16");
  for (const std::int64_t exits : {1, 2, 4, 6}) {
    const auto e = static_cast<double>(exits);
    study.model(exits, "test_accuracy", exits == 1 ? .80 : .805, .001);
    study.model(exits, "overfitting", .20 + .001 * e, .002);
    study.model(exits, "ops_official", 6e8 / (1 + e), -1).model(exits, "ops_corrected", 6e8 / (1 + e), -1);
    study.model(exits, "js_divergence", .4 - .04 * e, .005);
    study.model(exits, "mean_loss_members", .01 * e, .002).model(exits, "mean_loss_non_members", 1.5, .1);
    study.attack(exits, "gradient", "none", .75 - .02 * e, .005);
    study.attack(exits, "score", "none", .72 - .02 * e, .005);
    study.attack(exits, "label_only", "none", .70 - .02 * e, .005);
    if (exits == 1) continue;
    study.attack(exits, "gradient", "known", .76 - .02 * e, .005);
    study.attack(exits, "score", "known", .77 - .02 * e, .005);
    study.attack(exits, "label_only", "known", .80 - .02 * e, .005);
    study.attack(exits, "exit_only", "known", .53, .005);
  }
  for (std::int64_t exit = 0; exit < 6; ++exit) {
    const std::string slice = "exit=" + std::to_string(exit);
    const auto k = static_cast<double>(exit);
    study.model(6, "js_divergence", .05 + .05 * k, .005, slice);
    study.model(6, "non_member_share", .40 + .05 * k, .01, slice);
    study.attack(6, "label_only", "none", .50 + .03 * k, .01, slice);
  }
  return study;
}

}  // namespace exitaudit::report
