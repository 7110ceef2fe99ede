/* The page at /policy: which level of its error budget policy each service is in, what its team has agreed to do then,
 * and the policies themselves. */
#ifndef WICK_DAEMON_POLICY_PAGE_H
#define WICK_DAEMON_POLICY_PAGE_H

#include "engine/snapshot.h"

bool policy_page_write(struct buf *out, const struct snapshot *snapshot); /* NULL before the first */

#endif
