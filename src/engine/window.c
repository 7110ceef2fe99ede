#include "engine/window.h"

#include "eval/correct.h"

#include <stdlib.h>

/* Whose windows are read through the SLO's ledger: its own, then those of the composites above it. */
static size_t readers_of(const struct slo *slo) { return 1 + slo->above_len; }
static const struct slo *reader_of(const struct slo *slo, size_t i) { return i == 0 ? slo : slo->above[i - 1]; }

/* The first step that ends at the instant or behind it. */
static step_no step_of(struct instant instant, struct span step)
{
	return instant.ms / step.ms + (instant.ms % step.ms > 0);
}

/* The step's end is the last moment of its period. */
static struct period period_of(const struct slo_window *window, step_no at, struct span step)
{
	return period_at(&window->periods, (struct instant){at * step.ms - 1});
}

static step_no rolling_begin(const struct slo_window *window, step_no at, struct span step)
{
	/* a window that is shorter than a step is a step */
	return at - (window->span.ms + step.ms - 1) / step.ms;
}

step_no window_begin(const struct slo_window *window, step_no at, struct span step)
{
	return window->calendar ? step_of(period_of(window, at, step).begin, step) : rolling_begin(window, at, step);
}

/* The first step behind the window, and its bounds. */
static struct window_reading bounds_of(const struct slo_window *window, step_no at, struct span step, step_no *from,
				       step_no *to)
{
	struct period period;

	*from = rolling_begin(window, at, step);
	*to = at;
	if (!window->calendar)
		return (struct window_reading){.from = {*from * step.ms}, .to = {*to * step.ms}};
	period = period_of(window, at, step);
	*from = step_of(period.begin, step);
	*to = step_of(period.end, step);
	return (struct window_reading){.from = period.begin, .to = period.end};
}

struct window_reading window_read_raw(const struct slo_window *window, const struct view *view, step_no at)
{
	step_no from, to;
	struct window_reading reading = bounds_of(window, at, view->step, &from, &to);

	reading.counts = view_counted(view, from, at);
	reading.steps = (double)(to - from);
	reading.past = (double)(at - from);
	return reading;
}

struct window_reading window_read(const struct slo_window *window, const struct view *view, step_no at)
{
	struct window_reading reading = window_read_raw(window, view, at);
	step_no from = window_begin(window, at, view->step), past, to_come;
	struct counts excluded = view_excluded(view, from, at, &past);

	view_excluded(view, at, from + (step_no)reading.steps, &to_come);
	reading_exclude(&reading, excluded, (double)(past + to_come), (double)past);
	reading_adjust(&reading, view->slo->corrections, (struct instant){at * view->step.ms}, view->step);
	return reading;
}

/* A month of 31 days, a quarter of 92, a day of 25 hours. */
static int64_t longest_ms(const struct slo_window *window)
{
	return window->span.ms + (window->calendar ? window->span.ms / 24 : 0);
}

/* Of short periods the last one that is over is wanted, too. */
static bool wants_last(const struct slo_window *window) { return window->calendar && window->span.ms <= 31 * SPAN_DAY; }

struct span windows_longest(const struct slo *slo)
{
	struct span longest = {0};

	for (size_t i = 0; i < slo->windows_len; i++)
		if (longest_ms(&slo->windows[i]) > longest.ms)
			longest.ms = longest_ms(&slo->windows[i]);
	return longest;
}

struct span windows_span(const struct slo *slo)
{
	struct span span = {0};

	for (size_t r = 0; r < readers_of(slo); r++)
		for (size_t i = 0; i < reader_of(slo, r)->windows_len; i++) {
			const struct slo_window *window = &reader_of(slo, r)->windows[i];
			int64_t ms = longest_ms(window) * (wants_last(window) ? 2 : 1);

			span.ms = ms > span.ms ? ms : span.ms;
		}
	return span;
}

static step_no reach_of(const struct slo *slo, step_no at, struct span step)
{
	step_no reach = at;

	for (size_t i = 0; i < slo->windows_len; i++) {
		const struct slo_window *window = &slo->windows[i];
		step_no begin = window_begin(window, at, step);

		if (wants_last(window))
			begin = window_begin(window, begin, step);
		reach = begin < reach ? begin : reach;
	}
	return reach;
}

step_no windows_reach(const struct slo *slo, step_no at, struct span step)
{
	step_no reach = at;

	for (size_t r = 0; r < readers_of(slo); r++) {
		step_no own = reach_of(reader_of(slo, r), at, step);

		reach = own < reach ? own : reach;
	}
	return reach;
}

step_no windows_end(const struct slo *slo, step_no at, struct span step)
{
	step_no end = at;

	for (size_t i = 0; i < slo->windows_len; i++) {
		step_no last = slo->windows[i].calendar ? step_of(period_of(&slo->windows[i], at, step).end, step) : at;

		end = last > end ? last : end;
	}
	return end;
}

struct span windows_kept(const struct slo *slo)
{
	struct span kept = {0};

	for (size_t r = 0; r < readers_of(slo); r++)
		for (size_t i = 0; i < reader_of(slo, r)->windows_len; i++) {
			const struct slo_window *window = &reader_of(slo, r)->windows[i];

			if (!window->calendar && window->span.ms > kept.ms)
				kept = window->span;
		}
	return kept;
}

static int by_step(const void *a, const void *b)
{
	const step_no *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void add(struct step_list *list, struct arena *arena, step_no step)
{
	list->at = arena_grow(arena, list->at, list->len, sizeof(*list->at));
	list->at[list->len++] = step;
}

static void finish(struct step_list *list)
{
	size_t kept = 0;

	if (list->len > 1)
		qsort(list->at, list->len, sizeof(*list->at), by_step);
	for (size_t i = 0; i < list->len; i++)
		if (kept == 0 || list->at[i] != list->at[kept - 1])
			list->at[kept++] = list->at[i];
	list->len = kept;
}

/* Where those exclusions begin and end that have a part in (first, last]. */
static void add_exclusions(struct step_list *list, const struct slo *slo, const struct slo *reader, struct arena *arena,
			   step_no first, step_no last, struct span step)
{
	struct stretch_list stretches = exclusion_stretches(slo, reader, arena, first, last, step);

	for (size_t i = 0; i < stretches.len; i++) {
		add(list, arena, stretches.at[i].from);
		add(list, arena, stretches.at[i].to);
	}
}

/* Where periods of the window begin, from the step `first` to `last`, from the newest back. */
static void add_periods(struct step_list *list, const struct slo_window *window, struct arena *arena, step_no first,
			step_no last, struct span step)
{
	if (!window->calendar)
		return;
	for (step_no begin = step_of(period_of(window, last + 1, step).begin, step); begin >= first;
	     begin = window_begin(window, begin, step))
		add(list, arena, begin);
}

struct step_list windows_pins(const struct slo *slo, struct arena *arena, step_no first, step_no last, struct span step)
{
	struct step_list list = {NULL, 0};

	for (size_t r = 0; r < readers_of(slo); r++) {
		const struct slo *reader = reader_of(slo, r);

		for (size_t i = 0; i < reader->windows_len; i++)
			add_periods(&list, &reader->windows[i], arena, first, last, step);
		/* one that begins or ends with a bound has a part next to it */
		add_exclusions(&list, slo, reader, arena, first - 1, last + 1, step);
	}
	finish(&list);
	return list;
}

/* Where this period, the one before it, and the next begin: where `at` is the end of one, that is the next. */
static void add_needed(struct step_list *list, const struct slo_window *window, struct arena *arena, step_no at,
		       struct span step)
{
	step_no begin = window_begin(window, at, step);

	if (!window->calendar)
		return;
	add(list, arena, window_begin(window, at + 1, step));
	add(list, arena, begin);
	add(list, arena, window_begin(window, begin, step));
}

struct step_list windows_needed_pins(const struct slo *slo, struct arena *arena, step_no at, struct span step)
{
	struct step_list list = {NULL, 0};
	step_no reach = windows_reach(slo, at, step);

	for (size_t r = 0; r < readers_of(slo); r++) {
		const struct slo *reader = reader_of(slo, r);

		for (size_t i = 0; i < reader->windows_len; i++)
			add_needed(&list, &reader->windows[i], arena, at, step);
		add_exclusions(&list, slo, reader, arena, reach, at + 1, step);
	}
	finish(&list);
	return list;
}

enum { PERIODS_NEEDED = 14 };

static struct slo_window window_of(const struct calendar *calendar)
{
	return (struct slo_window){.calendar = true, .periods = *calendar, .span = period_nominal(calendar)};
}

void windows_add_pins(struct step_list *list, const struct calendar *calendar, struct arena *arena, step_no first,
		      step_no last, struct span step)
{
	struct slo_window window = window_of(calendar);

	add_periods(list, &window, arena, first, last, step);
	finish(list);
}

void windows_add_needed_pins(struct step_list *list, const struct calendar *calendar, struct arena *arena, step_no at,
			     struct span step)
{
	struct slo_window window = window_of(calendar);
	step_no begin = window_begin(&window, at + 1, step);

	for (size_t i = 0; i < PERIODS_NEEDED; i++) {
		add(list, arena, begin);
		begin = window_begin(&window, begin, step);
	}
	finish(list);
}
