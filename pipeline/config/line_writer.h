#pragma once
// LineWriter: what the two ways of writing settings down share, the recorded slice and YAML: one setting a line.
// Internal to pipeline/config.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config/fields.h"

namespace exitaudit::internal {

/// Writes plain settings; what a line and a text look like, and blocks, are left to who derives from it.
class LineWriter : public Fields {
 public:
  void boolean(std::string_view name, bool& value, std::string_view help) final;
  void integer(std::string_view name, std::int64_t& value, IntegerRange range, std::string_view help) final;
  void real(std::string_view name, double& value, RealRange range, std::string_view help) final;
  void optional_real(std::string_view name, std::optional<double>& value, RealRange range, std::string_view help) final;
  void text(std::string_view name, std::string& value, std::string_view help) final;
  void choice_index(std::string_view name, int& index, std::span<const std::string_view> names,
                    std::string_view help) final;
  void integers(std::string_view name, std::vector<std::int64_t>& values, IntegerRange range,
                std::string_view help) final;
  void reals(std::string_view name, std::vector<double>& values, RealRange range, std::string_view help) final;
  void texts(std::string_view name, std::vector<std::string>& values, std::string_view help) final;
  void choice_indices(std::string_view name, std::vector<int>& indices, std::span<const std::string_view> names,
                      std::string_view help) final;

 protected:
  virtual void line(std::string_view name, std::string_view value) = 0;
  virtual std::string form_of_text(const std::string& text) const = 0;
  virtual std::string form_of_choice(std::string_view name) const = 0;
  virtual std::string_view no_value() const = 0;

 private:
  std::string choice(int index, std::span<const std::string_view> names) const;
};

}  // namespace exitaudit::internal
