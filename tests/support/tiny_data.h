#pragma once
// Tiny datasets for tests of what trains and records: a few rows or images whose classes can be learnt.

#include <cstdint>

#include "stages/schema/dataset.h"
#include "stages/schema/partition.h"

namespace exitaudit::test {

/// Rows of bits; a class's rows share a prototype, `noise` of the bits are flipped.
schema::Dataset tiny_rows(std::int64_t count, std::int64_t features, std::int64_t classes, double noise = 0.1);

/// Images of noise, brighter by class, of 32 pixels a side.
schema::Dataset tiny_images(std::int64_t count, std::int64_t classes);

/// Four equal consecutive parts; the last fifth of each test part is for calibration.
schema::Partition tiny_partition(std::int64_t count);

}  // namespace exitaudit::test
