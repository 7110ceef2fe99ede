/* Runbooks as pages: in general at /runbooks/NAME, of an SLO at /runbooks/NAME/ID, and a list of them at /runbooks/. An
 * ID that is none leads to the one in general, and it says so. */
#ifndef WICK_DAEMON_RUNBOOK_PAGE_H
#define WICK_DAEMON_RUNBOOK_PAGE_H

#include "engine/snapshot.h"

/* The page for what stands behind "/runbooks/", decoded. False where there is none: `out` is left alone. */
bool runbook_page_write(struct buf *out, const struct snapshot *snapshot, struct str rest);

#endif
