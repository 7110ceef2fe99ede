/* Sums and differences of counts in which what has no series counts as 0. Prometheus leaves out of `a + b` whatever one
 * side lacks; of counts that would be all events, or none, for want of one kind of them. Pure: tree in, tree out. */
#ifndef WICK_PROMQL_ADDITION_H
#define WICK_PROMQL_ADDITION_H

#include "promql/ast.h"

struct addition {
	struct promql_node *node;             /* the query with its sums rewritten; in the arena */
	const struct promql_node *left_alone; /* one that joins many to one, or is the 17th inside of others; or NULL */
};

/* Each `a + b - c` of counts becomes
 *
 *   sum without (__addend__) (label_replace(a, "__addend__", "1", "", "") or label_replace(b, ...) or
 *                            label_replace(-c, ...))
 *
 * which has a value where any of them has one, and those labels that the operators give. Counts are rates, increases
 * and the like, with `plain_counters` plain selectors too; gauges, ratios and what stands inside of subqueries stay. */
struct addition promql_add_up(struct arena *arena, const struct promql_node *query, bool plain_counters);

/* rate, increase and whatever else is asked of counters over a range. */
bool promql_on_counters(struct str function);

#endif
