/* One writer per file: a lock file beside it that names its holder. The kernel drops the lock when the process ends,
 * however it ends; the file itself stays. */
#ifndef WICK_DB_LOCK_H
#define WICK_DB_LOCK_H

#include "base/err.h"

/* The descriptor that holds the lock of `path`, or -1: "'wick.db' is in use by process 123". */
int lock_take(const char *path, struct err *err);
void lock_drop(int fd); /* -1 is legal */

#endif
