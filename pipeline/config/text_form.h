#pragma once
// How single values are written: shared by the slice, the YAML printer and the messages, so that a number
// looks the same wherever a person or a hash meets it.

#include <string>
#include <string_view>

namespace exitaudit::internal {

/// The shortest decimal text that reads back as the same double; minus zero is written as zero.
std::string shortest(double value);

/// A JSON string literal. Throws Error(kFailure) where `text` is not UTF-8.
std::string json_text(std::string_view text);

/// For messages: quoted, at most about 60 characters, never throws.
std::string quoted_briefly(std::string_view text);

/// Byte offset of the first byte that is not UTF-8 text (control bytes other than tab and line ends are not text);
/// npos where all is well.
std::size_t find_non_text(std::string_view text);

/// [A-Za-z0-9_.-]+: what may name the elements of a map of blocks.
bool is_identifier(std::string_view text);

}  // namespace exitaudit::internal
