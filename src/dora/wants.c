/* Which ranges a history lacks (contract: dora.h). */
#include "base/mem.h"
#include "dora/chain.h"

#include <stdlib.h>

struct dora_wants {
	struct dora_case one;
	struct arena arena;
	struct chain chain;
};

struct dora_wants *dora_wants_new(const struct dora_case *one)
{
	struct dora_wants *wants = xcalloc(1, sizeof(*wants));

	wants->one = *one;
	arena_init(&wants->arena);
	chain_init(&wants->chain, &wants->one, false, &wants->arena);
	return wants;
}

bool dora_wants_next(struct dora_wants *wants, struct str *base, struct str *head)
{
	struct chain_link link;
	enum chain_step step;

	do
		step = chain_next(&wants->chain, &link);
	while (step == CHAIN_LINK || step == CHAIN_LEFT_OUT);
	if (step == CHAIN_END)
		return false;
	*base = wants->chain.base;
	*head = wants->chain.head;
	return true;
}

void dora_wants_free(struct dora_wants *wants)
{
	if (!wants)
		return;
	chain_release(&wants->chain);
	arena_release(&wants->arena);
	free(wants);
}

bool dora_wants_range(const struct dora_case *one, struct str *base, struct str *head)
{
	struct dora_wants *wants = dora_wants_new(one);
	bool wanted = dora_wants_next(wants, base, head);

	dora_wants_free(wants);
	return wanted;
}
