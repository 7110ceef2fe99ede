/* What the API tells of deliveries: the report of all of them, that of one service, and what a number of it is made of.
 */
#ifndef WICK_EXPORTERS_DELIVERY_API_H
#define WICK_EXPORTERS_DELIVERY_API_H

#include "base/err.h"
#include "exporters/delivery/explain.h"

/* As `wick dora report --format json`; `results` may be NULL. */
bool deliveries_json_write(struct buf *out, const struct dora_results *results);

struct delivery_question {
	struct str service;
	struct str environment; /* empty: all of the report's; of an explanation the only one */
	struct str metric;      /* empty: the report; else explain_metric_read's */
	struct str window;      /* of an explanation: "7d", "30d" (or empty), "90d", "month" or the month's name */
};

enum delivery_answer {
	DELIVERY_TOLD,
	DELIVERY_MISSING, /* there is no such service or environment */
	DELIVERY_UNCLEAR, /* there is no such metric or window, or several environments */
};

/* The service's part of the report, an array; or, with a metric, as `wick dora explain --format json`. Says why where
 * it does not tell; `out` may have been written to then. */
enum delivery_answer delivery_json_write(struct buf *out, const struct dora_results *results,
					 const struct delivery_question *question, struct err *err);

#endif
