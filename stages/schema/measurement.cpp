#include "stages/schema/measurement.h"

#include "stages/schema/checks.h"

namespace exitaudit::schema {
namespace {

constexpr const char* kRowGroup = "rows";

/// One field of every row, in order.
template <class Row, class Field>
std::vector<Field> column(const std::vector<Row>& rows, Field Row::*field) {
  std::vector<Field> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*field);
  return values;
}

template <class Row, class Field>
void set_column(std::vector<Row>& rows, Field Row::*field, const std::vector<Field>& values, const std::string& name) {
  check_length({"table"}, name, values.size(), static_cast<std::int64_t>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].*field = values[i];
}

struct TextColumn {
  const char* name;
  std::string TableRow::*field;
};

constexpr TextColumn kTextColumns[] = {
    {"dataset", &TableRow::dataset}, {"network", &TableRow::network},         {"role", &TableRow::role},
    {"attack", &TableRow::attack},   {"exit_source", &TableRow::exit_source}, {"shadow", &TableRow::shadow},
    {"job", &TableRow::job}};

}  // namespace

void write_measurements(ArtifactWriter& out, const std::string& group, const std::vector<Measurement>& rows) {
  out.write_texts(group + "/slice", column(rows, &Measurement::slice));
  out.write_texts(group + "/metric", column(rows, &Measurement::metric));
  out.write(group + "/value", column(rows, &Measurement::value));
  out.write(group + "/low", column(rows, &Measurement::low));
  out.write(group + "/high", column(rows, &Measurement::high));
  out.write(group + "/n", column(rows, &Measurement::n));
}

std::vector<Measurement> read_measurements(const ArtifactReader& in, const std::string& group) {
  const auto slices = in.read_texts(group + "/slice");
  std::vector<Measurement> rows(slices.size());
  set_column(rows, &Measurement::slice, slices, group + "/slice");
  set_column(rows, &Measurement::metric, in.read_texts(group + "/metric"), group + "/metric");
  set_column(rows, &Measurement::value, in.read<double>(group + "/value"), group + "/value");
  set_column(rows, &Measurement::low, in.read<double>(group + "/low"), group + "/low");
  set_column(rows, &Measurement::high, in.read<double>(group + "/high"), group + "/high");
  set_column(rows, &Measurement::n, in.read<std::int64_t>(group + "/n"), group + "/n");
  return rows;
}

void write(ArtifactWriter& out, const std::vector<TableRow>& rows) {
  const std::string group = kRowGroup;
  for (const TextColumn& text : kTextColumns) out.write_texts(group + "/" + text.name, column(rows, text.field));
  out.write(group + "/exits", column(rows, &TableRow::exits));
  out.write(group + "/seed", column(rows, &TableRow::seed));
  write_measurements(out, group, column(rows, &TableRow::measurement));
}

std::vector<TableRow> read_table(const ArtifactReader& in) {
  const std::string group = kRowGroup;
  const std::vector<Measurement> measurements = read_measurements(in, group);
  std::vector<TableRow> rows(measurements.size());
  set_column(rows, &TableRow::measurement, measurements, group);
  for (const TextColumn& text : kTextColumns) {
    set_column(rows, text.field, in.read_texts(group + "/" + text.name), group + "/" + text.name);
  }
  set_column(rows, &TableRow::exits, in.read<std::int64_t>(group + "/exits"), group + "/exits");
  set_column(rows, &TableRow::seed, in.read<std::int64_t>(group + "/seed"), group + "/seed");
  return rows;
}

}  // namespace exitaudit::schema
