#include "stages/import_weights/weights_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/artifact/h5_input.h"
#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"
#include "stages/networks/expected_arrays.h"

namespace exitaudit::import_weights {
namespace {

using networks::ExpectedArray;

bool is_batch_counter(const std::string& name) {
  return name.ends_with("num_batches_tracked");
}

/// Reads one file; every complaint begins with its name.
class WeightsFile {
 public:
  explicit WeightsFile(const std::filesystem::path& path) : shown_(path.string()), file_(path) {}

  std::vector<schema::NamedArray> read(const std::vector<ExpectedArray>& expected) const {
    check_names(expected);
    std::vector<schema::NamedArray> arrays;
    for (const ExpectedArray& array : expected) arrays.push_back(read(array));
    return arrays;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw BadInput(shown_ + ": " + what); }

  void check_names(const std::vector<ExpectedArray>& expected) const {
    std::set<std::string> held, wanted;
    for (const std::string& name : file_.names()) {
      if (!is_batch_counter(name)) held.insert(name);
    }
    for (const ExpectedArray& array : expected) wanted.insert(array.name);
    const std::vector<std::string> spare = names_without(held, wanted);
    for (const ExpectedArray& array : expected) {
      if (held.contains(array.name)) continue;
      fail(fmt::format("array \"{}\" of shape {} is missing{}", array.name, shape_text(array.shape),
                       nearest(array.name, spare)));
    }
    if (spare.empty()) return;
    const std::vector<std::string> all(wanted.begin(), wanted.end());
    fail(fmt::format("array \"{}\" has no place in the study's network{}; leave it out, or correct the study's network",
                     spare.front(), did_you_mean(spare.front(), all)));
  }

  static std::vector<std::string> names_without(const std::set<std::string>& all, const std::set<std::string>& less) {
    std::vector<std::string> rest;
    std::set_difference(all.begin(), all.end(), less.begin(), less.end(), std::back_inserter(rest));
    return rest;
  }

  static std::string nearest(const std::string& name, const std::vector<std::string>& spare) {
    const std::string best = suggest(name, spare);
    return best.empty() ? "; write every array of the network under its name" : "; the file has \"" + best + "\"";
  }

  schema::NamedArray read(const ExpectedArray& expected) const {
    const std::string what = fmt::format("array \"{}\"", expected.name);
    const auto found = file_.describe_reals(expected.name);
    if (!found) fail(fmt::format("{} must hold float16, float32 or float64 numbers", what));
    if (found->shape != expected.shape) {
      fail(fmt::format("{} has shape {}, expected {}", what, shape_text(found->shape), shape_text(expected.shape)));
    }
    schema::NamedArray array{.name = expected.name, .shape = expected.shape, .values = {}};
    array.values.resize(static_cast<std::size_t>(found->count()));
    file_.read(expected.name, *found, array.values.data());
    check_values(what, array);
    return array;
  }

  void check_values(const std::string& what, const schema::NamedArray& array) const {
    const bool variance = array.name.ends_with(".running_var");
    const bool deviation = array.name == "normalize.deviation";
    for (std::size_t i = 0; i < array.values.size(); ++i) {
      const float value = array.values[i];
      if (!std::isfinite(value)) {
        fail(fmt::format("{} holds {} at place {}; every value must be a finite float32", what, value, i));
      }
      if (variance && value < 0) fail(fmt::format("{} holds {}; a variance is not negative", what, value));
      if (deviation && !(value > 0)) fail(fmt::format("{} holds {}; a deviation is above 0", what, value));
    }
  }

  std::string shown_;
  H5Input file_;
};

}  // namespace

schema::Weights read_weights_file(const std::filesystem::path& path, const networks::NetworkPlan& plan) {
  try {
    return {.exits = plan.exits(), .arrays = WeightsFile(path).read(networks::expected_arrays(plan)), .history = {}};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kCorruptArtifact) throw;
    throw BadInput(fmt::format("{}; it must be an HDF5 file of named arrays", error.what()));  // nobody can rebuild it
  }
}

}  // namespace exitaudit::import_weights
