#pragma once
// "did you mean ...?"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exitaudit {

/// Number of single-character insertions, deletions, replacements and swaps of neighbours.
int edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` within a distance of 2 (a third of its length for longer words), or "".
std::string suggest(std::string_view word, std::span<const std::string> candidates);

/// "" or "; did you mean \"x\"?", to append to an error.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace exitaudit
