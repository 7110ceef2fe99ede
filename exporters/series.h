/* The label sets of results, worked out and written once per page: every family of the exposition repeats them. */
#ifndef WICK_EXPORTERS_SERIES_H
#define WICK_EXPORTERS_SERIES_H

#include "base/buf.h"
#include "model/result.h"

/* One result's labels as pieces of text that stand one behind the other. */
struct series_labels {
	size_t at;           /* in series.text */
	size_t identity_len; /* {service="a",slo="b",team="c"   sorted by name */
	size_t window_len;   /* ,window="30d" */
	size_t info_len;     /* ,objective="99.5%",sli="events",slo_id="a/b",slo_group="eu",alerting="9c0f61e2" */
	bool shown;          /* not the same labels as an earlier result's */
};

struct series {
	struct buf text;
	struct series_labels *list; /* by result */
	size_t len;
	size_t conflicts; /* results that are not shown */
};

void series_init(struct series *series, const struct results *results); /* `results` may be NULL */
void series_release(struct series *series);

/* The labels of one result's series, sorted, in the arena: what series_init writes. */
struct labels series_labels_of(struct arena *arena, const struct slo_result *result);

#endif
