#pragma once
// Synthetic datasets: classes with prototypes and samples that stray from them, so that a network can generalise where
// the classes are easy and can only memorise where they are hard. The same settings give the same bytes.
//
// `difficulty` d sets how far apart two prototypes are in units of a sample's straying, as seen by the best linear
// rule:
//   separation z(d) = 3 (1 - d) / d,  so that two classes are confused with probability Phi(-z).
// Seen with nearest class means on 1,000 images of 10 classes: d = 0.4: 99 % right, 0.6: 70 %, 0.8: 30 %, 1: 10 %,
// where there is nothing to learn but the samples. Many classes, many bits and few samples make it harder.

#include "stages/ingest/ingest_options.h"
#include "stages/schema/dataset.h"

namespace exitaudit::ingest {

/// z(d); infinite at d = 0.
double separation(double difficulty);

/// [3, side, side]: smooth fields of 48 numbers for the class and for the sample, mixed, and a little noise per pixel.
schema::Dataset make_synthetic_images(const DatasetSource& source);

/// [features]: about a sixth of the bits are set; each bit is copied from the class's prototype with the probability
/// that gives z(d), and drawn anew otherwise.
schema::Dataset make_synthetic_rows(const DatasetSource& source);

}  // namespace exitaudit::ingest
