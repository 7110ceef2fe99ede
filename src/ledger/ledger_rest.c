/* A ledger less others. */
#include "base/mem.h"
#include "ledger/ledger_parts.h"

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

static struct ring_point less(const struct taking *taking, step_no point, struct ring_point sums)
{
	for (size_t i = 0; i < taking->len; i++) {
		struct ring_point part = part_at(taking->parts[i], point);

		sums.bad = sum_sub(sums.bad, part.bad);
		sums.total = sum_sub(sums.total, part.total);
	}
	return sums;
}

static void take_level(struct ledger *rest, const struct taking *taking, size_t level)
{
	const struct ring *from = &taking->whole->ring[level];
	struct ring *ring = &rest->ring[level];

	ring_init(ring, from->most);
	if (from->last < from->first)
		return;
	ring_reserve(ring, from->last - from->first + 1);
	for (int64_t k = from->first; k <= from->last; k++)
		ring_append(ring, from->first, k, less(taking, k * rest->level[level].slot, ring_get(from, k)));
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
