/* Queries as other languages put them. */
#ifndef WICK_EXPORTERS_DEFINITIONS_QUERY_H
#define WICK_EXPORTERS_DEFINITIONS_QUERY_H

#include "model/slo.h"
#include "slo/query.h"

/* The query's tree; NULL for none. Loaders have parsed it before. */
struct promql_node *query_tree(struct arena *arena, const struct query *query);

/* The same query with another placeholder in the place of $window. */
struct str query_with_placeholder(struct arena *arena, struct str canonical, const char *placeholder);

/* There are ranges, all of them are $window, and all stand in rate(), or all in increase(), whose name is put into
 * `function` unless there is another one already. */
bool query_over_window(struct promql_node *tree, struct str *function);
/* At most one series, without labels. */
bool query_single(const struct promql_node *tree);
/* One value without labels, whatever it is made of: aggregations, and what is worked out of them. */
bool query_labelless(const struct promql_node *tree);
/* What its functions make of counters: numbers per second, numbers of a window, or both. */
enum { QUERY_PER_SECOND = 1, QUERY_PER_WINDOW = 2 };
unsigned query_measures(struct promql_node *tree);
/* Counters without any range get one: `sum(x)` is `sum(increase(x[$window]))`. */
struct str query_of_counters(struct arena *arena, struct promql_node *tree);

/* The ratio of bad events as SLI_RATIO says it, canonical: `bad`, or 1 - `good`. */
struct str query_bad_ratio(struct arena *arena, const struct sli *sli);

#endif
