/* Grafana dashboards: all that there are, as JSON and as what Grafana is provisioned with. Pure: the same input gives
 * the same bytes, and what is checked in below dashboards/ is what comes out with the defaults. */
#ifndef WICK_EXPORTERS_DASHBOARDS_DASHBOARDS_H
#define WICK_EXPORTERS_DASHBOARDS_DASHBOARDS_H

#include "base/err.h"
#include "exporters/dashboards/dash.h"

/* Where people reach wick unless somebody says otherwise. */
#define DASHBOARDS_WICK_URL STR("http://localhost:9655")

extern const struct dashboard *const dashboards[]; /* ends with NULL */

/* By its name, or its name and ".json"; NULL where there is none. */
const struct dashboard *dashboard_named(struct str name);

/* Files that Grafana reads when it starts: the folder in which it finds the dashboards, and the data sources. */
bool dashboards_provider_write(struct buf *out, struct str path);
struct dashboard_sources {
	struct str prometheus, loki, tempo; /* addresses; empty: none */
};
bool dashboards_sources_write(struct buf *out, const struct dashboard_sources *sources);

#endif
