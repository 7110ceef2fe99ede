#include "base/limits.h"
#include "ledger/grid.h"
#include "ledger/ledger_parts.h"
#include "ledger/pack.h"
#include "ledger/varint.h"

enum { MARK = 'L' };

static void put_sum(struct buf *out, struct sum sum, bool parts)
{
	varint_put(out, sum.whole);
	if (parts)
		varint_put(out, sum.part);
}

static struct sum get_sum(struct reader *in, bool parts)
{
	struct sum sum = {.whole = varint_get(in)};
	uint64_t part = parts ? varint_get(in) : 0;

	in->failed |= part > UINT32_MAX;
	sum.part = (uint32_t)part;
	return sum;
}

static bool has_parts(const struct ledger *ledger)
{
	struct ring_point first = ledger_at(ledger, ledger_begin(ledger)), point;

	for (step_no at = ledger_begin(ledger); at < ledger->end;) {
		at = ledger_next(ledger, at);
		point = ledger_at(ledger, at);
		if (point.bad.part || point.total.part)
			return true;
	}
	return first.bad.part || first.total.part;
}

/* Runs of equal states: a ledger without holes has one. */
static void write_cover(const struct ledger *ledger, struct buf *out)
{
	step_no begin = ledger_begin(ledger);
	struct cover_count count = cover_until(&ledger->cover, begin);

	varint_put(out, count.covered);
	varint_put(out, count.bridged);
	for (step_no from = begin + 1, last; from <= ledger->end; from = last + 1) {
		last = cover_run_end(&ledger->cover, from);
		varint_put(out, (uint64_t)cover_at(&ledger->cover, from));
		varint_put(out, (uint64_t)(last + 1 - from));
	}
}

static void write_points(const struct ledger *ledger, struct buf *out)
{
	struct ring_point last = {0};
	bool parts = has_parts(ledger);

	varint_put(out, parts);
	for (step_no at = ledger_begin(ledger);; at = ledger_next(ledger, at)) {
		struct ring_point point = ledger_at(ledger, at);

		put_sum(out, sum_sub(point.bad, last.bad), parts);
		put_sum(out, sum_sub(point.total, last.total), parts);
		last = point;
		if (at == ledger->end)
			return;
	}
}

bool ledger_write(const struct ledger *ledger, struct buf *out)
{
	for (size_t i = 0; i < LEDGER_LEVELS; i++) {
		const struct ledger_level *level = &ledger->level[i < ledger->levels ? i : ledger->levels - 1];

		varint_put(out, level->slot);
		varint_put(out, (uint64_t)level->age);
	}
	varint_put_signed(out, ledger->origin);
	varint_put(out, (uint64_t)(ledger->end - ledger->origin));
	write_cover(ledger, out);
	write_points(ledger, out);
	pins_write(&ledger->pins, ledger->origin, out);
	return !out->full;
}

bool ledger_save(const struct ledger *ledger, struct buf *out)
{
	struct buf content;
	bool ok;

	buf_init(&content, LIMIT_LEDGER_BYTES);
	ok = ledger_write(ledger, &content) && pack_seal(MARK, buf_view(&content), out);
	buf_release(&content);
	return ok;
}

/* Unused levels come last and repeat the one before, as ledger_write has them: one spelling for one ledger. */
static bool levels_canonical(const struct ledger_level *level)
{
	bool unused = false;

	for (size_t i = 1; i < LEDGER_LEVELS; i++) {
		bool repeats = level[i].age == level[i - 1].age;

		if ((unused && !repeats) || (repeats && level[i].slot != level[i - 1].slot))
			return false;
		unused = repeats;
	}
	return true;
}

static bool parse_head(struct reader *in, struct ledger_shape *shape, step_no *origin, step_no *end)
{
	uint64_t length;

	for (size_t i = 0; i < LEDGER_LEVELS; i++) {
		uint64_t slot = varint_get(in), age = varint_get(in);

		if (slot > LEDGER_AGE_MAX || age > LEDGER_AGE_MAX)
			return false;
		shape->level[i] = (struct ledger_level){(uint32_t)slot, (step_no)age};
	}
	*origin = varint_get_signed(in);
	length = varint_get(in);
	/* far from where adding ages and slots could overflow */
	if (*origin > INT64_MAX / 4 || *origin < INT64_MIN / 4 || length > INT64_MAX / 4)
		return false;
	*end = *origin + (step_no)length;
	return !in->failed && ledger_shape_ok(shape) && levels_canonical(shape->level);
}

static bool parse_cover(struct ledger *ledger, struct reader *in, step_no begin)
{
	uint64_t covered = varint_get(in), bridged = varint_get(in);
	step_no most = ledger->level[ledger->levels - 1].age + ledger->level[ledger->levels - 1].slot;
	int last = -1;

	if (in->failed || covered > UINT32_MAX || bridged > UINT32_MAX)
		return false;
	cover_release(&ledger->cover);
	cover_init(&ledger->cover, begin, (struct cover_count){(uint32_t)covered, (uint32_t)bridged}, most);
	while (ledger->cover.end < ledger->end) {
		uint64_t state = varint_get(in), run = varint_get(in);

		if (in->failed || state > COVER_DATA || (int)state == last || run < 1 ||
		    run > (uint64_t)(ledger->end - ledger->cover.end))
			return false;
		cover_append(&ledger->cover, (enum cover_state)state, run);
		last = (int)state;
	}
	return true;
}

/* Room for all points, of which each takes two bytes at least. */
static bool reserve(struct ledger *ledger, const struct reader *in)
{
	for (size_t i = 0; i < ledger->levels; i++) {
		int64_t points = slot_floor(ledger->end, ledger->level[i].slot) - ledger_first(ledger, i) + 1;

		if (points > (int64_t)in->rest.len)
			return false;
		ring_release(&ledger->ring[i]);
		ring_init(&ledger->ring[i], (uint32_t)(ledger->level[i].age / ledger->level[i].slot) + 2);
		ring_reserve(&ledger->ring[i], points > 0 ? points : 0);
	}
	return true;
}

static bool parse_points(struct ledger *ledger, struct reader *in, step_no begin)
{
	struct ring_point point = {0};
	uint64_t parts = varint_get(in);

	if (parts > 1 || !reserve(ledger, in))
		return false;
	for (step_no at = begin;; at = ledger_next(ledger, at)) {
		point.bad = sum_add(point.bad, get_sum(in, parts));
		point.total = sum_add(point.total, get_sum(in, parts));
		if (in->failed || (at == ledger->origin &&
				   (point.bad.whole || point.bad.part || point.total.whole || point.total.part)))
			return false;
		ledger_set(ledger, at, point);
		if (at == ledger->end)
			break;
	}
	ledger->ever = point;
	return !parts || has_parts(ledger);
}

struct ledger *ledger_parse(struct str bytes, struct err *err)
{
	struct reader in = {.rest = bytes};
	struct ledger_shape shape;
	step_no origin, end;
	struct ledger *ledger = NULL;

	if (!parse_head(&in, &shape, &origin, &end)) {
		err_set(err, "damaged: its shape is impossible");
		return NULL;
	}
	ledger = ledger_new(&shape, origin);
	ledger->end = end;
	if (!parse_cover(ledger, &in, ledger_begin(ledger)) || !parse_points(ledger, &in, ledger_begin(ledger)) ||
	    !pins_parse(&ledger->pins, &in, origin, end) || !reader_done(&in)) {
		ledger_free(ledger);
		err_set(err, "damaged: its points are impossible");
		return NULL;
	}
	return ledger;
}

struct ledger *ledger_load(struct str bytes, struct err *err)
{
	struct ledger *ledger = NULL;
	struct buf content;

	buf_init(&content, LIMIT_LEDGER_BYTES);
	if (pack_open(MARK, bytes, &content, err))
		ledger = ledger_parse(buf_view(&content), err);
	buf_release(&content);
	return ledger;
}
