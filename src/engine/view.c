#include "engine/view.h"

#include "engine/window.h"

struct view view_raw(const struct ledger *ledger, struct span step)
{
	return (struct view){.ledger = ledger, .step = step};
}

static step_no steps_of(struct span span, struct span step) { return (span.ms + step.ms - 1) / step.ms; }

static step_no earlier(step_no a, step_no b) { return a < b ? a : b; }
static step_no later(step_no a, step_no b) { return a > b ? a : b; }

struct view view_of(const struct slo *slo, const struct ledger *ledger, struct arena *arena, step_no first,
		    step_no last, struct span step)
{
	struct view view = view_raw(ledger, step);
	step_no from = earlier(windows_reach(slo, first, step), ledger_last_covered(ledger, first));

	if (!slo->corrections || !slo->corrections->exclusions_len)
		return view;
	for (size_t i = 0; i < slo->alerting->windows_len; i++)
		from = earlier(from, first - steps_of(slo->alerting->windows[i].span, step));
	view.excluded = exclusion_stretches(slo, arena, from, windows_end(slo, last, step), step);
	return view;
}

/* The place of the first stretch that ends behind the step. */
static size_t first_behind(const struct stretch_list *list, step_no step)
{
	size_t low = 0, high = list->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->at[middle].to > step)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct counts view_excluded(const struct view *view, step_no from, step_no to, step_no *steps)
{
	const struct stretch_list *list = &view->excluded;
	struct counts sum = {0};

	*steps = 0;
	for (size_t i = first_behind(list, from); i < list->len && list->at[i].from < to; i++) {
		step_no begin = later(list->at[i].from, from), end = earlier(list->at[i].to, to);
		struct counts counts = ledger_read(view->ledger, begin, end);

		sum.bad += counts.bad;
		sum.total += counts.total;
		sum.covered += counts.covered;
		sum.bridged += counts.bridged;
		*steps += end - begin;
	}
	return sum;
}

struct counts view_read(const struct view *view, step_no from, step_no to)
{
	struct counts counts = ledger_read(view->ledger, from, to), excluded;
	step_no steps;

	if (!view->excluded.len)
		return counts;
	excluded = view_excluded(view, from, to, &steps);
	counts.bad -= excluded.bad;
	counts.total -= excluded.total;
	counts.covered -= excluded.covered;
	counts.bridged -= excluded.bridged;
	return counts;
}

struct counts view_span(const struct view *view, step_no at, struct span span)
{
	return span.ms ? view_read(view, at - steps_of(span, view->step), at) : (struct counts){0};
}

bool view_span_excluded(const struct view *view, step_no at, struct span span)
{
	step_no steps;

	if (!view->excluded.len || !span.ms)
		return false;
	view_excluded(view, at - steps_of(span, view->step), at, &steps);
	return steps == steps_of(span, view->step);
}

struct span view_quiet(const struct view *view, step_no at)
{
	step_no seen = ledger_last_covered(view->ledger, at), steps = 0;

	if (seen <= ledger_begin(view->ledger))
		return (struct span){0};
	if (view->excluded.len)
		view_excluded(view, seen, at, &steps);
	return (struct span){(at - seen - steps) * view->step.ms};
}
