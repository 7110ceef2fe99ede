/* A chain such as a + b + c is a tree as deep on its left side as the chain is long. Code that walks trees collects the
 * chain's binary nodes with this and loops over them, so that it recurses by nesting only, which LIMIT_PROMQL_DEPTH
 * bounds. */
#ifndef WICK_PROMQL_CHAIN_H
#define WICK_PROMQL_CHAIN_H

#include "promql/ast.h"

struct promql_chain {
	const struct promql_node **at; /* the outermost first; the left operand of the last one is no binary node */
	size_t len, cap;
};

struct promql_chain promql_chain_of(const struct promql_node *node);
void promql_chain_release(struct promql_chain *chain);

#endif
