#pragma once
// SmallStudy: made-up options with every kind of field, for the tests of the four visitors.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::test {

enum class Optimizer { kSgd, kAdam };
inline constexpr std::array<std::string_view, 2> kOptimizerNames{"sgd", "adam"};
enum class Network { kVgg16, kFcn };
inline constexpr std::array<std::string_view, 2> kNetworkNames{"vgg16", "fcn"};
enum class Kind { kScore, kGradient, kNone };
inline constexpr std::array<std::string_view, 3> kKindNames{"score", "gradient", "none"};

struct Train {
  std::int64_t epochs = 100;
  double learning_rate = 0.1;
  double momentum = 0.9;
  bool augment = false;
  Optimizer optimizer = Optimizer::kSgd;
  std::optional<double> clip;
  std::vector<std::int64_t> milestones{35, 60};
  bool operator==(const Train&) const = default;
};
inline void describe(Fields& f, Train& o) {
  f.integer("epochs", o.epochs, {1, 100000}, "passes over the training part");
  f.real("learning_rate", o.learning_rate, {0, 10, true}, "step size");
  f.real("momentum", o.momentum, {0, 1}, "of sgd");
  f.boolean("augment", o.augment, "flips and crops");
  choice(f, "optimizer", o.optimizer, kOptimizerNames, "which optimizer");
  f.optional_real("clip", o.clip, {.low = 0}, "largest norm of a gradient; empty = no limit");
  f.integers("milestones", o.milestones, {.low = 1}, "epochs after which the rate falls");
}

struct Axes {
  std::vector<std::string> dataset;
  std::vector<Network> network;
  std::vector<double> sigma_ms;
  bool operator==(const Axes&) const = default;
};
inline void describe(Fields& f, Axes& o) {
  f.texts("dataset", o.dataset, "names of datasets");
  choices(f, "network", o.network, kNetworkNames, "architectures");
  f.reals("sigma_ms", o.sigma_ms, {.low = 0}, "noise");
}

struct Attack {
  Kind kind = Kind::kScore;
  double share = 0.5;
  bool operator==(const Attack&) const = default;
};
inline void describe(Fields& f, Attack& o) {
  choice(f, "kind", o.kind, kKindNames, "what the attack sees");
  f.real("share", o.share, {0, 1}, "of samples");
}

struct Source {
  std::string name;
  std::int64_t classes = 10;
  Train fine_tuning;
  bool operator==(const Source&) const = default;
};
inline void describe(Fields& f, Source& o) {
  f.integer("classes", o.classes, {2, 1000}, "labels");
  block(f, "fine_tuning", o.fine_tuning, "a nested block");
}

struct SmallStudy {
  std::string study = "unnamed";
  bool characterize = false;
  Train train;
  std::vector<Axes> axes;
  std::vector<Source> datasets;
  std::vector<Attack> attacks;
  bool operator==(const SmallStudy&) const = default;
};
inline void describe(Fields& f, SmallStudy& o) {
  f.text("study", o.study, "name of the study");
  f.boolean("characterize", o.characterize, "also describe losses");
  block(f, "train", o.train, "how networks are trained");
  blocks(f, "axes", o.axes, "what is crossed", ListForm::kListOrBlock);
  named_blocks(f, "datasets", o.datasets, "datasets by name");
  blocks(f, "attacks", o.attacks, "which attacks are made");
}

/// Every field differs from its default; texts and numbers are awkward ones.
inline SmallStudy awkward_study() {
  SmallStudy o;
  o.study = "tab\t, \"quotes\", new\nline, = , \x7f, é, null";
  o.characterize = true;
  o.train = {.epochs = 7,
             .learning_rate = 0.1 + 0.2,
             .momentum = 1e-7,
             .augment = true,
             .optimizer = Optimizer::kAdam,
             .clip = 1.0 / 3,
             .milestones = {}};
  o.axes = {
      {.dataset = {"null", "5", "true", "", "a, b]", "it's"}, .network = {Network::kFcn}, .sigma_ms = {1e22, 5e-324}},
      {.dataset = {}, .network = {}, .sigma_ms = {0}}};
  o.datasets = {{.name = "no", .classes = 3, .fine_tuning = {}}, {.name = "1.0", .classes = 4, .fine_tuning = o.train}};
  o.attacks = {{.kind = Kind::kNone, .share = 0.25}, {.kind = Kind::kGradient, .share = 1}};
  return o;
}

}  // namespace exitaudit::test
