#include "engine/view.h"

#include "base/limits.h"
#include "engine/window.h"
#include "eval/composite.h"
#include "eval/correct.h"

#include <math.h>

static step_no steps_of(struct span span, struct span step) { return (span.ms + step.ms - 1) / step.ms; }

static step_no earlier(step_no a, step_no b) { return a < b ? a : b; }
static step_no later(step_no a, step_no b) { return a > b ? a : b; }

static size_t members_of(const struct view *view) { return view->members ? view->slo->sli.composite->len : 0; }

/* Of a member: the step before the first that something is known of. */
static step_no first_data(const struct ledger *ledger)
{
	step_no begin = ledger_begin(ledger), low = begin, high = ledger_end(ledger);
	struct counts counts = ledger_read(ledger, begin, high);

	if (!(counts.covered + counts.bridged > 0))
		return STEP_NEVER;
	while (low < high) {
		step_no middle = low + (high - low) / 2;

		counts = ledger_read(ledger, begin, middle);
		if (counts.covered + counts.bridged > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low - 1;
}

struct view view_raw(const struct slo *slo, const struct ledger *ledger, struct span step)
{
	return (struct view){.slo = slo, .ledger = ledger, .step = step, .end = ledger_end(ledger)};
}

static struct view raw_whole(const struct slo *slo, const struct view_source *source, struct arena *arena)
{
	struct ledger_key key = {slo->id, slo->counts_hash, {0}};
	const struct account *account;
	struct view view;

	if (slo_composed(slo))
		return view_raw_composite(slo, source, arena);
	account = store_find(source->store, &key);
	/* a store that cannot be read says so itself */
	if (!account)
		return (struct view){.slo = slo, .step = source->step, .first_data = STEP_NEVER, .stands_still = true};
	view = view_raw(slo, account->ledger, source->step);
	view.first_data = first_data(account->ledger);
	view.stands_still = source->stands_still && source->stands_still(source->context, slo);
	return view;
}

/* Up to where a composite is counted. */
static step_no common_end(const struct view *view)
{
	const struct composite *composite = view->slo->sli.composite;
	step_no newest = 0, end, delay = composite->delay.ms / view->step.ms;

	for (size_t i = 0; i < composite->len; i++)
		newest = later(newest, view->members[i].end);
	end = newest;
	for (size_t i = 0; i < composite->len; i++)
		if (!view->members[i].stands_still || newest - view->members[i].end <= delay)
			end = earlier(end, view->members[i].end);
	return end;
}

struct view view_raw_composite(const struct slo *slo, const struct view_source *source, struct arena *arena)
{
	const struct composite *composite = slo->sli.composite;
	struct view view = {.slo = slo, .step = source->step, .first_data = STEP_NEVER, .stands_still = true};

	view.members = arena_array(arena, composite->len, sizeof(*view.members));
	for (size_t i = 0; i < composite->len; i++) {
		view.members[i] = raw_whole(composite->members[i].slo, source, arena);
		view.first_data = earlier(view.first_data, view.members[i].first_data);
		view.stands_still &= view.members[i].stands_still;
	}
	view.end = common_end(&view);
	return view;
}

struct view view_raw_account(const struct slo *slo, const struct account *account, const struct view_source *source,
			     struct arena *arena)
{
	return slo_composed(slo) ? view_raw_composite(slo, source, arena)
				 : view_raw(slo, account->ledger, source->step);
}

/* The composites that a view is read by, from the nearest on. */
struct above {
	const struct slo *slo;
	const struct above *above;
};

/* Takes out what composites above leave out, too. What none of the members has left is no part of the composite. */
static struct view without(const struct view *raw, const struct above *above, struct arena *arena, step_no from,
			   step_no to)
{
	const struct above own = {raw->slo, above};
	struct view view = *raw;

	view.excluded = (struct stretch_list){NULL, 0};
	for (const struct above *one = &own; one && !raw->members; one = one->above) {
		struct stretch_list list = exclusion_stretches(raw->slo, one->slo, arena, from, to, raw->step);

		view.excluded = stretches_either(&view.excluded, &list, arena);
	}
	if (!raw->members)
		return view;
	view.members = arena_array(arena, members_of(raw), sizeof(*view.members));
	for (size_t i = 0; i < members_of(raw); i++) {
		view.members[i] = without(&raw->members[i], &own, arena, from, to);
		view.excluded = i == 0 ? view.members[i].excluded
				       : stretches_both(&view.excluded, &view.members[i].excluded, arena);
	}
	return view;
}

struct view view_without(const struct view *raw, struct arena *arena, step_no from, step_no to)
{
	return view_corrected(raw) ? without(raw, NULL, arena, from, to) : *raw;
}

/* How far back its windows go, and those of composites that it is read through. */
static step_no reach_of(const struct view *view, step_no at)
{
	step_no reach = windows_reach(view->slo, at, view->step);

	for (size_t i = 0; i < members_of(view); i++)
		if (view->members[i].members)
			reach = earlier(reach, reach_of(&view->members[i], at));
	return reach;
}

struct view view_of(const struct view *raw, struct arena *arena, step_no first, step_no last)
{
	const struct alerting *alerting = raw->slo->alerting;
	step_no from, seen;

	if (!view_corrected(raw))
		return *raw;
	from = earlier(reach_of(raw, first), view_last_data(raw, first, &seen) ? seen : first);
	for (size_t i = 0; i < alerting->windows_len; i++)
		from = earlier(from, first - steps_of(alerting->windows[i].span, raw->step));
	return view_without(raw, arena, from, windows_end(raw->slo, last, raw->step));
}

bool view_corrected(const struct view *view)
{
	bool corrected = view->slo->corrections != NULL;

	for (size_t i = 0; i < members_of(view) && !corrected; i++)
		corrected = view_corrected(&view->members[i]);
	return corrected;
}

/* How a span is read. */
enum reading {
	AS_COUNTED,
	KEPT,    /* less what is excluded */
	RIGHTED, /* and with the adjustments of the members */
};

static struct counts read_as(const struct view *view, step_no from, step_no to, enum reading reading);

static void add(struct counts *sum, struct counts more, double sign)
{
	sum->bad += sign * more.bad;
	sum->total += sign * more.total;
	sum->covered += sign * more.covered;
	sum->bridged += sign * more.bridged;
}

static struct counts read_ledger(const struct view *view, step_no from, step_no to)
{
	return view->ledger ? ledger_read(view->ledger, from, to) : (struct counts){0};
}

static step_no excluded_steps(const struct view *view, step_no from, step_no to)
{
	const struct stretch_list *list = &view->excluded;
	step_no steps = 0;

	for (size_t i = stretches_behind(list, from); i < list->len && list->at[i].from < to; i++)
		steps += earlier(list->at[i].to, to) - later(list->at[i].from, from);
	return steps;
}

/* Of a ledger. */
static struct counts read_excluded(const struct view *view, step_no from, step_no to)
{
	const struct stretch_list *list = &view->excluded;
	struct counts sum = {0};

	for (size_t i = stretches_behind(list, from); i < list->len && list->at[i].from < to; i++)
		add(&sum, read_ledger(view, later(list->at[i].from, from), earlier(list->at[i].to, to)), 1);
	return sum;
}

static struct counts adjusted(const struct view *member, struct counts counts, step_no from, step_no to)
{
	struct window_reading reading = {.counts = counts, .from = {from * member->step.ms}};

	reading_adjust(&reading, member->slo->corrections, (struct instant){to * member->step.ms}, member->step);
	return reading.counts;
}

/* Steps of (from, to] that count for a member. */
static double left_of(const struct view *member, step_no from, step_no to, enum reading reading)
{
	return (double)(to - from - (reading == AS_COUNTED ? 0 : excluded_steps(member, from, to)));
}

/* Events of a step, in the mean of the composite's window up to the end of the span, or of the span where that is
 * longer. */
static double rate_of(const struct view *view, const struct view *member, step_no from, step_no to,
		      enum reading reading, struct counts span)
{
	step_no begin = window_begin(view->slo->windows, to, view->step);
	struct counts counts = begin < from ? read_as(member, begin, to, reading) : span;
	double known = counts.covered + counts.bridged;

	return known > 0 ? counts.total / known : (double)NAN;
}

static struct composite_part part_of(const struct view *view, const struct view *member, step_no from, step_no to,
				     enum reading reading)
{
	const struct composite *composite = view->slo->sli.composite;
	struct composite_part part = {.counts = read_as(member, from, to, reading), .rate = (double)NAN};
	step_no since = later(from, member->first_data);

	part.steps = left_of(member, from, to, reading);
	if (composite->missing != MISSING_IGNORED && since < to)
		part.ruled = fmax(left_of(member, since, to, reading) - part.counts.covered - part.counts.bridged, 0);
	if (composite->weighting == WEIGHTED_BY_EVENTS)
		part.rate = rate_of(view, member, from, to, reading, part.counts);
	if (reading == RIGHTED)
		part.counts = adjusted(member, part.counts, from, to);
	return part;
}

static struct counts read_as(const struct view *view, step_no from, step_no to, enum reading reading)
{
	struct composite_part parts[LIMIT_COMPOSITE_MEMBERS];
	struct counts counts;

	if (view->members) {
		for (size_t i = 0; i < members_of(view); i++)
			parts[i] = part_of(view, &view->members[i], from, to, reading);
		return composite_counts(view->slo->sli.composite, parts, left_of(view, from, to, reading));
	}
	counts = read_ledger(view, from, to);
	if (reading != AS_COUNTED && view->excluded.len)
		add(&counts, read_excluded(view, from, to), -1);
	return counts;
}

const struct view_share *view_shares(const struct view *view, struct arena *arena, step_no from, step_no to)
{
	struct composite_part parts[LIMIT_COMPOSITE_MEMBERS];
	struct view_share *shares = arena_array(arena, members_of(view), sizeof(*shares));

	for (size_t i = 0; i < members_of(view); i++)
		parts[i] = part_of(view, &view->members[i], from, to, RIGHTED);
	for (size_t i = 0; i < members_of(view); i++)
		shares[i] = (struct view_share){parts[i].counts, parts[i].steps,
						composite_bad_part(view->slo->sli.composite, parts, i)};
	return shares;
}

struct counts view_counted(const struct view *view, step_no from, step_no to)
{
	return read_as(view, from, to, AS_COUNTED);
}

struct counts view_read(const struct view *view, step_no from, step_no to) { return read_as(view, from, to, KEPT); }

struct counts view_excluded(const struct view *view, step_no from, step_no to, step_no *steps)
{
	struct counts counts = {0};

	*steps = excluded_steps(view, from, to);
	if (!view->members)
		return read_excluded(view, from, to);
	if (!view_corrected(view))
		return counts;
	counts = read_as(view, from, to, AS_COUNTED);
	add(&counts, read_as(view, from, to, RIGHTED), -1);
	return counts;
}

struct counts view_span(const struct view *view, step_no at, struct span span)
{
	return span.ms ? view_read(view, at - steps_of(span, view->step), at) : (struct counts){0};
}

bool view_span_excluded(const struct view *view, step_no at, struct span span)
{
	step_no steps = steps_of(span, view->step);

	return view->excluded.len && span.ms && excluded_steps(view, at - steps, at) == steps;
}

bool view_last_data(const struct view *view, step_no at, step_no *seen)
{
	bool any = false;

	for (size_t i = 0; i < members_of(view); i++) {
		step_no own;

		if (!view_last_data(&view->members[i], at, &own))
			continue;
		*seen = any ? later(*seen, own) : own;
		any = true;
	}
	if (!view->ledger)
		return any;
	*seen = ledger_last_covered(view->ledger, at);
	return *seen > ledger_begin(view->ledger);
}

struct span view_quiet(const struct view *view, step_no at)
{
	step_no seen;

	if (!view_last_data(view, at, &seen))
		return (struct span){0};
	return (struct span){(at - seen - excluded_steps(view, seen, at)) * view->step.ms};
}

step_no view_begin(const struct view *view)
{
	step_no begin = view->ledger ? ledger_begin(view->ledger) : STEP_NEVER;

	for (size_t i = 0; i < members_of(view); i++)
		begin = earlier(begin, view_begin(&view->members[i]));
	return begin;
}

step_no view_origin(const struct view *view)
{
	step_no origin = view->ledger ? ledger_origin(view->ledger) : STEP_NEVER;

	for (size_t i = 0; i < members_of(view); i++)
		origin = earlier(origin, view_origin(&view->members[i]));
	return origin;
}

bool view_knows(const struct view *view, step_no point)
{
	bool knows = !view->ledger || ledger_knows(view->ledger, point);

	for (size_t i = 0; i < members_of(view) && knows; i++)
		knows = view_knows(&view->members[i], point);
	return knows;
}

struct counts view_ever(const struct view *view)
{
	const struct composite *composite = view->slo->sli.composite;
	struct counts sum = {0};

	if (!view->members)
		return view->ledger ? ledger_ever(view->ledger) : sum;
	if (composite->weighting == WEIGHTED_EQUALLY)
		return (struct counts){.bad = (double)NAN, .total = (double)NAN};
	for (size_t i = 0; i < members_of(view); i++)
		add(&sum, view_ever(&view->members[i]), composite->members[i].weight);
	return sum;
}

/* FNV-1a, by numbers instead of bytes. */
static uint64_t fold(uint64_t hash, uint64_t number)
{
	return ((hash ? hash : 0xcbf29ce484222325) ^ number) * 0x100000001b3;
}

static uint64_t fold_double(uint64_t hash, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return fold(hash, bits);
}

static uint64_t fold_adjustments(uint64_t hash, const struct view *member, step_no from, step_no to)
{
	const struct corrections *corrections = member->slo->corrections;

	for (size_t i = 0; corrections && i < corrections->adjustments_len; i++) {
		const struct adjustment *one = corrections->adjustments[i];

		if (one->at.ms < from * member->step.ms || one->at.ms >= to * member->step.ms)
			continue;
		hash = fold(hash, (uint64_t)one->at.ms);
		hash = fold_double(fold_double(fold_double(hash, one->good), one->bad), one->bad_minutes);
	}
	return hash;
}

/* Which member it is, and what it weighs. */
static uint64_t fold_member(uint64_t hash, const struct composite_member *member)
{
	for (size_t i = 0; i < member->id.len; i++)
		hash = fold(hash, (unsigned char)member->id.at[i]);
	return fold(hash, (uint64_t)(member->weight * 0x1p20));
}

uint64_t view_corrections_hash(const struct view *view, step_no from, step_no to)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < view->excluded.len; i++) {
		hash = fold(hash, (uint64_t)view->excluded.at[i].from);
		hash = fold(hash, (uint64_t)view->excluded.at[i].to);
	}
	for (size_t i = 0; i < members_of(view); i++) {
		uint64_t below = view_corrections_hash(&view->members[i], from, to);

		below = fold_adjustments(below, &view->members[i], from, to);
		if (below)
			hash = fold(fold_member(hash, &view->slo->sli.composite->members[i]), below);
	}
	return hash;
}
