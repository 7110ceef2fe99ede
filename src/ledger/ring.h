/* The points of one level of a ledger: cumulative sums at the numbers k (the step k * slot) of a moving range. Grows as
 * needed up to the level's size; the parts behind the point take memory only once there are some. */
#ifndef WICK_LEDGER_RING_H
#define WICK_LEDGER_RING_H

#include "ledger/sum.h"

#include <stddef.h>

struct ring_point {
	struct sum bad, total;
};

struct ring {
	uint64_t *bad, *total;
	uint32_t *bad_part, *total_part; /* NULL while all sums are whole */
	uint32_t cap, most;              /* points that fit now; that are ever needed */
};

void ring_init(struct ring *ring, uint32_t most);
void ring_release(struct ring *ring);
struct ring ring_copy(const struct ring *ring);

struct ring_point ring_get(const struct ring *ring, int64_t k);
/* Sets the point `k`, which must be in the ring's range. */
void ring_set(struct ring *ring, int64_t k, struct ring_point point);
/* Makes room so that the points first..last fit, where first..last - 1 are there already. */
void ring_extend(struct ring *ring, int64_t first, int64_t last);
/* Room for so many points at once, in a ring that has none. */
void ring_reserve(struct ring *ring, int64_t points);
size_t ring_bytes(const struct ring *ring);

#endif
