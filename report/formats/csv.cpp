#include "report/formats/csv.h"

#include <fmt/format.h>

#include "report/formats/csv_line.h"

namespace exitaudit::report {

std::string to_csv(const std::string& study, const std::vector<schema::TableRow>& rows) {
  std::string text =
      "study,dataset,network,exits,seed,role,attack,exit_source,shadow,slice,metric,value,low,high,n,job\n";
  for (const schema::TableRow& row : rows) {
    const schema::Measurement& m = row.measurement;
    text += csv_line({study, row.dataset, row.network, row.exits == 0 ? "" : std::to_string(row.exits),
                      row.seed == -1 ? "" : std::to_string(row.seed), row.role, row.attack, row.exit_source, row.shadow,
                      m.slice, m.metric, csv_number(m.value), csv_number(m.low), csv_number(m.high),
                      std::to_string(m.n), row.job});
  }
  return text;
}

std::string scores_csv(const schema::Verdicts& verdicts) {
  std::string text = "index,member,label,exit,correct,score,decision\n";
  for (std::size_t i = 0; i < verdicts.index.size(); ++i) {
    text += fmt::format("{},{},{},{},{},{},{}\n", verdicts.index[i], verdicts.member[i], verdicts.label[i],
                        verdicts.exit[i], verdicts.correct[i], csv_number(verdicts.score[i]), verdicts.decision[i]);
  }
  return text;
}

}  // namespace exitaudit::report
