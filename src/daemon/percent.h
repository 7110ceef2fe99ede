/* Names in paths of requests: percent-encoding (RFC 3986, 2.1), undone. */
#ifndef WICK_DAEMON_PERCENT_H
#define WICK_DAEMON_PERCENT_H

#include "base/buf.h"

/* False for a percent sign without two hex digits, for NUL, and where `out` is too small. */
bool percent_decode(struct str text, struct buf *out);

#endif
