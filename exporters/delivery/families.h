/* The delivery metrics' families as tables: one row each, which docs/metrics.md repeats. Those of a team or group have
 * names of their own ("wick_dora_team_deployments"), so that a sum over services counts nothing twice. */
#ifndef WICK_EXPORTERS_DELIVERY_FAMILIES_H
#define WICK_EXPORTERS_DELIVERY_FAMILIES_H

#include "exporters/families.h"
#include "github/github.h"
#include "model/dora.h"

/* The labels that a family adds. A metric is what has one set of them, less `quantile` and `le`. */
enum dora_axis {
	DORA_PLAIN,
	DORA_BY_WINDOW,
	DORA_BY_WINDOW_RESULT,
	DORA_BY_WINDOW_EVIDENCE,
	DORA_BY_WINDOW_REASON,
	DORA_QUANTILES_BY_WINDOW,
	DORA_QUANTILES_BY_WINDOW_STAGE,
	DORA_BY_RESULT,
	DORA_BY_METRIC,
	DORA_BY_METRIC_YEAR,
	DORA_HISTOGRAM,
	DORA_INFO,
};
enum { DORA_AXES = DORA_INFO + 1 };
extern const char *const dora_axis_labels[DORA_AXES]; /* for the reference page; empty for none */

enum dora_family_scope { DORA_FOR_SERVICES, DORA_FOR_ALL, DORA_FOR_AGGREGATES };

struct dora_family {
	struct family family; /* named for services: dora_family_named */
	enum dora_axis axis;
	enum dora_family_scope scope;
	bool live; /* of the reading, not of the history: nothing is known of it for a moment that is past */
	/* The number of window `window` (0 where the axis has none) at a position: of an attempt's result, an evidence,
	 * a reason, a metric; of a quantile, behind those of the stages before. Of DORA_HISTOGRAM a bucket, or
	 * DORA_BUCKETS for the sum. NaN: no series. */
	double (*value)(const struct dora_result *result, size_t window, size_t position);
};
extern const struct dora_family dora_families[];
extern const size_t dora_families_len;

/* The family under its name for that scope; false where that scope has none. `name` has to stay as long as `family`. */
enum { DORA_FAMILY_NAME = 96 };
bool dora_family_named(const struct dora_family *row, enum dora_scope scope, char name[static DORA_FAMILY_NAME],
		       struct family *family);

struct github_family {
	struct family family;
	bool by_outcome; /* position: enum github_verdict */
	double (*value)(const struct github_health *health, size_t position);
};
extern const struct github_family github_families[];
extern const size_t github_families_len;

#endif
