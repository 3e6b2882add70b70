#pragma once
// ModelData: what a study knows of one target, gathered for the sections of its page.

#include <functional>
#include <string>
#include <vector>

#include "report/pages/model_page.h"
#include "report/study_results.h"
#include "report/tables/figures.h"

namespace exitaudit::report {

struct ModelData {
  Subject subject = {};       ///< of the model: no attack
  std::string id = {};        ///< what its charts' ids begin with
  StudyResults results = {};  ///< rows, curves and expected results of this target alone
  Figures figures = {};       ///< of the target itself
  std::vector<ExpectedResult> holes = {};
};

ModelData model_data(const StudyResults& results, const Subject& subject);

/// What tables are made of: what there is of this target. What is not there is told in sentences.
inline StudyResults for_tables(const ModelData& model) {
  StudyResults found;
  found.rows = model.results.rows;
  return found;
}

/// Why there is nothing to show: the state of the hole where the study asks for a result of that noun, else
/// `otherwise`.
std::string absence(const ModelData& model, const std::string& noun, const std::string& otherwise);

/// Without the columns that say which model a row is about: the page's title does.
TextTable without_subject(TextTable table);

/// The target's own curves of that name, one a slice, in the order of exits.
std::vector<const schema::Curve*> curves_named(const ModelData& model, const std::string& name);

/// nullptr where there is none of that slice.
const schema::Curve* find_curve(const ModelData& model, const std::string& name, const std::string& slice = "all");

/// A curve as a series, its values times `factor`.
ChartSeries series_of(const schema::Curve& curve, const std::string& name, SeriesStyle style, double factor = 1);

/// "exit 2" of the slice "exit=2"; other slices as they are.
std::string slice_name(const std::string& slice);

/// Where `share` of the mass of each of these histograms (y[i] from x[i] to x[i+1]) is left of; NaN without mass.
double upper_edge(const std::vector<const schema::Curve*>& histograms, double share);

/// The sections, in the page's order. What was not measured is a sentence in its section.
ModelSection exits_section(const ModelData& model);
ModelSection training_section(const ModelData& model);
ModelSection threshold_section(const ModelData& model);
ModelSection overthinking_section(const ModelData& model);
ModelSection losses_section(const ModelData& model);
ModelSection clock_section(const ModelData& model);
ModelSection attacks_section(const ModelData& model);

}  // namespace exitaudit::report
