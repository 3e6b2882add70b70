// The light program, and the conductor under mpirun: starts at once, no torch.

#include "jobs/commands/command.h"

int main(int argc, char** argv) {
  return exitaudit::run_program(argc, argv);
}
