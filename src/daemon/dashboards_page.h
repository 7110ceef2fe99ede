/* The Grafana dashboards that the daemon hands out: a list of them as a page, and each as JSON. */
#ifndef WICK_DAEMON_DASHBOARDS_PAGE_H
#define WICK_DAEMON_DASHBOARDS_PAGE_H

#include "base/buf.h"

/* `rest` is what stands behind /dashboards/: "" for the list, "NAME.json" for a dashboard, with links to `wick_url`
 * (empty: the usual address). *json says which it is. False where there is none of that name. */
bool dashboards_page_write(struct buf *out, struct str rest, struct str wick_url, bool *json);

#endif
