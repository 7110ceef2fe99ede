#include "ledger/ledger.h"

#include "base/mem.h"
#include "ledger/grid.h"
#include "ledger/ledger_parts.h"

#include <assert.h>
#include <stdlib.h>

enum { SLOT_MAX = 1 << 15 }; /* steps: sum_share's bound; 30 min are 1,800 steps of 1 s */

static step_no steps_in(struct span step, int64_t ms)
{
	step_no steps = slot_ceil(ms, step.ms);

	return steps < 1 ? 1 : steps > LEDGER_AGE_MAX ? LEDGER_AGE_MAX : steps;
}

struct ledger_shape ledger_shape_default(struct span step, struct span keep)
{
	static const int64_t slot_ms[LEDGER_LEVELS] = {0, 5 * SPAN_MINUTE, 30 * SPAN_MINUTE};
	static const int64_t age_ms[LEDGER_LEVELS] = {6 * SPAN_HOUR, SPAN_DAY, INT64_MAX};
	struct ledger_shape shape;
	step_no slot = 1;

	for (size_t i = 0; i < LEDGER_LEVELS; i++) {
		step_no wanted = steps_in(step, slot_ms[i]);

		slot *= wanted > slot ? wanted / slot : 1;
		shape.level[i] = (struct ledger_level){(uint32_t)slot,
						       steps_in(step, age_ms[i] < keep.ms ? age_ms[i] : keep.ms)};
	}
	return shape;
}

struct ledger_shape ledger_shape_exact(struct span step, struct span keep)
{
	struct ledger_level level = {1, steps_in(step, keep.ms)};

	return (struct ledger_shape){{level, level, level}};
}

bool ledger_shape_ok(const struct ledger_shape *shape)
{
	const struct ledger_level *level = shape->level;

	if (level[0].slot != 1 || level[0].age < 1)
		return false;
	for (size_t i = 0; i < LEDGER_LEVELS; i++) {
		if (level[i].slot < 1 || level[i].slot > SLOT_MAX || level[i].age > LEDGER_AGE_MAX)
			return false;
		if (i > 0 && (level[i].slot % level[i - 1].slot != 0 || level[i].age < level[i - 1].age))
			return false;
	}
	return true;
}

struct ledger *ledger_new(const struct ledger_shape *shape, step_no begin)
{
	struct ledger *ledger = xcalloc(1, sizeof(*ledger));
	const struct ledger_level *last = &shape->level[LEDGER_LEVELS - 1];

	assert(ledger_shape_ok(shape));
	ledger->origin = ledger->end = begin;
	for (size_t i = 0; i < LEDGER_LEVELS; i++) {
		struct ledger_level level = shape->level[i];

		if (i > 0 && level.age == shape->level[i - 1].age)
			continue;
		ring_init(&ledger->ring[ledger->levels], (uint32_t)(level.age / level.slot) + 2);
		ledger->level[ledger->levels++] = level;
	}
	cover_init(&ledger->cover, begin, (struct cover_count){0}, last->age + last->slot);
	ledger_set(ledger, begin, (struct ring_point){0});
	return ledger;
}

static void release(struct ledger *ledger)
{
	for (size_t i = 0; i < ledger->levels; i++)
		ring_release(&ledger->ring[i]);
	cover_release(&ledger->cover);
	pins_release(&ledger->pins);
}

void ledger_free(struct ledger *ledger)
{
	if (ledger)
		release(ledger);
	free(ledger);
}

struct ledger *ledger_copy(const struct ledger *ledger)
{
	struct ledger *copy = xmalloc(sizeof(*copy));

	*copy = *ledger;
	for (size_t i = 0; i < ledger->levels; i++)
		copy->ring[i] = ring_copy(&ledger->ring[i]);
	copy->cover = cover_copy(&ledger->cover);
	copy->pins = pins_copy(&ledger->pins);
	return copy;
}

void ledger_become(struct ledger *ledger, struct ledger *other)
{
	release(ledger);
	*ledger = *other;
	free(other);
}

int64_t ledger_first(const struct ledger *ledger, size_t i)
{
	int64_t slot = ledger->level[i].slot;
	int64_t kept = slot_floor(ledger->end - ledger->level[i].age, slot), first = slot_ceil(ledger->origin, slot);

	return kept > first ? kept : first;
}

step_no ledger_begin(const struct ledger *ledger)
{
	const struct ledger_level *last = &ledger->level[ledger->levels - 1];
	step_no kept = slot_floor(ledger->end - last->age, last->slot) * last->slot;

	return kept > ledger->origin ? kept : ledger->origin;
}

step_no ledger_origin(const struct ledger *ledger) { return ledger->origin; }

step_no ledger_end(const struct ledger *ledger) { return ledger->end; }

void ledger_set(struct ledger *ledger, step_no point, struct ring_point sums)
{
	for (size_t i = 0; i < ledger->levels; i++) {
		int64_t slot = ledger->level[i].slot, k = slot_floor(point, slot), first = ledger_first(ledger, i);

		if (k * slot != point || k < first)
			continue;
		ring_append(&ledger->ring[i], first, k, sums);
	}
}

bool ledger_accepts(const struct ledger *ledger, const struct posting *posting)
{
	return posting->first <= ledger->end + 1;
}

static enum cover_state state_of(const struct counts *counts)
{
	return counts->covered > 0 ? COVER_DATA : counts->bridged > 0 ? COVER_BRIDGED : COVER_NONE;
}

static void add(struct ring_point *sums, const struct counts *counts)
{
	sums->bad = sum_add(sums->bad, sum_of(counts->bad));
	sums->total = sum_add(sums->total, sum_of(counts->total));
}

/* Adds to every point of the level what happened in the steps first.. up to it; returns the sums of all of them. */
static struct ring_point amend_level(struct ledger *ledger, size_t level, step_no first, const struct counts *at,
				     size_t len)
{
	struct ring *ring = &ledger->ring[level];
	int64_t slot = ledger->level[level].slot, last = slot_floor(ledger->end, slot), k = slot_ceil(first, slot);
	struct ring_point more = {0};
	size_t i = 0;

	for (k = k < ledger_first(ledger, level) ? ledger_first(ledger, level) : k; k <= last; k++) {
		struct ring_point point = ring_get(ring, k);

		for (; i < len && first + (step_no)i <= k * slot; i++)
			add(&more, &at[i]);
		point.bad = sum_add(point.bad, more.bad);
		point.total = sum_add(point.total, more.total);
		ring_set(ring, k, point);
	}
	for (; i < len; i++)
		add(&more, &at[i]);
	return more;
}

/* The same for the pins. */
static void amend_pins(struct ledger *ledger, step_no first, const struct counts *at, size_t len)
{
	struct ring_point more = {0};
	size_t i = 0;

	for (uint32_t p = pins_from(&ledger->pins, first); p < ledger->pins.len; p++) {
		struct pin *pin = &ledger->pins.at[p];

		for (; i < len && first + (step_no)i <= pin->at; i++)
			add(&more, &at[i]);
		pin->sums.bad = sum_add(pin->sums.bad, more.bad);
		pin->sums.total = sum_add(pin->sums.total, more.total);
		pin->count = cover_until(&ledger->cover, pin->at);
	}
}

/* All steps are in (begin, end]. */
static void amend(struct ledger *ledger, step_no first, const struct counts *at, size_t len)
{
	struct ring_point more = {0};

	if (!len)
		return;
	for (size_t i = 0; i < ledger->levels; i++)
		more = amend_level(ledger, i, first, at, len);
	ledger->ever.bad = sum_add(ledger->ever.bad, more.bad);
	ledger->ever.total = sum_add(ledger->ever.total, more.total);
	for (size_t i = 0; i < len; i++)
		cover_raise(&ledger->cover, first + (step_no)i, state_of(&at[i]));
	cover_recount(&ledger->cover, first);
	amend_pins(ledger, first, at, len);
}

static void append_pin(struct ledger *ledger)
{
	pins_append(&ledger->pins, (struct pin){ledger->end, ledger->ever, cover_until(&ledger->cover, ledger->end)});
}

static void append(struct ledger *ledger, const struct counts *counts)
{
	ledger->end++;
	add(&ledger->ever, counts);
	ledger_set(ledger, ledger->end, ledger->ever);
	cover_append(&ledger->cover, state_of(counts), 1);
	cover_forget(&ledger->cover, ledger_begin(ledger));
}

struct counts ledger_post(struct ledger *ledger, const struct posting *posting)
{
	struct counts dropped = {0};
	step_no known = ledger_begin(ledger), old_end = ledger->end, first = posting->first;
	size_t i = 0, from, pin = 0;

	assert(ledger_accepts(ledger, posting));
	for (; i < posting->len && first + (step_no)i <= known; i++) {
		const struct counts *counts = &posting->at[i];

		dropped.bad += counts->bad;
		dropped.total += counts->total;
		dropped.covered += counts->covered;
		dropped.bridged += counts->bridged;
	}
	for (from = i; i < posting->len && first + (step_no)i <= old_end; i++)
		;
	amend(ledger, first + (step_no)from, posting->at + from, i - from);
	for (; i < posting->len; i++) {
		append(ledger, &posting->at[i]);
		if (posting_pins(posting, ledger->end, &pin))
			append_pin(ledger);
	}
	return dropped;
}

bool ledger_pinned(const struct ledger *ledger, step_no step) { return pins_find(&ledger->pins, step) != NULL; }

void ledger_keep_pins(struct ledger *ledger, const step_no *steps, size_t len) { pins_keep(&ledger->pins, steps, len); }

size_t ledger_pins(const struct ledger *ledger) { return ledger->pins.len; }

step_no ledger_pin(const struct ledger *ledger, size_t i) { return ledger->pins.at[i].at; }

step_no ledger_next(const struct ledger *ledger, step_no point)
{
	step_no next = ledger->end;

	for (size_t i = 0; i < ledger->levels; i++) {
		int64_t slot = ledger->level[i].slot, first = ledger_first(ledger, i) * slot;
		step_no candidate = point < first ? first : (slot_floor(point, slot) + 1) * slot;

		if (candidate < next)
			next = candidate;
	}
	return next;
}

struct ring_point ledger_known_until(const struct ledger *ledger, step_no point, step_no *known)
{
	for (size_t i = 0; i < ledger->levels; i++) {
		int64_t k = slot_floor(point, ledger->level[i].slot);

		if (k < ledger_first(ledger, i))
			continue;
		*known = k * ledger->level[i].slot;
		return ring_get(&ledger->ring[i], k);
	}
	*known = ledger->origin;
	return (struct ring_point){0};
}

struct ring_point ledger_at(const struct ledger *ledger, step_no point)
{
	step_no before, after;
	struct ring_point low = ledger_known_until(ledger, point, &before), high;
	uint32_t share = (uint32_t)(point - before), of;

	if (share == 0)
		return low;
	high = ledger_known_until(ledger, ledger_next(ledger, point), &after);
	of = (uint32_t)(after - before);
	return (struct ring_point){
		.bad = sum_add(low.bad, sum_share(sum_sub(high.bad, low.bad), share, of)),
		.total = sum_add(low.total, sum_share(sum_sub(high.total, low.total), share, of)),
	};
}

/* A point with all that is known of it. */
static struct pin read_point(const struct ledger *ledger, step_no point)
{
	const struct pin *pin = pins_find(&ledger->pins, point);

	if (pin)
		return *pin;
	if (point <= ledger->origin)
		return (struct pin){.at = ledger->origin};
	return (struct pin){point, ledger_at(ledger, point), cover_until(&ledger->cover, point)};
}

/* Nothing was counted up to the origin, so that is known for ever. */
bool ledger_knows(const struct ledger *ledger, step_no point)
{
	return point >= ledger_begin(ledger) || point <= ledger->origin || ledger_pinned(ledger, point);
}

struct counts ledger_read(const struct ledger *ledger, step_no from, step_no to)
{
	step_no begin = ledger_begin(ledger);
	struct pin low, high;

	from = ledger_knows(ledger, from) ? from : begin;
	to = to > ledger->end ? ledger->end : to;
	if (from >= to || !ledger_knows(ledger, to))
		return (struct counts){0};
	low = read_point(ledger, from);
	high = read_point(ledger, to);
	return (struct counts){
		.bad = sum_value(sum_sub(high.sums.bad, low.sums.bad)),
		.total = sum_value(sum_sub(high.sums.total, low.sums.total)),
		.covered = high.count.covered - low.count.covered,
		.bridged = high.count.bridged - low.count.bridged,
	};
}

size_t ledger_newest(const struct ledger *ledger, struct counts *out, size_t len)
{
	struct ring_point high = ledger_at(ledger, ledger->end);
	step_no begin = ledger_begin(ledger);
	size_t found = 0;

	for (step_no at = ledger->end; found < len && at > begin; at--) {
		struct ring_point low = ledger_at(ledger, at - 1);
		enum cover_state state = cover_at(&ledger->cover, at);

		out[found++] = (struct counts){sum_value(sum_sub(high.bad, low.bad)),
					       sum_value(sum_sub(high.total, low.total)), state == COVER_DATA,
					       state == COVER_BRIDGED};
		high = low;
	}
	return found;
}

struct counts ledger_ever(const struct ledger *ledger)
{
	struct cover_count count = cover_until(&ledger->cover, ledger->end);

	return (struct counts){
		.bad = sum_value(ledger->ever.bad),
		.total = sum_value(ledger->ever.total),
		.covered = count.covered,
		.bridged = count.bridged,
	};
}

step_no ledger_last_covered(const struct ledger *ledger, step_no step)
{
	return cover_last_data(&ledger->cover, step < ledger->end ? step : ledger->end);
}

size_t ledger_bytes(const struct ledger *ledger)
{
	size_t bytes = sizeof(*ledger) + cover_bytes(&ledger->cover) + ledger->pins.cap * sizeof(*ledger->pins.at);

	for (size_t i = 0; i < ledger->levels; i++)
		bytes += ring_bytes(&ledger->ring[i]);
	return bytes;
}
