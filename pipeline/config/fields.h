#pragma once
// One description of an options struct, read by four visitors.
//
// Each options struct has one function, found by its argument:
//
//   void describe(Fields& f, TrainOptions& o) {
//     f.integer("epochs", o.epochs, {1, 100000}, "passes over the training part");
//     choice(f, "optimizer", o.optimizer, kOptimizerNames, "which optimizer");
//   }
//
// The YAML reader fills the struct from it, the slice writer and reader turn it into the canonical text that
// fingerprints hash and back, and the schema export tells editors about it. Names are the YAML's keys.

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exitaudit {

struct IntegerRange {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
};

struct RealRange {
  double low = -std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::max();
  bool open_low = false;  ///< low itself is not allowed
};

/// How a list of blocks may be written.
enum class ListForm {
  kList,         ///< a YAML list of blocks
  kListOrBlock,  ///< one block stands for a list of one
  kMap,          ///< a map from a name to a block; the name is the element's key
};

/// What the visitor of a list of blocks needs: its size and keys, and a look at each element.
struct BlockList {
  std::size_t size = 0;
  std::function<void(std::size_t)> resize;
  std::function<std::string*(std::size_t)> key;  ///< kMap only
  std::function<void(std::size_t, class Fields&)> visit;
};

class Fields {
 public:
  virtual ~Fields() = default;

  virtual void boolean(std::string_view name, bool& value, std::string_view help) = 0;
  virtual void integer(std::string_view name, std::int64_t& value, IntegerRange range, std::string_view help) = 0;
  virtual void real(std::string_view name, double& value, RealRange range, std::string_view help) = 0;
  /// `null`, or absence, leaves it empty: the help says what decides then.
  virtual void optional_real(std::string_view name, std::optional<double>& value, RealRange range,
                             std::string_view help) = 0;
  virtual void text(std::string_view name, std::string& value, std::string_view help) = 0;
  /// One of `names`; `index` is its place.
  virtual void choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                            std::string_view help) = 0;
  virtual void integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange range,
                        std::string_view help) = 0;
  virtual void reals(std::string_view name, std::vector<double>& values, RealRange range, std::string_view help) = 0;
  virtual void texts(std::string_view name, std::vector<std::string>& values, std::string_view help) = 0;
  virtual void choice_indices(std::string_view name, std::vector<int>& indices, std::span<const std::string_view> names,
                              std::string_view help) = 0;
  virtual void block(std::string_view name, const std::function<void(Fields&)>& visit, std::string_view help) = 0;
  virtual void block_list(std::string_view name, ListForm form, const BlockList& list, std::string_view help) = 0;
};

/// An enum whose enumerators count from 0 in the order of `names`.
template <class Enum>
void choice(Fields& f, std::string_view name, Enum& value, std::span<const std::string_view> names,
            std::string_view help) {
  int index = static_cast<int>(value);
  f.choice_index(name, index, names, help);
  value = static_cast<Enum>(index);
}

template <class Enum>
void choices(Fields& f, std::string_view name, std::vector<Enum>& values, std::span<const std::string_view> names,
             std::string_view help) {
  std::vector<int> indices;
  for (Enum value : values) indices.push_back(static_cast<int>(value));
  f.choice_indices(name, indices, names, help);
  values.clear();
  for (int index : indices) values.push_back(static_cast<Enum>(index));
}

/// A nested struct with a describe() of its own.
template <class T>
void block(Fields& f, std::string_view name, T& value, std::string_view help) {
  f.block(
      name, [&](Fields& inner) { describe(inner, value); }, help);
}

/// A list of structs with a describe() of their own.
template <class T>
void blocks(Fields& f, std::string_view name, std::vector<T>& values, std::string_view help,
            ListForm form = ListForm::kList) {
  f.block_list(name, form,
               {.size = values.size(),
                .resize = [&](std::size_t size) { values.assign(size, T{}); },
                .key = {},
                .visit = [&](std::size_t i, Fields& inner) { describe(inner, values[i]); }},
               help);
}

/// A map from names to structs; T has a std::string member `name`, which takes the key.
template <class T>
void named_blocks(Fields& f, std::string_view name, std::vector<T>& values, std::string_view help) {
  f.block_list(name, ListForm::kMap,
               {.size = values.size(),
                .resize = [&](std::size_t size) { values.assign(size, T{}); },
                .key = [&](std::size_t i) { return &values[i].name; },
                .visit = [&](std::size_t i, Fields& inner) { describe(inner, values[i]); }},
               help);
}

}  // namespace exitaudit
