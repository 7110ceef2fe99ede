/* The points of one level of a ledger: cumulative sums at the numbers k (the step k * slot) of a moving range. Grows as
 * needed up to the level's size. Of a sum mostly its distance from a base is kept, in 32 bits; the digits above those,
 * and those behind the point, take memory only once there are some. */
#ifndef WICK_LEDGER_RING_H
#define WICK_LEDGER_RING_H

#include "ledger/sum.h"

#include <stddef.h>

struct ring_point {
	struct sum bad, total;
};

/* One of the sums of every point: base + high * 2^32 + low, and part * 2^-32. */
struct column {
	uint64_t base;
	uint32_t *low, *high, *part; /* high and part: NULL while all are 0 */
};

struct ring {
	struct column bad, total;
	uint32_t cap, most;  /* points that fit now; that are ever needed */
	int64_t first, last; /* the points first..last are there */
};

void ring_init(struct ring *ring, uint32_t most);
void ring_release(struct ring *ring);
struct ring ring_copy(const struct ring *ring);

struct ring_point ring_get(const struct ring *ring, int64_t k);
/* The points from `k` on, `len` of them, which are there. */
void ring_copy_out(const struct ring *ring, int64_t k, size_t len, struct ring_point *out);
/* Changes the point `k`, which is there. */
void ring_set(struct ring *ring, int64_t k, struct ring_point point);
/* Adds the point `k`, which follows the last one; those before `first` are needed no more. */
void ring_append(struct ring *ring, int64_t first, int64_t k, struct ring_point point);
/* Room for so many points at once, in a ring that has none. */
void ring_reserve(struct ring *ring, int64_t points);
size_t ring_bytes(const struct ring *ring);

#endif
