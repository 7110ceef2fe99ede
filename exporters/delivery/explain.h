/* `wick dora explain METRIC SERVICE`: what a number of a report is made of. Each deployment of the window, with its
 * commits and their way by stage, or with what failed and why that counts; what was left out and why; and at the end
 * the sum that gives the number, so that a reader can add up. As text for people, and as JSON. */
#ifndef WICK_EXPORTERS_DELIVERY_EXPLAIN_H
#define WICK_EXPORTERS_DELIVERY_EXPLAIN_H

#include "base/buf.h"
#include "base/err.h"
#include "model/dora.h"

enum explain_metric {
	EXPLAIN_DEPLOYMENTS,
	EXPLAIN_LEAD_TIME,
	EXPLAIN_CHANGE_FAILURE,
	EXPLAIN_RECOVERY,
	EXPLAIN_REWORK,
	EXPLAIN_ATTEMPTS,
};
enum { EXPLAIN_METRICS = EXPLAIN_ATTEMPTS + 1 };
extern const char *const explain_metric_names[EXPLAIN_METRICS]; /* "deployments", "lead_time", ... */

/* The names above, and those that reports and DORA have for them: "frequency", "change_failure_ratio", ... An error
 * lists the names, or the nearest. */
bool explain_metric_read(struct str text, enum explain_metric *metric, struct err *err);

/* `window`: a position in result->windows. False where `out` had not enough room. */
bool dora_explain_write(struct buf *out, const struct dora_result *result, size_t window, enum explain_metric metric);
bool dora_explain_json_write(struct buf *out, const struct dora_result *result, size_t window,
			     enum explain_metric metric);

#endif
