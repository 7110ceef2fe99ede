/* The page for people at "/": one table of all SLOs, worst first. Works without script, prints, and reads on a
 * phone. */
#ifndef WICK_DAEMON_PAGE_H
#define WICK_DAEMON_PAGE_H

#include "engine/snapshot.h"

bool page_write(struct buf *out, const struct snapshot *snapshot); /* NULL before the first */

#endif
