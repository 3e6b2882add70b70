#pragma once
// curves: what a model's own artifacts say of it that is no single number; schema/curve.h lists the names.

#include <vector>

#include "stages/schema/characteristics.h"
#include "stages/schema/curve.h"
#include "stages/schema/latencies.h"
#include "stages/schema/stolen_exits.h"
#include "stages/schema/thresholds.h"
#include "stages/schema/verdicts.h"
#include "stages/schema/weights.h"

namespace exitaudit::tabulate {

/// Each on no axes yet; whoever knows the source sets them.
std::vector<schema::Curve> curves(const schema::Thresholds& thresholds);
std::vector<schema::Curve> curves(const schema::Weights& weights);
std::vector<schema::Curve> curves(const schema::Characteristics& characteristics);

/// Of a thief with a clock; none of others. Its density is thinned to at most 400 points.
std::vector<schema::Curve> curves(const schema::StolenExits& stolen);

/// Each sample counts with the median of its repeats. 60 bins from the fastest sample to the quantile .995; slower
/// samples are left out of the picture, not of the shares.
std::vector<schema::Curve> curves(const schema::Latencies& latencies);

/// roc: its corners, at every count of false positives up to 10 and then at steps of a twelfth; none where members or
/// non-members are missing.
std::vector<schema::Curve> curves(const schema::Verdicts& verdicts);

}  // namespace exitaudit::tabulate
