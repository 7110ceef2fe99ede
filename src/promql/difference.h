/* What a counter gained in a grid step, as an expression: design "counting". */
#ifndef WICK_PROMQL_DIFFERENCE_H
#define WICK_PROMQL_DIFFERENCE_H

#include "promql/rewrite.h"

/* The events that the series of `selector` (its range does not matter, its offset does) gained in the step before the
 * time of evaluation. */
struct promql_node *difference_of(struct arena *arena, const struct promql_node *selector,
				  const struct rewrite_options *options);

#endif
