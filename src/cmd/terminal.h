/* How tables are written for what standard output is. */
#ifndef WICK_CMD_TERMINAL_H
#define WICK_CMD_TERMINAL_H

#include "exporters/table.h"

/* On a terminal: its width, and colours unless NO_COLOR is set. Bars of blocks unless the locale is C or POSIX. */
struct table_style terminal_style(void);

#endif
