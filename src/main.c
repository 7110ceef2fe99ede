/* wick: error budgets, counted right. All there is to see is in src/cmd. */
#include "cmd/command.h"

int main(int argc, char **argv) { return command_main(argc, argv); }
