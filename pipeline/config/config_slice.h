#pragma once
// ConfigSlice: the one stable text form of a stage's settings; what fingerprints hash.
//
// One line a setting, "train.epochs = 80", in the order of describe(), numbers in their shortest exact form,
// texts quoted, lists in brackets, so that equal settings have equal bytes and a difference can be shown line by line.

#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit {

class ConfigSlice {
 public:
  ConfigSlice() = default;
  explicit ConfigSlice(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  bool operator==(const ConfigSlice&) const = default;

 private:
  std::string text_;
};

/// One setting that differs; an empty side means that the setting is not there.
struct SliceDifference {
  std::string key;
  std::string before;
  std::string after;
};
std::vector<SliceDifference> compare(const ConfigSlice& before, const ConfigSlice& after);

namespace internal {
ConfigSlice write_slice(const std::function<void(Fields&)>& visit);
void read_slice(const ConfigSlice& slice, const std::function<void(Fields&)>& visit);
}  // namespace internal

/// All settings of `options`, defaults written out.
template <class T>
ConfigSlice make_slice(T options) {
  return internal::write_slice([&](Fields& f) { describe(f, options); });
}

/// The struct again. Throws Error(kFailure) on a missing, unknown or malformed line: the slice was then
/// written by another version of the stage.
template <class T>
T read_slice(const ConfigSlice& slice) {
  T options;
  internal::read_slice(slice, [&](Fields& f) { describe(f, options); });
  return options;
}

}  // namespace exitaudit
