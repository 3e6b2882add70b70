#pragma once
// Raw files in the official formats, tiny, made by the tests that read them.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "stages/ingest/raw_source.h"
#include "tests/support/temp_dir.h"

namespace exitaudit::ingest::test {

using exitaudit::test::message_of;
using exitaudit::test::TempDir;

void write_bytes(const std::filesystem::path& path, const std::string& bytes);
std::string gzipped(const std::string& bytes);
std::string big_endian(std::uint32_t value);

/// IDX content: magic, dimensions, values.
std::string idx_images(std::uint32_t count, std::uint32_t rows, std::uint32_t columns, const std::string& pixels);
std::string idx_labels(const std::string& labels);

/// One CIFAR record: label bytes, then 3,072 pixels of value `pixel`.
std::string cifar_record(const std::string& labels, std::uint8_t pixel);

/// RGB of one colour, or grey where `grey`.
std::string jpeg(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue, bool grey = false);
std::string png(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue, bool grey = false);

/// A source of `format` whose files are the official ones of `folder`.
RawSource raw_source(const std::filesystem::path& folder, Format format, std::int64_t classes = 0);

}  // namespace exitaudit::ingest::test
