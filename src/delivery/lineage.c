#include "delivery/lineage.h"

#include "base/mem.h"
#include "model/fact.h"

#include <stdlib.h>

/* Ways are a forest. `jump` is an ancestor so much further back that any is reached in a logarithmic number of steps
 * (E. W. Myers, "An applicative random-access stack", 1983). */
struct node {
	const struct node *parent, *jump; /* of a way's end both are itself */
	size_t depth;
};

void lineage_init(struct lineage *lineage, const struct map *commits)
{
	*lineage = (struct lineage){.commits = commits};
	map_init(&lineage->nodes);
	arena_init(&lineage->arena);
}

void lineage_release(struct lineage *lineage)
{
	map_release(&lineage->nodes);
	arena_release(&lineage->arena);
}

static struct node *add(struct lineage *lineage, const struct fact_commit *commit, const struct node *parent)
{
	struct node *node = arena_alloc(&lineage->arena, sizeof(*node));

	*node = (struct node){.parent = node, .jump = node};
	if (parent) {
		const struct node *jump = parent->jump;
		bool even = parent->depth - jump->depth == jump->depth - jump->jump->depth;

		*node = (struct node){.parent = parent, .jump = even ? jump->jump : parent, .depth = parent->depth + 1};
	}
	map_put(&lineage->nodes, commit->sha, node);
	return node;
}

/* NULL where the commit is not known. */
static const struct node *node_of(struct lineage *lineage, struct str sha)
{
	const struct fact_commit *commit, **way = NULL;
	const struct node *node = map_get(&lineage->nodes, sha);
	size_t len = 0, cap = 0;

	/* a host that makes a circle of them is left where it closes */
	while (!node && len < lineage->commits->len && (commit = map_get(lineage->commits, sha))) {
		XGROW(way, len, cap);
		way[len++] = commit;
		if (!commit->parents_len)
			break;
		sha = commit->parents[0];
		node = map_get(&lineage->nodes, sha);
	}
	while (len > 0)
		node = add(lineage, way[--len], node);
	free(way);
	return node;
}

bool lineage_leads(struct lineage *lineage, struct str tip, struct str sha)
{
	const struct node *from = node_of(lineage, tip), *to = node_of(lineage, sha);

	if (!from || !to)
		return false;
	while (from->depth > to->depth)
		from = from->jump->depth >= to->depth ? from->jump : from->parent;
	return from == to;
}
