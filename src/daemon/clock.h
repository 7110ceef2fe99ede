/* The daemon's one clock: the system's, or in tests a file that holds the time and is moved forward by the test. */
#ifndef WICK_DAEMON_CLOCK_H
#define WICK_DAEMON_CLOCK_H

#include "base/err.h"
#include "base/when.h"

/* With `file` NULL the system's clock. A file that cannot be read is an error. */
bool clock_read(const char *file, struct instant *now, struct err *err);

#endif
