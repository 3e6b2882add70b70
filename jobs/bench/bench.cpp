#include "jobs/bench/bench.h"

#include <fmt/format.h>

#include <cstdio>

#include "pipeline/base/error.h"

namespace exitaudit {

namespace {

std::string run_task(const BenchCase& bench) {
  if (bench.flags.task == "record") return bench_record(bench);
  if (bench.flags.task == "boundary") return bench_boundary(bench);
  return bench_train(bench);
}

}  // namespace

int run_bench(int argc, char** argv) {
  CLI::App app("exitaudit's benchmarks", "exitaudit bench");
  BenchFlags flags;
  add_bench_flags(app, flags);
  try {
    app.parse(argc - 1, argv + 1);
    const BenchCase bench = resolve(flags);
    fmt::print("{}\n", run_task(bench));
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const BadInput& error) {
    fmt::print(stderr, "exitaudit: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "exitaudit: {}\n", error.what());
    return 3;
  }
}

}  // namespace exitaudit
