#pragma once
// Files that appear whole or not at all.

#include <filesystem>
#include <string>
#include <string_view>

namespace exitaudit {

/// Whole content. Throws BadInput where it cannot be read or is larger than `limit` bytes.
std::string read_file(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 30);

/// Writes beside, fsyncs, renames over `path`, fsyncs the folder. Creates missing folders.
void replace_file(const std::filesystem::path& path, std::string_view content);

/// Creates `path` with `content` by link(), which fails where it exists: true if this call made it.
/// Sound on NFS. The content is complete whenever the name is visible.
bool create_exclusively(const std::filesystem::path& path, std::string_view content);

void sync_file(const std::filesystem::path& path);    ///< fsync; throws Error(kFailure)
void sync_folder(const std::filesystem::path& path);  ///< fsync of the folder that holds `path`

std::string host_name();
std::string boot_id();                    ///< this boot of this machine; "" where the system does not tell
std::filesystem::path executable_path();  ///< of the running program

/// A file that ships with exitaudit ("data/manifest.yaml", "configs/profiles/sound.yaml"): below
/// $EXITAUDIT_SHARE, beside the installed program in ../share/exitaudit, or in the source tree around the
/// build folder. Throws BadInput naming the places it looked at.
std::filesystem::path shipped_file(std::string_view name);

/// Fault injection for tests: does nothing unless EXITAUDIT_FAULT names this point and job, as
/// "POINT@JOB=kill|abort|stop|throw|sleep|hoard" (a comma-separated list; JOB may end in `*`). Points:
/// "stage", "before_fsync", "before_link", "after_link", "checkpoint", "lease". kill: SIGKILL to itself; stop: SIGSTOP;
/// hoard: takes all the memory that it gets.
/// Where EXITAUDIT_FAULT_ONCE names a file, each fault fires only while a mark file "<that>.<point>" is absent.
void fault_point(std::string_view point, std::string_view job);

}  // namespace exitaudit
