/* Makes nodes by hand. Parentheses need no nodes: the printer writes those that are needed. */
#ifndef WICK_PROMQL_BUILD_H
#define WICK_PROMQL_BUILD_H

#include "promql/ast.h"

struct promql_node *build_number(struct arena *arena, double number);
struct promql_node *build_binary(struct arena *arena, const char *op, struct promql_node *left,
				 struct promql_node *right);
/* op operand, such as -x */
struct promql_node *build_unary(struct arena *arena, const char *op, struct promql_node *operand);
/* function (inner), without any grouping */
struct promql_node *build_aggregate(struct arena *arena, const char *function, struct promql_node *inner);
/* function(first) or function(first, second) */
struct promql_node *build_call(struct arena *arena, const char *name, struct promql_node *first,
			       struct promql_node *second);
/* The selector with another range (none where range.ms is 0), looking back `offset` further than it does. */
struct promql_node *build_selector(struct arena *arena, const struct promql_node *selector, struct span range,
				   struct span offset);

#endif
