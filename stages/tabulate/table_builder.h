#pragma once
// TableBuilder: a table out of artifacts, one after the other. Used by the stage, which has them all, and by a report
// on a study that is not done, which has some.

#include <string>
#include <vector>

#include "pipeline/artifact/reader.h"
#include "stages/schema/curve.h"
#include "stages/schema/measurement.h"
#include "stages/tabulate/checks.h"
#include "stages/tabulate/tabulate_options.h"

namespace exitaudit::tabulate {

struct Table {
  std::vector<schema::TableRow> rows;
  std::vector<schema::Curve> curves;
};

/// One row a measurement, on the axes of its source.
std::vector<schema::TableRow> rows_of(const TabulateSource& source, const std::string& job,
                                      const std::vector<schema::Measurement>& measurements);

class TableBuilder {
 public:
  /// What an artifact says, on the axes of its source; `job` made it. A dataset's partition goes before its recordings,
  /// a recording before its verdicts. Throws what reading the noun throws, and then nothing of it is in the table.
  void see(const TabulateSource& source, const std::string& job, const ArtifactReader& in);

  /// A source that is not there; before what rests on it.
  void miss(const TabulateSource& source) { checks_.miss(source); }

  /// With the means over all that was seen and the checks, sorted. Call once.
  Table finish(const TabulateJob& job);

 private:
  struct Found {
    std::vector<schema::Measurement> measurements;
    std::vector<schema::Curve> curves;
  };
  void append(const std::vector<schema::TableRow>& rows);
  Found read(const TabulateSource& source, const ArtifactReader& in);

  Table table_;
  Checks checks_;
};

}  // namespace exitaudit::tabulate
