/* What the explanation's text and JSON share: the walk over a window, and its sum. */
#ifndef WICK_EXPORTERS_DELIVERY_EXPLAIN_PARTS_H
#define WICK_EXPORTERS_DELIVERY_EXPLAIN_PARTS_H

#include "exporters/delivery/explain.h"

/* Added up from the histories again, not taken from the result: should the two ever differ, the reader sees it. */
struct explain_sum {
	size_t deployments, failed, recovered, unplanned;
	size_t failed_by[EVIDENCES];
	size_t attempts[ATTEMPT_RESULTS];
	double *seconds; /* of lead times, or of recoveries, sorted */
	size_t len, cap;
};
void explain_sum_make(struct explain_sum *sum, const struct dora_result *result, size_t window,
		      enum explain_metric metric);
void explain_sum_release(struct explain_sum *sum);

/* (from, to] */
bool explain_within(const struct dora_window *window, struct instant at);
/* When an attempt counts: at its end, or its begin where no end is known. */
struct instant explain_attempt_time(const struct fact_attempt *attempt);
/* The deployment is part of what the metric is made of. */
bool explain_wants(enum explain_metric metric, const struct dora_deployment *deployment);
/* What the metric is made of in that window could be read. */
bool explain_known(const struct dora_metrics *metrics, enum explain_metric metric);
/* The reason is one that this metric leaves something out for. */
bool explain_leaves_out(enum explain_metric metric, enum exclusion_reason reason);

/* The value at a quantile of `len` sorted ones, and the two that it lies between (the first is number 1): linear
 * between neighbours. */
struct explain_quantile {
	size_t low, high;
	double part, value; /* `part` of the way from the low one to the high one */
};
struct explain_quantile explain_quantile_of(const double *sorted, size_t len, double quantile);

#endif
