#include "ledger/ring.h"

#include "base/mem.h"
#include "ledger/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void ring_init(struct ring *ring, uint32_t most) { *ring = (struct ring){.most = most, .first = 0, .last = -1}; }

static void column_release(struct column *column)
{
	free(column->low);
	free(column->high);
	free(column->part);
	*column = (struct column){0};
}

void ring_release(struct ring *ring)
{
	column_release(&ring->bad);
	column_release(&ring->total);
	*ring = (struct ring){0};
}

static uint32_t *copied(const uint32_t *from, size_t count)
{
	return from ? memcpy(xmalloc(count * sizeof(*from)), from, count * sizeof(*from)) : NULL;
}

static struct column column_copy(const struct column *column, size_t cap)
{
	return (struct column){column->base, copied(column->low, cap), copied(column->high, cap),
			       copied(column->part, cap)};
}

struct ring ring_copy(const struct ring *ring)
{
	struct ring copy = *ring;

	copy.bad = column_copy(&ring->bad, ring->cap);
	copy.total = column_copy(&ring->total, ring->cap);
	return copy;
}

static size_t place(const struct ring *ring, int64_t k)
{
	assert(ring->cap);
	return (size_t)slot_rest(k, ring->cap);
}

static struct sum column_get(const struct column *column, size_t i)
{
	uint64_t above = (uint64_t)(column->high ? column->high[i] : 0) << 32 | column->low[i];

	return (struct sum){column->base + above, column->part ? column->part[i] : 0};
}

static void set_digits(uint32_t **digits, uint32_t cap, size_t i, uint32_t value)
{
	if (!*digits && value)
		*digits = xcalloc(cap, sizeof(**digits));
	if (*digits)
		(*digits)[i] = value;
}

static void column_set(struct column *column, uint32_t cap, size_t i, struct sum sum)
{
	uint64_t above = sum.whole - column->base;

	column->low[i] = (uint32_t)above;
	set_digits(&column->high, cap, i, (uint32_t)(above >> 32));
	set_digits(&column->part, cap, i, sum.part);
}

/* The same points with a base below all of them and `sum`: those that have grown for years stay narrow. */
static void column_rebase(struct column *column, const struct ring *ring, struct sum sum)
{
	struct column moved = {sum.whole, xcalloc(ring->cap, sizeof(*moved.low)), NULL, NULL};

	for (int64_t k = ring->first; k <= ring->last; k++) {
		uint64_t whole = column_get(column, place(ring, k)).whole;

		moved.base = (int64_t)whole < (int64_t)moved.base ? whole : moved.base;
	}
	for (int64_t k = ring->first; k <= ring->last; k++)
		column_set(&moved, ring->cap, place(ring, k), column_get(column, place(ring, k)));
	column_release(column);
	*column = moved;
}

static void column_put(struct column *column, const struct ring *ring, int64_t k, struct sum sum)
{
	if (!column->high && (sum.whole - column->base) >> 32)
		column_rebase(column, ring, sum);
	column_set(column, ring->cap, place(ring, k), sum);
}

struct ring_point ring_get(const struct ring *ring, int64_t k)
{
	size_t i = place(ring, k);

	return (struct ring_point){column_get(&ring->bad, i), column_get(&ring->total, i)};
}

void ring_copy_out(const struct ring *ring, int64_t k, size_t len, struct ring_point *out)
{
	size_t at = len ? place(ring, k) : 0;

	for (size_t i = 0; i < len; i++) {
		out[i] = (struct ring_point){column_get(&ring->bad, at), column_get(&ring->total, at)};
		at = at + 1 == ring->cap ? 0 : at + 1;
	}
}

void ring_set(struct ring *ring, int64_t k, struct ring_point point)
{
	assert(k >= ring->first && k <= ring->last);
	column_put(&ring->bad, ring, k, point.bad);
	column_put(&ring->total, ring, k, point.total);
}

static void resize(struct ring *ring, uint32_t cap)
{
	struct ring grown = *ring;

	grown.cap = cap < ring->most ? cap : ring->most;
	grown.bad = (struct column){ring->bad.base, xcalloc(grown.cap, sizeof(uint32_t)), NULL, NULL};
	grown.total = (struct column){ring->total.base, xcalloc(grown.cap, sizeof(uint32_t)), NULL, NULL};
	for (int64_t k = ring->first; k <= ring->last; k++) {
		struct ring_point point = ring_get(ring, k);

		column_set(&grown.bad, grown.cap, place(&grown, k), point.bad);
		column_set(&grown.total, grown.cap, place(&grown, k), point.total);
	}
	ring_release(ring);
	*ring = grown;
}

void ring_append(struct ring *ring, int64_t first, int64_t k, struct ring_point point)
{
	assert(k - first < ring->most && (first == k || k == ring->last + 1));
	ring->first = first;
	ring->last = k - 1;
	if (k - first >= ring->cap)
		resize(ring, ring->cap + ring->cap / 2 + 16);
	column_put(&ring->bad, ring, k, point.bad);
	column_put(&ring->total, ring, k, point.total);
	ring->last = k;
}

void ring_reserve(struct ring *ring, int64_t points)
{
	assert(ring->cap == 0 && points >= 0 && points <= ring->most);
	resize(ring, (uint32_t)points + 16);
}

static size_t column_bytes(const struct column *column, size_t cap)
{
	return cap * ((column->low != NULL) + (size_t)(column->high != NULL) + (column->part != NULL)) *
	       sizeof(uint32_t);
}

size_t ring_bytes(const struct ring *ring)
{
	return column_bytes(&ring->bad, ring->cap) + column_bytes(&ring->total, ring->cap);
}
