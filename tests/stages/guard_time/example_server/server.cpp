// An inference server behind TimeGuard: reads rows of bits, answers each with its exit once the guard lets it go.
//
//   EXITAUDIT_GUARD_SECRET_FILE=guard.secret example_server SIGMA_MS < rows
//
// Its model is a toy of three exits, 1 ms of work each; rows with many ones are easy. Prints "EXIT SEED DELAY_MS
// WAITED_MS" a row. A server in earnest prints the answer alone: seed and delay are for the test that reads this.

#include <exitaudit_guard/content_hash.h>
#include <exitaudit_guard/secret.h>
#include <exitaudit_guard/time_guard.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace guard = exitaudit::guard_time;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kExits = 3;

std::int64_t ask_model(const std::vector<std::uint8_t>& bits) {
  const auto ones = std::count(bits.begin(), bits.end(), std::uint8_t{1});
  const auto exit = std::max<std::int64_t>(0, kExits - 1 - ones);
  std::this_thread::sleep_for(std::chrono::milliseconds(exit + 1));
  return exit;
}

void answer(const guard::TimeGuard& clock, const std::vector<std::uint8_t>& bits) {
  const Clock::time_point asked = Clock::now();
  const std::int64_t exit = ask_model(bits);
  const std::string content = guard::row_hash(bits);
  guard::wait_for_release(clock, content, exit, asked);
  const std::chrono::duration<double, std::milli> waited = Clock::now() - asked;
  const std::uint64_t seed = clock.seed(content);
  std::printf("%lld %016llx %a %.3f\n", static_cast<long long>(exit), static_cast<unsigned long long>(seed),
              clock.delay_ms(seed), waited.count());
}

void serve(double sigma_ms) {
  const auto warn = [](const std::string& warning) { std::cerr << warning << "\n"; };
  const guard::TimeGuard clock(guard::secret_from_environment(warn), {.sigma_ms = sigma_ms, .exits = kExits});
  std::string row;
  while (std::cin >> row) {
    std::vector<std::uint8_t> bits;
    for (const char bit : row) bits.push_back(bit == '1' ? 1 : 0);
    answer(clock, bits);
  }
}

}  // namespace

int main(int count, char** arguments) {
  try {
    serve(count > 1 ? std::stod(arguments[1]) : 1);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  return 0;
}
