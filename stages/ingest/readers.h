#pragma once
// Readers: from raw files in their official layouts to one schema::Dataset each, training samples first.
//
// All take a RawSource whose files verify() has passed, check every size and label against what the files themselves
// hold before any memory is taken for it, and throw BadInput with the file, the row, what was expected and what to do.
// They leave mean and deviation to read_source().

#include "stages/ingest/raw_source.h"
#include "stages/schema/dataset.h"

namespace exitaudit::ingest {

/// Files: images, labels [, test images, test labels] in IDX, gzipped or not. Grey images up to 32 pixels wide and high
/// are padded with zeros to 32x32 (up to 64: to 64x64), and repeated over three equal channels.
schema::Dataset read_idx(const RawSource& raw);

/// Binary CIFAR-10 (one label byte a record) and CIFAR-100 (coarse, then fine; the fine one counts); the last file of
/// several holds the test samples.
schema::Dataset read_cifar(const RawSource& raw);

/// train/<class>/* and test/<class>/*, or <class>/* alone: JPEG or PNG, one size for all; classes and files in bytewise
/// order of their names.
schema::Dataset read_image_folder(const RawSource& raw);

/// tiny-imagenet-200/: train/<wnid>/images/*, val/images/* by val/val_annotations.txt. A class's id is the rank of its
/// wnid in bytewise order (specification 1.2), not its line in wnids.txt.
schema::Dataset read_tiny_imagenet(const RawSource& raw);

/// CSV without header. Purchases and Locations: label (1-based, quoted or not), then bits. Texas: bits in one file,
/// labels in the other. The width is the file's own.
schema::Dataset read_tabular(const RawSource& raw);

/// Any of the above or synthetic data, by `source.format`, after verify(); mean and deviation filled in.
schema::Dataset read_source(const RawSource& raw);

}  // namespace exitaudit::ingest
