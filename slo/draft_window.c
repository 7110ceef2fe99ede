#include "slo/draft.h"

#define WINDOW_LEAST ((struct span){SPAN_HOUR})
#define WINDOW_MOST  ((struct span){365 * SPAN_DAY})

/* "month"; another calendar of the same unit in the SLO gets its zone, and at last a number, behind it. */
static struct str name_of(struct reader *reader, const struct draft *draft, const struct slo_window *window)
{
	const struct calendar *periods = &window->periods;
	struct arena *arena = reader->arena;
	struct str name = window->calendar ? arena_str(arena, str_of(period_unit_names[periods->unit]))
					   : arena_str(arena, str_of(span_text(window->span).text));

	if (window->calendar && periods->count > 1)
		name = arena_fmt(arena, "%u %ss", periods->count, name.at);
	for (size_t i = 0; i < draft->windows_len && window->calendar; i++)
		if (str_eq(draft->windows[i].name, name))
			name = arena_fmt(arena, "%s %s", name.at, zone_name(periods->zone));
	for (size_t i = 0; i < draft->windows_len && window->calendar; i++)
		if (str_eq(draft->windows[i].name, name))
			name = arena_fmt(arena, "%s %zu", name.at, draft->windows_len + 1);
	return name;
}

static bool same(const struct slo_window *a, const struct slo_window *b)
{
	const struct calendar *left = &a->periods, *right = &b->periods;

	if (a->calendar != b->calendar || a->span.ms != b->span.ms)
		return false;
	return !a->calendar || (left->unit == right->unit && left->count == right->count && left->zone == right->zone &&
				civil_seconds(&left->start) == civil_seconds(&right->start));
}

bool draft_add_window(struct reader *reader, struct draft *draft, const struct yaml_node *node, const char *key,
		      struct slo_window window)
{
	if (window.calendar)
		window.span = period_nominal(&window.periods);
	if (window.span.ms < WINDOW_LEAST.ms || window.span.ms > WINDOW_MOST.ms)
		return reader_error(reader, node, key, "out-of-range", "'%s' is out of range; it must be from %s to %s",
				    span_text(window.span).text, span_text(WINDOW_LEAST).text,
				    span_text(WINDOW_MOST).text);
	if (window.span.ms % SPAN_MINUTE)
		return reader_error(reader, node, key, "window-minutes", "'%s' is not a whole number of minutes",
				    span_text(window.span).text);
	for (size_t i = 0; i < draft->windows_len; i++)
		if (same(&draft->windows[i], &window))
			return reader_error(reader, node, key, "duplicate", "the window '%.*s' stands here twice",
					    STR_ARG(draft->windows[i].name));
	if (draft->windows_len == SLO_WINDOWS)
		return reader_error(reader, node, key, "too-many", "more than %d windows", SLO_WINDOWS);
	window.name = name_of(reader, draft, &window);
	window.place = reader_place(reader, node);
	draft->windows[draft->windows_len++] = window;
	return true;
}
