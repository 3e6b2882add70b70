// Recordings as HDF5: datasets `scores` or `logits` [n, K], `label`, `member`, and where known `exit`, `index` [n],
// `latency_ms` [n, repeats]; integers of 32 or 64 bits, bytes, h5py's bool, float or double.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/artifact/h5_input.h"
#include "pipeline/base/error.h"
#include "pipeline/base/suggest.h"
#include "stages/import_observations/recording.h"

namespace exitaudit::import_observations {
namespace {

template <class T>
std::vector<double> read_as(const H5Input& file, const std::string& name, const H5Array& array) {
  std::vector<T> values(static_cast<std::size_t>(array.count()));
  file.read(name, array, values.data());
  return {values.begin(), values.end()};
}

/// One file, with all that its messages need.
class Datasets {
 public:
  explicit Datasets(const std::filesystem::path& path) : name_(path.string()), file_(path) {}

  [[noreturn]] void fail(const std::string& what) const { throw BadInput(name_ + ": " + what); }

  bool has(const std::string& dataset) const {
    return std::binary_search(file_.names().begin(), file_.names().end(), dataset);
  }

  void refuse_others(const std::vector<std::string>& known) const {
    for (const std::string& dataset : file_.names()) {
      if (std::find(known.begin(), known.end(), dataset) != known.end()) continue;
      fail(fmt::format("has an unknown dataset \"{}\"{}; datasets are {}", dataset, did_you_mean(dataset, known),
                       fmt::join(known, ", ")));
    }
  }

  H5Array shape_of(const std::string& dataset, std::size_t axes) const {
    const auto array = file_.describe(dataset);
    if (!array || array->element == H5Element::kText) {
      fail(fmt::format("dataset {} has a type that is not read; write int32, int64, uint8, bool, float32 or float64",
                       dataset));
    }
    if (array->shape.size() != axes) {
      fail(fmt::format("dataset {} has the shape {}; expected {}", dataset, shape_text(array->shape),
                       axes == 1 ? "[samples]" : "[samples, columns]"));
    }
    if (array->count() > kMostValues) fail(fmt::format("dataset {} holds more than {} values", dataset, kMostValues));
    return *array;
  }

  std::vector<double> numbers(const std::string& dataset, const H5Array& array) const {
    switch (array.element) {
      case H5Element::kUint8:
      case H5Element::kFlag:
        return read_as<std::uint8_t>(file_, dataset, array);
      case H5Element::kInt32:
        return read_as<std::int32_t>(file_, dataset, array);
      case H5Element::kInt64:
        return read_as<std::int64_t>(file_, dataset, array);
      case H5Element::kFloat:
        return read_as<float>(file_, dataset, array);
      default:
        return read_as<double>(file_, dataset, array);
    }
  }

  /// [n] values; n = -1: any number.
  std::vector<double> column(const std::string& dataset, std::int64_t n) const {
    const H5Array array = shape_of(dataset, 1);
    check_rows(dataset, array, n);
    return numbers(dataset, array);
  }

  /// [n, columns] values.
  std::vector<double> matrix(const std::string& dataset, std::int64_t n, std::int64_t& columns) const {
    const H5Array array = shape_of(dataset, 2);
    check_rows(dataset, array, n);
    columns = array.shape[1];
    return numbers(dataset, array);
  }

 private:
  void check_rows(const std::string& dataset, const H5Array& array, std::int64_t n) const {
    if (n < 0 || array.shape[0] == n) return;
    fail(fmt::format("dataset {} has {} rows, label has {}", dataset, array.shape[0], n));
  }

  std::string name_;
  H5Input file_;
};

/// HDF5's complaints are about the user's file, not about an artifact of ours.
template <class Read>
auto as_bad_input(Read read) {
  try {
    return read();
  } catch (const BadInput&) {
    throw;
  } catch (const Error& error) {
    throw BadInput(error.what());
  }
}

Recording read(const Datasets& datasets, const std::filesystem::path& path) {
  datasets.refuse_others({"scores", "logits", "label", "member", "exit", "index", "latency_ms"});
  Recording recording;
  recording.file = path.string();
  recording.are_logits = datasets.has("logits");
  if (recording.are_logits && datasets.has("scores")) datasets.fail("has scores and logits; give one of them");
  const std::string scores = recording.are_logits ? "logits" : "scores";
  for (const std::string& needed : {scores, std::string("label"), std::string("member")}) {
    if (!datasets.has(needed)) datasets.fail(fmt::format("has no dataset {}", needed));
  }
  recording.label = datasets.column("label", -1);
  const std::int64_t n = recording.count();
  recording.scores = datasets.matrix(scores, n, recording.classes);
  recording.member = datasets.column("member", n);
  if (datasets.has("exit")) recording.exit = datasets.column("exit", n);
  if (datasets.has("index")) recording.index = datasets.column("index", n);
  if (datasets.has("latency_ms")) recording.latency_ms = datasets.matrix("latency_ms", n, recording.repeats);
  return recording;
}

}  // namespace

Recording read_h5_recording(const std::filesystem::path& path) {
  return as_bad_input([&] { return read(Datasets(path), path); });
}

Columns columns_of_h5(const std::filesystem::path& path) {
  return as_bad_input([&] {
    const Datasets datasets(path);
    return Columns{.exit = datasets.has("exit"), .latency_ms = datasets.has("latency_ms")};
  });
}

std::int64_t exits_of_h5(const std::filesystem::path& path) {
  return as_bad_input([&] {
    const Datasets datasets(path);
    Recording recording;
    recording.file = path.string();
    if (datasets.has("exit")) recording.exit = datasets.column("exit", -1);
    return exits_of(recording);
  });
}

}  // namespace exitaudit::import_observations
