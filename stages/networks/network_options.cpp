#include "stages/networks/network_options.h"

namespace exitaudit::networks {

bool takes_images(Family family) {
  return family < Family::kFcn18_1;
}

void describe(Fields& f, NetworkOptions& o) {
  choice(f, "family", o.family, kFamilyNames, "architecture");
  f.integer("exits", o.exits, {1, kMostExits}, "exits in all, the last one among them; 1 is the vanilla network");
  f.real("width", o.width, {0, 4, true}, "factor on all channel and hidden widths; 1 is the paper's network");
  choice(f, "placement", o.placement, kPlacementNames,
         "the released code's places of the exits, or equal steps of work");
  choice(f, "head_activation", o.head_activation, kHeadActivationNames, "middle layer of an exit's head");
}

}  // namespace exitaudit::networks
