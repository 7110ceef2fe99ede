#include "model/curve.h"

#include "base/mem.h"

#include <stdlib.h>

struct curve *curve_new(void)
{
	struct curve *curve = xcalloc(1, sizeof(*curve));

	curve->references = 1;
	return curve;
}

struct curve *curve_ref(struct curve *curve)
{
	__atomic_add_fetch(&curve->references, 1, __ATOMIC_RELAXED);
	return curve;
}

void curve_unref(struct curve *curve)
{
	if (curve && __atomic_sub_fetch(&curve->references, 1, __ATOMIC_ACQ_REL) == 0)
		free(curve);
}

struct instant curve_end(const struct curve *curve, unsigned slot)
{
	struct instant end = {(curve->from.ms / curve->slot.ms + 1 + slot) * curve->slot.ms};

	return end.ms < curve->to.ms ? end : curve->to;
}
