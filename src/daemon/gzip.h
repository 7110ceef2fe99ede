/* A body compressed as HTTP's "gzip". */
#ifndef WICK_DAEMON_GZIP_H
#define WICK_DAEMON_GZIP_H

#include "base/buf.h"

/* Fast rather than small: pages of metrics shrink to a tenth anyway. False where `out` has not enough room. */
bool gzip_write(struct buf *out, struct str bytes);

#endif
