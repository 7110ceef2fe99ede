/* A listening socket from an address as people write it. */
#ifndef WICK_DAEMON_LISTEN_H
#define WICK_DAEMON_LISTEN_H

#include "base/buf.h"
#include "base/err.h"

/* "127.0.0.1:9655", "[::1]:9655", "localhost:9655", ":9655" (all addresses), port 0 for a free one. The descriptor
 * (close-on-exec, does not block), or -1. */
int listen_on(struct str address, struct err *err);

/* The address and port that the socket has in truth; the port, or 0 where it is none. */
int listen_name(int fd, struct buf *out);

#endif
