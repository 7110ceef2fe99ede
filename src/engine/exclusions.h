/* The steps of the grid that an SLO's exclusions take out: every step of which any part is excluded, and every slice
 * where slices are what is counted. */
#ifndef WICK_ENGINE_EXCLUSIONS_H
#define WICK_ENGINE_EXCLUSIONS_H

#include "base/arena.h"
#include "model/counts.h"
#include "model/slo.h"

/* The steps behind `from`, up to and with `to`. */
struct stretch {
	step_no from, to;
};

struct stretch_list {
	struct stretch *at; /* rising, with steps between them */
	size_t len;
};

/* Those that have a part in (from, to], whole: neither cut to it nor to each other's overlaps; as they lie in the
 * ledger of `counted`, which is the SLO itself or a member of it. */
struct stretch_list exclusion_stretches(const struct slo *counted, const struct slo *slo, struct arena *arena,
					step_no from, step_no to, struct span step);

/* The place of the first stretch that ends behind the step. */
size_t stretches_behind(const struct stretch_list *list, step_no step);
/* The steps of either list, and those of both. */
struct stretch_list stretches_either(const struct stretch_list *a, const struct stretch_list *b, struct arena *arena);
struct stretch_list stretches_both(const struct stretch_list *a, const struct stretch_list *b, struct arena *arena);

/* The exclusion that takes the step out: the one that is written first where there are several; NULL for none. */
const struct exclusion *exclusion_at(const struct slo *slo, step_no at, struct span step);

#endif
