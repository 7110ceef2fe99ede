/* The delivery metrics as samples: `wick_dora_*` of each service and environment, of each team and each group, and
 * `wick_github_*` of each GitHub that is asked. They go onto the daemon's page (exporters/exposition.h); history in the
 * same families is backfill.h's.
 *
 * Services carry `service`, `environment`, `repository`, `team` and `group` where they have them, and what labels their
 * authors gave; teams and groups have families of their own. No label grows with time: no commit, run or person. */
#ifndef WICK_EXPORTERS_DELIVERY_SERIES_H
#define WICK_EXPORTERS_DELIVERY_SERIES_H

#include "exporters/sample_page.h"
#include "github/github.h"
#include "model/dora.h"

struct github_shown {
	struct str host; /* "api.github.com": tells them apart */
	struct github_health health;
};

struct delivery_series {
	const struct dora_results *results; /* or NULL, before there are any */
	const struct github_shown *githubs;
	size_t githubs_len;
};

/* Adds the families to the page. Returns how many results are left out since their labels equal an earlier one's. */
size_t delivery_series_write(struct sample_page *page, const struct delivery_series *delivery);

/* The reference page's tables in Markdown, from the same rows. */
void delivery_reference_write(struct buf *out);

#endif
