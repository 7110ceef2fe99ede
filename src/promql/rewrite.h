/* Rewriting of design "counting": rate(x[w]) and increase(x[w]) inside an expression become the exact difference of the
 * newest values at two grid points, so that sums over steps telescope without a gap. Pure: tree in, tree out. */
#ifndef WICK_PROMQL_REWRITE_H
#define WICK_PROMQL_REWRITE_H

#include "promql/ast.h"

#define REWRITE_HORIZON_MAX ((struct span){6 * SPAN_HOUR})

struct rewrite_options {
	struct span step;     /* the grid */
	struct span lookback; /* how far back `last` looks: bridges missed scrapes and short holes */
	struct span horizon;  /* how far back a series is looked for before it is taken for new; REWRITE_HORIZON_MAX at
				 most */
	bool births;          /* count series that are new with evidence (needs labels job and instance) */
};

/* What became of an expression. */
struct rewritten {
	struct promql_node *node; /* to be evaluated at each grid point with time = the point; in `arena` */
	unsigned counters;        /* rate(), increase() and plain counters that were rewritten */
	bool exact;               /* there are counters, and all of them were rewritten: the numbers telescope */
	bool counted;             /* the same but for sums that leave out what one side lacks */
	bool events;     /* the value is a number of events in the step: a rate is multiplied back to a count */
	struct str note; /* when not exact: what could not be rewritten, and why; for `check` */
};

/* A query without any range is one of plain counters; with a range somewhere, plain selectors are gauges. The ranges of
 * rate() and increase() are replaced; what cannot be rewritten keeps its form with $window set to the step. Rates
 * beside numbers per second (thresholds) stay rates, and their result is multiplied with the step.
 * docs/promql.md has the whole of it. */
struct rewritten promql_rewrite(struct arena *arena, const struct promql_node *query,
				const struct rewrite_options *options);

/* An expression that is a sum of counters: what can be counted by sample, without Prometheus's arithmetic. */
struct counter_term {
	const struct promql_node *selector; /* without range and modifiers; in the arena */
	double factor;                      /* +1, -1, or the constant it is multiplied with */
};
struct counter_sum {
	struct counter_term *terms;
	size_t len;
};
/* Reads `sum by (..) (rate(x[w])) - sum(increase(y[w])) * 2 or vector(0)`, plain selectors, parentheses and the like
 * into its terms. False where the expression is anything else (joins, ratios, other functions, offsets, @, subqueries).
 * Grouping clauses must keep at least the labels of `group_by`. Terms of rate(), of increase() and plain ones cannot be
 * mixed. Where sums over the same labels are added, a group that one of them lacks counts as 0 in it. */
bool promql_counter_sum(struct arena *arena, const struct promql_node *query, const struct str *group_by,
			size_t group_by_len, struct counter_sum *sum);

#endif
