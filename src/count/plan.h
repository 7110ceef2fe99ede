/* How an SLO is counted: its definition turned into what has to be asked. Pure: definition in, questions out.
 *
 * By sample: the raw samples of plain selectors are asked for, and differences, births, resets and sums are worked out
 * per series here (count/tally.h). One question serves every SLO that uses the same metric. By expression: Prometheus
 * evaluates a rewritten expression at each grid point (count/grid.h). For everything that is not a sum of counters. */
#ifndef WICK_COUNT_PLAN_H
#define WICK_COUNT_PLAN_H

#include "model/slo.h"
#include "promql/rewrite.h"

enum plan_way { PLAN_BY_SAMPLE, PLAN_BY_EXPRESSION };
extern const char *const plan_way_names[PLAN_BY_EXPRESSION + 1]; /* "sample", "expression" */

/* What an increment of one event of a selector's series does to the counts of its step. */
struct plan_term {
	const struct promql_node *selector;
	double bad, total; /* added per event */
	bool covers;       /* samples of these series show that the step had data */
	bool gauge;  /* a probe: each step of a series is one sample, bad by the share of it in which the gauge was 0 */
	bool native; /* of native histograms: the events are the observations at or below `bound` */
	double bound; /* infinite: all of them */
};

/* What the value of an expression at a grid point does to the counts of its step. */
enum plan_reading {
	READ_BAD,
	READ_GOOD,
	READ_TOTAL,     /* events of the step */
	READ_THRESHOLD, /* a value to compare with the limit: one sample per step */
	READ_BAD_RATIO,
	READ_GOOD_RATIO, /* a ratio: one step's worth of events, bad by the ratio */
	READ_SEEN,       /* any value shows that the step had data */
};
enum { PLAN_READINGS = 3 };

struct plan_query {
	struct str text;
	enum plan_reading reading;
};

struct plan {
	const struct slo *slo;
	enum plan_way way;
	struct plan_term *terms; /* by sample */
	size_t terms_len;
	struct plan_query query[PLAN_READINGS]; /* by expression */
	size_t query_len;
	bool exact;      /* every event is counted once; false: as good as the query's own windows */
	struct str note; /* why by expression, or why not exact; for people */
};

enum plan_preference { PLAN_AUTO, PLAN_PREFER_SAMPLE, PLAN_PREFER_EXPRESSION };

struct plan_options {
	struct rewrite_options rewrite;
	enum plan_preference preference; /* what is not possible is not forced */
};

/* Texts and nodes of the plan live in `arena`. False if a query does not parse (loaders have checked it before). */
bool plan_make(struct arena *arena, const struct slo *slo, const struct plan_options *options, struct plan *plan,
	       struct err *err);

/* A regular expression for every way to write a bucket bound: "1", "1.0", "1e+06" as Go does, "1.0E6" as Java does. */
struct str plan_bound_pattern(struct arena *arena, double bound);
/* The matcher of `le` for the bound of a latency SLI. */
struct promql_matcher plan_bound_matcher(struct arena *arena, const struct slo *slo, struct str metric);
/* The bound of a latency SLI in the histogram's unit: seconds, unless its name says milliseconds. */
double plan_latency_bound(const struct sli *sli, struct str metric_name);

#endif
