/* The order of things in time. */
#ifndef WICK_DORA_ORDER_H
#define WICK_DORA_ORDER_H

#include "model/dora.h"

/* In a comparison for qsort: goes on where the two are equal. */
#define ORDER_BY(a, b)                                                                                                 \
	do {                                                                                                           \
		if ((a) != (b))                                                                                        \
			return (a) < (b) ? -1 : 1;                                                                     \
	} while (0)

/* How many of the deployments, which are in the order of time, were there at a moment. */
static inline size_t deployed_by(const struct dora_deployment *deployments, size_t len, struct instant at)
{
	size_t low = 0, high = len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (deployments[middle].at.ms <= at.ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif
