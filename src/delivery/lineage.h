/* The first-parent ways of commits: what a branch was, commit by commit, whatever was merged into it. */
#ifndef WICK_DELIVERY_LINEAGE_H
#define WICK_DELIVERY_LINEAGE_H

#include "base/arena.h"
#include "base/map.h"

struct lineage {
	const struct map
		*commits; /* const struct fact_commit * by sha; not taken over, nothing may leave it meanwhile */
	struct map nodes;
	struct arena arena;
};

void lineage_init(struct lineage *lineage, const struct map *commits);
void lineage_release(struct lineage *lineage);

/* Whether one comes to `sha` on the way back from `tip` by first parents, itself included, as far as commits are known.
 * Takes logarithmic time in the length of the way, once the way is known. */
bool lineage_leads(struct lineage *lineage, struct str tip, struct str sha);

#endif
