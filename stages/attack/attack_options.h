#pragma once
// AttackOptions: who attacks, what that adversary is told, and how its model is trained (specification 5 and 6).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pipeline/config/fields.h"
#include "stages/common/classifier_recipe.h"
#include "stages/common/execution_options.h"
#include "stages/measure_boundary/measure_boundary_options.h"

namespace exitaudit::attack {

enum class AttackKind { kScore, kGradient, kLabelOnly, kExitOnly };
inline constexpr std::array<std::string_view, 4> kAttackKindNames{"score", "gradient", "label_only", "exit_only"};

/// How the adversary learns which exit answered: not at all (the original attack), told (adversary 1), by the clock
/// (2 and 3), or guessed from scores (the control without a clock).
enum class ExitSource { kNone, kKnown, kStolen, kPredicted };
inline constexpr std::array<std::string_view, 4> kExitSourceNames{"none", "known", "stolen", "predicted"};

/// Which shadow models the adversary holds: the target's twin, or (adversary 3) other networks' or datasets'.
enum class ShadowChoice { kSame, kNetworks, kDatasets };
inline constexpr std::array<std::string_view, 3> kShadowChoiceNames{"same", "networks", "datasets"};

enum class ScoreInput { kTop3, kSorted };
inline constexpr std::array<std::string_view, 2> kScoreInputNames{"top3", "sorted"};

/// What the gradient-based attack is told of the label (X9): the true class, or whether the answer is right.
enum class LabelInput { kTrueOneHot, kCorrect2 };
inline constexpr std::array<std::string_view, 2> kLabelInputNames{"true_onehot", "correct2"};

enum class Selection { kLast, kShadowHoldout };
inline constexpr std::array<std::string_view, 2> kSelectionNames{"last", "shadow_holdout"};

/// How far from another label a label-only attack takes a misclassified sample to be (5): the released code's 0, or
/// its own distance, for which the adversary needs no true label. The other reading is reported beside it.
enum class Misclassified { kZero, kDistance };
inline constexpr std::array<std::string_view, 2> kMisclassifiedNames{"zero", "distance"};

/// One row of a study's `attacks`.
struct AttackRow {
  AttackKind kind = AttackKind::kScore;
  ExitSource exit_source = ExitSource::kNone;
  ShadowChoice shadow = ShadowChoice::kSame;
};
void describe(Fields& f, AttackRow& o);

/// Why no adversary makes this attack, as a sentence; "" where one does.
std::string fault_of(const AttackRow& row);

/// How every attack model is built and trained (5.1, 5.2, 5.3).
struct AttackOptions {
  ScoreInput score_input = ScoreInput::kTop3;
  LabelInput label_input = LabelInput::kTrueOneHot;
  bool gradient_bias = false;
  Selection selection = Selection::kLast;
  std::int64_t epochs = 100;
  std::int64_t batch_size = 0;  ///< 0 = by kind
  double learning_rate = 0.01;
  double momentum = 0.9;
  double weight_decay = 5e-4;
  Misclassified misclassified = Misclassified::kZero;
  std::int64_t permutations = 20;
};
void describe(Fields& f, AttackOptions& o);

/// The settings of one attack job; those of the model's training are left out of an attack that trains none.
struct AttackJob {
  std::string dataset;  ///< with network, exits and seed: names the random streams
  std::string network;
  std::int64_t exits = 1;
  std::int64_t seed = 1;
  std::string shadow_model = "same";  ///< whose shadow teaches: "same", or adversary 3's "cifar10.vgg16"
  AttackRow row;
  AttackOptions attack;
  measure_boundary::Population population = measure_boundary::Population::kBalanced;  ///< of a label-only attack
  ExecutionOptions execution;
};
void describe(Fields& f, AttackJob& o);

/// Writes out what the options leave to the kind of attack: the batch size (128 for gradient, else 256; 5.3).
void resolve(AttackJob& job);

/// How the attack's model is trained, once resolved.
ClassifierRecipe recipe_of(const AttackOptions& options);

std::string name(AttackKind kind);
std::string name(ExitSource source);
std::string name(Misclassified rule);

}  // namespace exitaudit::attack
