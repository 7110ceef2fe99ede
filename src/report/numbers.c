#include "report/numbers.h"

#include "engine/backtest.h"
#include "engine/closing.h"
#include "engine/window.h"
#include "eval/budget.h"

#include <math.h>

static step_no step_of(struct instant instant, struct span step)
{
	return instant.ms / step.ms + (instant.ms % step.ms > 0);
}

step_no numbers_from(const struct numbers_period *of, struct span step) { return step_of(of->period.begin, step); }
step_no numbers_to(const struct numbers_period *of, struct span step) { return step_of(of->period.end, step); }

bool numbers_exact(const struct view *view, step_no point)
{
	bool exact = !view->ledger || ledger_exact(view->ledger, point);

	for (size_t i = 0; view->members && i < view->slo->sli.composite->len && exact; i++)
		exact = numbers_exact(&view->members[i], point);
	return exact;
}

static void unknown(struct report_numbers *out, struct str reason)
{
	*out = (struct report_numbers){.origin = ORIGIN_NONE, .reason = reason};
}

/* Why the view has nothing to say of (from, to]; empty where it has. */
static struct str silence(const struct view *raw, step_no from, step_no to, struct arena *arena)
{
	if (raw->end < to)
		return arena_fmt(arena, "it is counted up to %s only",
				 instant_text((struct instant){raw->end * raw->step.ms}).text);
	if (view_origin(raw) >= to)
		return arena_fmt(arena, "counting began at %s, behind the period",
				 instant_text((struct instant){view_origin(raw) * raw->step.ms}).text);
	if (!view_knows(raw, from) || !view_knows(raw, to))
		return STR("its ledger does not reach so far back any more");
	return STR("");
}

/* As the record of a period is made that is closed, with corrections as they are now. */
static void make_record(struct period_record *record, const struct view *view, const struct slo_window *window,
			step_no from, step_no to, struct arena *arena)
{
	struct window_reading counted = window_read_raw(window, view, to), corrected = window_read(window, view, to);
	step_no excluded;

	*record = closing_record(arena, view->slo, window, &counted);
	record->window = STR("");
	record->excluded = view_excluded(view, from, to, &excluded);
	record->excluded_steps = (double)excluded;
	record->counts = corrected.counts;
	record->steps = corrected.steps;
	record->adjusted_good = corrected.adjusted_good;
	record->adjusted_bad = corrected.adjusted_bad;
}

void numbers_read(const struct view *raw, const struct numbers_period *of, enum report_origin origin,
		  struct arena *arena, struct report_numbers *out)
{
	const struct slo_window window = {
		.calendar = true, .periods = of->calendar, .span = period_nominal(&of->calendar)};
	step_no from = numbers_from(of, raw->step), to = numbers_to(of, raw->step);
	struct view view = view_without(raw, arena, from, to);
	struct str reason = silence(raw, from, to, arena);
	const char *impossible;

	if (reason.len) {
		unknown(out, reason);
		return;
	}
	*out = (struct report_numbers){.origin = origin};
	out->interpolated = !numbers_exact(raw, from) || !numbers_exact(raw, to);
	make_record(&out->record, &view, &window, from, to, arena);
	/* corrections may make right what was counted wrongly, never the other way round */
	impossible = budget_impossible(out->record.counted);
	if (impossible)
		unknown(out, str_of(impossible));
	else if (!(period_known(&out->record) > 0) && out->record.counted.covered + out->record.counted.bridged > 0)
		unknown(out, STR("everything that is known of the period is excluded"));
	else if (!(period_known(&out->record) > 0))
		unknown(out, STR("there are no data of the period"));
}

enum { CURVE_POINTS = 40 };

void numbers_curve(const struct view *raw, const struct numbers_period *of, const struct report_numbers *numbers,
		   struct arena *arena, const struct report_point **curve, size_t *len)
{
	step_no from = numbers_from(of, raw->step), to = numbers_to(of, raw->step), before = from;
	double allowed = period_allowed(&numbers->record), bad = 0, adjusted;
	struct report_point *points;
	struct view view;

	if (numbers->origin == ORIGIN_NONE || !(allowed > 0) || silence(raw, from, to, arena).len)
		return;
	view = view_without(raw, arena, from, to);
	points = arena_array(arena, CURVE_POINTS, sizeof(*points));
	for (int i = 0; i < CURVE_POINTS; i++) {
		step_no at = from + (to - from) * (i + 1) / CURVE_POINTS;
		struct counts counts;

		points[i].at.ms = at * raw->step.ms;
		points[i].left = (double)NAN;
		if (!view_knows(&view, at)) /* of a record whose ledger has thinned out */
			continue;
		counts = view_read(&view, before, at);
		bad += fmax(counts.bad, 0);
		adjusted = corrections_bad_until(raw->slo->corrections, of->period.begin, points[i].at, of->period.end,
						 numbers->record.adjusted_bad);
		if (counts.covered + counts.bridged > 0)
			points[i].left = 1 - fmax(bad + adjusted, 0) / allowed;
		before = at;
	}
	*curve = points;
	*len = CURVE_POINTS;
}

enum policy_level numbers_level(const struct view *raw, step_no at)
{
	const struct slo *slo = raw->slo;

	if (!slo->policy || raw->end < at || !view_knows(raw, at) ||
	    !view_knows(raw, window_begin(slo->windows, at, raw->step)))
		return POLICY_UNKNOWN;
	return policy_level_at(slo->policy, 1 - backtest_remaining(raw, at));
}
