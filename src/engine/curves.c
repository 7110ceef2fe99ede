#include "engine/curves.h"

#include "base/mem.h"
#include "engine/window.h"

#include <math.h>
#include <stdlib.h>

enum { RENEWED = 64 }; /* steps after which a curve is made anew at the latest */

struct curves {
	struct curve **by_row; /* account->row - 1 */
	size_t len;
};

struct curves *curves_new(void) { return xcalloc(1, sizeof(struct curves)); }

void curves_forget(struct curves *curves)
{
	for (size_t i = 0; i < curves->len; i++) {
		curve_unref(curves->by_row[i]);
		curves->by_row[i] = NULL;
	}
}

void curves_free(struct curves *curves)
{
	if (!curves)
		return;
	curves_forget(curves);
	free(curves->by_row);
	free(curves);
}

static struct curve **place_of(struct curves *curves, int64_t row)
{
	size_t wanted = (size_t)row;

	if (wanted > curves->len) {
		size_t more = curves->len * 2 > wanted ? curves->len * 2 : wanted;

		curves->by_row = xreallocarray(curves->by_row, more, sizeof(struct curve *));
		memset(curves->by_row + curves->len, 0, (more - curves->len) * sizeof(struct curve *));
		curves->len = more;
	}
	return &curves->by_row[wanted - 1];
}

/* Steps of a slot: two slots may be cut by the window's ends. */
static step_no slot_steps(const struct view *view)
{
	step_no most = view->slo->windows->span.ms / view->step.ms;

	if (view->slo->windows->calendar)
		most += most / 24; /* a month of 31 days, a day of 25 hours */
	return most / (CURVE_SLOTS - 2) + 1;
}

static uint8_t known_part(struct counts counts, double steps)
{
	double part = steps > 0 ? (counts.covered + counts.bridged) / steps : 1;

	if (!(part > 0))
		return 0;
	/* neither nothing nor all by rounding */
	return part >= 1 ? CURVE_KNOWN : (uint8_t)fmax(1, floor(part * CURVE_KNOWN));
}

static void read_slot(struct curve *curve, const struct view *view, step_no from, step_no to)
{
	struct counts counts = view_read(view, from, to);
	step_no excluded = 0;

	if (view->excluded.len)
		view_excluded(view, from, to, &excluded);
	curve->bad[curve->len] = (float)counts.bad;
	curve->total[curve->len] = (float)counts.total;
	curve->known[curve->len] = known_part(counts, (double)(to - from - excluded));
	curve->len++;
}

static struct curve *read_curve(const struct view *view)
{
	struct curve *curve = curve_new();
	step_no from = window_begin(view->slo->windows, view->end, view->step), slot = slot_steps(view);

	curve->from.ms = from * view->step.ms;
	curve->to.ms = view->end * view->step.ms;
	curve->slot.ms = slot * view->step.ms;
	while (from < view->end && curve->len < CURVE_SLOTS) {
		step_no next = (from / slot + 1) * slot;

		next = next < view->end ? next : view->end;
		read_slot(curve, view, from, next);
		from = next;
	}
	return curve;
}

static bool is_due(const struct curve *curve, const struct view *view, int64_t row)
{
	step_no age = view->end - curve->to.ms / view->step.ms, slot = slot_steps(view),
		every = slot < RENEWED ? slot : RENEWED;

	/* a ledger that was made anew may end earlier; a calendar window begins anew with its period */
	if (age < 0 || age >= every)
		return true;
	if (age > 0 && view->slo->windows->calendar &&
	    window_begin(view->slo->windows, view->end, view->step) * view->step.ms != curve->from.ms)
		return true;
	return age > 0 && (view->end + row) % every == 0;
}

struct curve *curves_take(struct curves *curves, const struct account *account, const struct view *view)
{
	struct curve **place = place_of(curves, account->row);

	if (*place && is_due(*place, view, account->row)) {
		curve_unref(*place);
		*place = NULL;
	}
	if (!*place)
		*place = read_curve(view);
	return curve_ref(*place);
}

/* Of a composite, which has no ledger. */
static void read_newest(const struct view *view, struct counts *out)
{
	for (step_no i = 0; i < RECENT_SHOWN; i++)
		out[i] = view_counted(view, view->end - i - 1, view->end - i);
}

const struct recent_step *curves_recent(const struct view *view, struct arena *arena)
{
	struct recent_step *recent = arena_array(arena, RECENT_SHOWN, sizeof(*recent));
	struct counts counts[RECENT_SHOWN] = {{0}};

	if (view->ledger)
		ledger_newest(view->ledger, counts, RECENT_SHOWN);
	else
		read_newest(view, counts);
	for (step_no i = 0; i < RECENT_SHOWN; i++) {
		const struct counts *one = &counts[i];
		enum step_seen seen = one->covered > 0 ? STEP_COVERED : one->bridged > 0 ? STEP_BRIDGED : STEP_UNKNOWN;

		recent[i] = (struct recent_step){(float)one->bad, (float)one->total, (uint8_t)seen,
						 view_span_excluded(view, view->end - i, view->step)};
	}
	return recent;
}
