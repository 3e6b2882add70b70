#pragma once
// Fresh weights, from named random streams (specification 2.4).
//
// The backbone's stream does not name the number of exits and each head has a stream of its own, so a vanilla network
// and its multi-exit siblings start from the same backbone, and an exit from the same head whatever comes after it.

#include <cstdint>
#include <string>

#include "stages/networks/network.h"

namespace exitaudit::networks {

/// Whose weights they are.
struct InitNames {
  std::string dataset;
  std::string role;  ///< "target" or "shadow0"
  std::int64_t seed = 1;
};

void initialize(MultiExitNetwork& network, const InitNames& names);

}  // namespace exitaudit::networks
