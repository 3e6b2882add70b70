#include "stages/attack/attack_options.h"

#include <gtest/gtest.h>

#include "pipeline/config/config_slice.h"

namespace exitaudit::attack {
namespace {

TEST(AttackRow, IsRefusedWhereNoAdversaryMakesIt) {
  EXPECT_EQ(fault_of({}), "");
  EXPECT_EQ(fault_of({AttackKind::kExitOnly, ExitSource::kKnown, ShadowChoice::kSame}), "");
  EXPECT_NE(fault_of({AttackKind::kExitOnly, ExitSource::kNone, ShadowChoice::kSame}), "");
  EXPECT_NE(fault_of({AttackKind::kGradient, ExitSource::kStolen, ShadowChoice::kSame}), "");
  EXPECT_NE(fault_of({AttackKind::kGradient, ExitSource::kNone, ShadowChoice::kNetworks}), "");
}

TEST(AttackJob, HashesTheTrainingOnlyWhereAModelIsTrained) {
  AttackJob job;
  job.row = {AttackKind::kExitOnly, ExitSource::kKnown, ShadowChoice::kSame};
  const ConfigSlice before = make_slice(job);
  job.attack.epochs = 7;
  EXPECT_EQ(make_slice(job), before);
  job.row.kind = AttackKind::kScore;
  const ConfigSlice score = make_slice(job);
  EXPECT_NE(score.text().find("attack.epochs = 7"), std::string::npos) << score.text();
  EXPECT_EQ(score.text().find("misclassified"), std::string::npos) << score.text();
  job.row.kind = AttackKind::kLabelOnly;
  const ConfigSlice label_only = make_slice(job);
  EXPECT_EQ(label_only.text().find("epochs"), std::string::npos) << label_only.text();
  EXPECT_NE(label_only.text().find("attack.misclassified = \"zero\""), std::string::npos) << label_only.text();
}

TEST(AttackJob, HashesOnlyWhatItsKindReads) {
  AttackJob job;
  job.row.kind = AttackKind::kScore;
  EXPECT_EQ(make_slice(job).text().find("label_input"), std::string::npos);
  EXPECT_NE(make_slice(job).text().find("score_input"), std::string::npos);
  job.row.kind = AttackKind::kGradient;
  EXPECT_NE(make_slice(job).text().find("attack.label_input = "), std::string::npos);
  EXPECT_EQ(make_slice(job).text().find("score_input"), std::string::npos);
}

TEST(AttackJob, HashesThePopulationOfALabelOnlyAttackAlone) {
  AttackJob job;
  job.row.kind = AttackKind::kScore;
  const ConfigSlice score = make_slice(job);
  job.population = measure_boundary::Population::kNatural;
  EXPECT_EQ(make_slice(job), score);
  job.row.kind = AttackKind::kLabelOnly;
  EXPECT_NE(make_slice(job).text().find("\npopulation = \"natural\"\n"), std::string::npos) << make_slice(job).text();
}

TEST(AttackJob, TakesTheBatchOfItsKindUnlessOneIsGiven) {
  AttackJob score;
  AttackJob gradient;
  gradient.row.kind = AttackKind::kGradient;
  AttackJob given;
  given.attack.batch_size = 7;
  for (AttackJob* job : {&score, &gradient, &given}) resolve(*job);
  EXPECT_EQ(recipe_of(score.attack).batch_size, 256);
  EXPECT_EQ(recipe_of(gradient.attack).batch_size, 128);
  EXPECT_EQ(recipe_of(given.attack).batch_size, 7);
}

TEST(AttackJob, ComesBackFromItsSlice) {
  for (const AttackKind kind :
       {AttackKind::kScore, AttackKind::kGradient, AttackKind::kLabelOnly, AttackKind::kExitOnly}) {
    AttackJob job;
    job.dataset = "d";
    job.seed = 5;
    job.shadow_model = "cifar10.vgg16";
    job.attack.label_input = LabelInput::kCorrect2;
    job.attack.gradient_bias = true;
    job.row = {kind, ExitSource::kKnown, ShadowChoice::kSame};
    job.attack.permutations = 4;
    job.attack.misclassified = Misclassified::kDistance;
    if (kind == AttackKind::kLabelOnly) job.population = measure_boundary::Population::kNatural;
    const ConfigSlice slice = make_slice(job);
    EXPECT_EQ(make_slice(read_slice<AttackJob>(slice)), slice);
    EXPECT_EQ(read_slice<AttackJob>(slice).population, job.population);
  }
}

}  // namespace
}  // namespace exitaudit::attack
