#pragma once
// Options of sbatch and srun that a site's own lines may not set again: Slurm takes the last one given, and the chain
// depends on ours.

#include <string>
#include <string_view>

namespace exitaudit {

/// ""--output=x" sets --output: Slurm's logs lie beside the scripts"; "" if `option` may be given. Knows long options,
/// also cut short, and letters, also several behind one dash. `option`: with its dashes.
std::string why_sbatch_option_is_taken(std::string_view option);
std::string why_srun_option_is_taken(std::string_view option);

}  // namespace exitaudit
