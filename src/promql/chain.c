#include "promql/chain.h"

#include "base/mem.h"

#include <stdlib.h>

struct promql_chain promql_chain_of(const struct promql_node *node)
{
	struct promql_chain chain = {0};

	for (; node->kind == PROMQL_BINARY; node = node->args[0]) {
		XGROW(chain.at, chain.len, chain.cap);
		chain.at[chain.len++] = node;
	}
	return chain;
}

void promql_chain_release(struct promql_chain *chain) { free(chain->at); }
