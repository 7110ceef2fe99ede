#include "ledger/ring.h"

#include "base/mem.h"
#include "ledger/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void ring_init(struct ring *ring, uint32_t most) { *ring = (struct ring){.most = most}; }

void ring_release(struct ring *ring)
{
	free(ring->bad);
	free(ring->total);
	free(ring->bad_part);
	free(ring->total_part);
	*ring = (struct ring){0};
}

static void *copied(const void *from, size_t count, size_t size)
{
	void *copy;

	if (!from)
		return NULL;
	copy = xmalloc(count * size);
	memcpy(copy, from, count * size);
	return copy;
}

struct ring ring_copy(const struct ring *ring)
{
	struct ring copy = *ring;

	copy.bad = copied(ring->bad, ring->cap, sizeof(*ring->bad));
	copy.total = copied(ring->total, ring->cap, sizeof(*ring->total));
	copy.bad_part = copied(ring->bad_part, ring->cap, sizeof(*ring->bad_part));
	copy.total_part = copied(ring->total_part, ring->cap, sizeof(*ring->total_part));
	return copy;
}

static size_t place(const struct ring *ring, int64_t k)
{
	assert(ring->cap);
	return (size_t)slot_rest(k, ring->cap);
}

struct ring_point ring_get(const struct ring *ring, int64_t k)
{
	size_t i = place(ring, k);

	return (struct ring_point){
		.bad = {ring->bad[i], ring->bad_part ? ring->bad_part[i] : 0},
		.total = {ring->total[i], ring->total_part ? ring->total_part[i] : 0},
	};
}

static void set_part(uint32_t **parts, uint32_t cap, size_t i, uint32_t part)
{
	if (!*parts && part)
		*parts = xcalloc(cap, sizeof(**parts));
	if (*parts)
		(*parts)[i] = part;
}

void ring_set(struct ring *ring, int64_t k, struct ring_point point)
{
	size_t i = place(ring, k);

	ring->bad[i] = point.bad.whole;
	ring->total[i] = point.total.whole;
	set_part(&ring->bad_part, ring->cap, i, point.bad.part);
	set_part(&ring->total_part, ring->cap, i, point.total.part);
}

static void resize(struct ring *ring, uint32_t cap, int64_t first, int64_t last)
{
	struct ring grown = {.most = ring->most, .cap = cap < ring->most ? cap : ring->most};

	grown.bad = xcalloc(grown.cap, sizeof(*grown.bad));
	grown.total = xcalloc(grown.cap, sizeof(*grown.total));
	for (int64_t k = first; k < last; k++)
		ring_set(&grown, k, ring_get(ring, k));
	ring_release(ring);
	*ring = grown;
}

void ring_extend(struct ring *ring, int64_t first, int64_t last)
{
	assert(last - first < ring->most);
	if (last - first >= ring->cap)
		resize(ring, ring->cap + ring->cap / 2 + 16, first, last);
}

void ring_reserve(struct ring *ring, int64_t points)
{
	assert(ring->cap == 0 && points >= 0 && points <= ring->most);
	resize(ring, (uint32_t)points + 16, 0, 0);
}

size_t ring_bytes(const struct ring *ring)
{
	size_t parts = (ring->bad_part != NULL) + (size_t)(ring->total_part != NULL);

	return ring->cap * (2 * sizeof(uint64_t) + parts * sizeof(uint32_t));
}
