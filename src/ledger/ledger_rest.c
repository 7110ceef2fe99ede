/* A ledger less others. */
#include "base/mem.h"
#include "ledger/ledger_parts.h"

#include <stdlib.h>

struct taking {
	const struct ledger *whole, *const *parts;
	size_t len;
};

/* The sums of a part at a point of the whole; it may have begun later and ended earlier. */
static struct ring_point part_at(const struct ledger *part, step_no point)
{
	const struct pin *pin;

	if (point >= part->end)
		return part->ever;
	if (point <= part->origin)
		return (struct ring_point){0};
	pin = pins_find(&part->pins, point);
	return pin ? pin->sums : ledger_at(part, point);
}

static struct ring_point point_less(struct ring_point a, struct ring_point b)
{
	return (struct ring_point){sum_sub(a.bad, b.bad), sum_sub(a.total, b.total)};
}

static struct ring_point less(const struct taking *taking, step_no point, struct ring_point sums)
{
	for (size_t i = 0; i < taking->len; i++)
		sums = point_less(sums, part_at(taking->parts[i], point));
	return sums;
}

static const struct ring *ring_of_slot(const struct ledger *ledger, uint32_t slot)
{
	for (size_t i = 0; i < ledger->levels; i++)
		if (ledger->level[i].slot == slot)
			return &ledger->ring[i];
	return NULL;
}

/* What the part has at the multiples of the slot from `first` on. Mostly it has all of them itself. */
static void read_level(const struct ledger *part, uint32_t slot, int64_t first, size_t len, struct ring_point *out)
{
	const struct ring *ring = ring_of_slot(part, slot);
	int64_t last = first + (int64_t)len - 1, from, to;

	from = !ring || ring->first > last ? last + 1 : ring->first > first ? ring->first : first;
	to = ring && ring->last < last ? ring->last : last;
	for (int64_t k = first; k < from; k++)
		out[k - first] = part_at(part, k * slot);
	if (from <= to)
		ring_copy_out(ring, from, (size_t)(to - from + 1), out + (from - first));
	for (int64_t k = to < from ? from : to + 1; k <= last; k++)
		out[k - first] = part_at(part, k * slot);
}

static void take_level(struct ledger *rest, const struct taking *taking, size_t level)
{
	const struct ring *from = &taking->whole->ring[level];
	size_t len = from->last < from->first ? 0 : (size_t)(from->last - from->first + 1);
	struct ring_point *left = xcalloc(len, sizeof(*left)), *part = xcalloc(len, sizeof(*part));

	ring_init(&rest->ring[level], from->most);
	if (len)
		ring_reserve(&rest->ring[level], (int64_t)len);
	ring_copy_out(from, from->first, len, left);
	for (size_t p = 0; p < taking->len; p++) {
		read_level(taking->parts[p], rest->level[level].slot, from->first, len, part);
		for (size_t i = 0; i < len; i++)
			left[i] = point_less(left[i], part[i]);
	}
	for (size_t i = 0; i < len; i++)
		ring_append(&rest->ring[level], from->first, from->first + (int64_t)i, left[i]);
	free(left);
	free(part);
}

static void know(struct ledger *rest, const struct ledger *whole, const struct ledger *const *others, size_t len)
{
	step_no begin = whole->cover.begin, end = whole->end;
	const struct ledger_level *last = &whole->level[whole->levels - 1];

	cover_init(&rest->cover, begin, (struct cover_count){0}, last->age + last->slot);
	cover_append(&rest->cover, COVER_NONE, (uint64_t)(end - begin));
	for (size_t i = 0; i < len; i++) {
		if (!cover_unite(&rest->cover, &others[i]->cover))
			continue;
		cover_recount(&rest->cover, begin);
		if (cover_until(&rest->cover, end).covered - cover_until(&rest->cover, begin).covered ==
		    (uint32_t)(end - begin))
			break; /* there is nothing left to know */
	}
}

/* Counts are differences: what is older than the oldest step lies as far before it as in the whole. */
static struct cover_count count_at(const struct ledger *rest, const struct ledger *whole, const struct pin *pin)
{
	step_no begin = rest->cover.begin;
	struct cover_count first, all;

	if (pin->at >= begin)
		return cover_until(&rest->cover, pin->at);
	first = cover_until(&rest->cover, begin);
	all = cover_until(&whole->cover, begin);
	return (struct cover_count){first.covered - (all.covered - pin->count.covered),
				    first.bridged - (all.bridged - pin->count.bridged)};
}

struct ledger *ledger_rest(const struct ledger *whole, const struct ledger *const *parts, size_t parts_len,
			   const struct ledger *const *others, size_t others_len)
{
	struct taking taking = {whole, parts, parts_len};
	struct ledger *rest = xcalloc(1, sizeof(*rest));

	memcpy(rest->level, whole->level, sizeof(rest->level));
	rest->levels = whole->levels;
	rest->origin = whole->origin;
	rest->end = whole->end;
	rest->ever = less(&taking, whole->end, whole->ever);
	for (size_t i = 0; i < rest->levels; i++)
		take_level(rest, &taking, i);
	know(rest, whole, others, others_len);
	for (uint32_t i = 0; i < whole->pins.len; i++) {
		const struct pin *pin = &whole->pins.at[i];

		pins_append(&rest->pins,
			    (struct pin){pin->at, less(&taking, pin->at, pin->sums), count_at(rest, whole, pin)});
	}
	return rest;
}
