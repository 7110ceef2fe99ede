/* How the value of an expression follows from the rates and counts inside of it. */
#ifndef WICK_PROMQL_SCALE_H
#define WICK_PROMQL_SCALE_H

#include "promql/ast.h"

struct scale {
	int rates, counts; /* the powers: sum(rate(x)) has rates 1, a ratio of two rates 0 */
	bool additive;     /* values of steps add up: sums, differences, multiples */
	bool constant;     /* a number */
	bool zero;         /* a number that may stand for any power: 0, vector(0) */
	bool homogeneous;  /* everywhere inside, what is added or compared has the same powers */
};

struct scale_options {
	bool plain_counters; /* plain selectors are counters, not gauges */
};

struct scale promql_scale(const struct promql_node *node, const struct scale_options *options);

/* The selector inside rate(x[w]) or increase(x[w]), or NULL where `node` is no such call on a plain range. */
const struct promql_node *promql_counter_call(const struct promql_node *node);
/* True for functions whose vectors hold native histograms, which cannot be subtracted on Prometheus 2: histogram_count
 * and the like, and histogram_quantile where nothing speaks of buckets. */
bool promql_takes_native(const struct promql_node *call);

#endif
