#include "report/incidents.h"

#include "engine/backtest.h"

#include <math.h>
#include <stdlib.h>

/* Alerts that fired before the period and into it are seen from so far before it. */
#define LEAD ((struct span){SPAN_DAY})

/* One firing of a page, as it was. */
struct page {
	const struct tier *tier; /* NULL: the SLO has none of that name any more */
	struct str name;
	struct instant fired, over; /* over.ms == 0: it goes on */
};

struct pages {
	struct page *at;
	size_t len;
};

static void add_page(struct pages *pages, struct arena *arena, struct page page)
{
	pages->at = arena_grow(arena, pages->at, pages->len, sizeof(*pages->at));
	pages->at[pages->len++] = page;
}

static int by_time(const void *a, const void *b)
{
	const struct page *left = a, *right = b;

	if (left->fired.ms != right->fired.ms)
		return left->fired.ms < right->fired.ms ? -1 : 1;
	return str_cmp(left->name, right->name);
}

static bool has_part(const struct page *page, const struct period *period)
{
	return page->fired.ms < period->end.ms && (!page->over.ms || page->over.ms > period->begin.ms);
}

static bool names(struct str list, struct str name)
{
	while (list.len) {
		size_t end = str_find(list, ',');

		if (str_eq(str_trim(str_slice(list, 0, end)), name))
			return true;
		list = str_slice(list, end < list.len ? end + 1 : end, list.len);
	}
	return false;
}

/* Pages that fire at the same time, as one. */
struct burst {
	struct str tiers;
	struct instant fired, over;
	int64_t lead_ms; /* the longest look back of those that fired first */
};

static void join(struct burst *burst, const struct page *page, struct arena *arena)
{
	if (!names(burst->tiers, page->name))
		burst->tiers = arena_fmt(arena, "%.*s, %.*s", STR_ARG(burst->tiers), STR_ARG(page->name));
	if (burst->over.ms && (!page->over.ms || page->over.ms > burst->over.ms))
		burst->over = page->over;
	if (page->fired.ms == burst->fired.ms && page->tier && page->tier->long_.ms > burst->lead_ms)
		burst->lead_ms = page->tier->long_.ms;
}

static step_no first_step(struct instant at, struct span step) { return at.ms / step.ms; }
static step_no last_step(struct instant at, struct span step) { return (at.ms + step.ms - 1) / step.ms; }

/* Its bad events in the period, behind the step `used`, which those of the one before reach to. */
static void cost(const struct incidents_case *one, const struct burst *burst, struct arena *arena, step_no *used,
		 struct report_incident *out)
{
	step_no begin, end, from, to, excluded;
	struct counts counts;
	double known, steps;
	struct view view;

	out->bad = out->cost = (double)NAN;
	if (!one->raw || one->numbers->origin == ORIGIN_NONE)
		return;
	begin = numbers_from(one->of, one->raw->step);
	end = numbers_to(one->of, one->raw->step);
	from = first_step((struct instant){burst->fired.ms - burst->lead_ms}, one->raw->step);
	to = burst->over.ms ? last_step(burst->over, one->raw->step) : end;
	from = from < begin ? begin : from;
	from = from < *used ? *used : from;
	to = to > end ? end : to;
	if (from > to || one->raw->end < to || !view_knows(one->raw, from) || !view_knows(one->raw, to))
		return;
	*used = to;
	view = view_without(one->raw, arena, from, to);
	counts = view_read(&view, from, to);
	view_excluded(&view, from, to, &excluded);
	known = counts.covered + counts.bridged;
	steps = (double)(to - from - excluded);
	if (steps > 0 && !(known > 0))
		return;
	out->partial = known < steps - 1e-6;
	out->bad = fmax(counts.bad, 0);
	out->cost = out->bad / period_allowed(&one->numbers->record);
	if (!isfinite(out->cost))
		out->cost = (double)NAN;
	out->interpolated = !numbers_exact(one->raw, from) || !numbers_exact(one->raw, to);
}

static void put_incident(const struct incidents_case *one, const struct burst *burst, struct arena *arena,
			 step_no *used, struct report_slo *out)
{
	const struct period *period = &one->of->period;
	struct report_incident *incident;

	out->incidents = arena_grow(arena, out->incidents, out->incidents_len, sizeof(*out->incidents));
	incident = &out->incidents[out->incidents_len++];
	*incident = (struct report_incident){
		.tiers = burst->tiers,
		.begin = burst->fired,
		.end = burst->over,
		.before = burst->fired.ms < period->begin.ms,
		.open = !burst->over.ms || burst->over.ms > period->end.ms,
	};
	if (incident->before)
		incident->begin = period->begin;
	if (incident->open)
		incident->end = period->end;
	cost(one, burst, arena, used, incident);
}

/* As incidents of deliveries are made: from the first that fires to the last that ends. */
static void put_all(const struct incidents_case *one, struct pages *pages, struct arena *arena, struct report_slo *out)
{
	step_no used = INT64_MIN;

	if (pages->len > 1)
		qsort(pages->at, pages->len, sizeof(*pages->at), by_time);
	for (size_t i = 0; i < pages->len;) {
		const struct page *page = &pages->at[i];
		struct burst burst = {page->name, page->fired, page->over, page->tier ? page->tier->long_.ms : 0};

		for (i++; i < pages->len && (!burst.over.ms || pages->at[i].fired.ms <= burst.over.ms); i++)
			join(&burst, &pages->at[i], arena);
		put_incident(one, &burst, arena, &used, out);
	}
}

struct instant incidents_since(const struct incidents_case *one, const struct firing_list *firings)
{
	if (!firings->since.ms || !one->followed.ms)
		return (struct instant){0};
	return firings->since.ms > one->followed.ms ? firings->since : one->followed;
}

void incidents_kept(const struct incidents_case *one, const struct firing_list *firings, struct arena *arena,
		    struct report_slo *out)
{
	struct instant since = incidents_since(one, firings);
	struct pages pages = {NULL, 0};

	for (size_t i = 0; i < firings->len; i++) {
		const struct firing *firing = &firings->at[i];
		struct page page = {alerting_tier(one->slo->alerting, firing->tier), firing->tier, firing->fired_at,
				    firing->resolved_at};

		if (str_is(firing->severity, "page") && str_eq(firing->slo_id, one->slo->id) &&
		    labels_eq(firing->group, one->group) && has_part(&page, &one->of->period))
			add_page(&pages, arena, page);
	}
	if (!since.ms || since.ms >= one->of->period.end.ms)
		return;
	out->watch = WATCH_KEPT;
	if (since.ms > one->of->period.begin.ms)
		out->watch_since = since;
	put_all(one, &pages, arena, out);
}

void incidents_played(const struct incidents_case *one, struct span stale_after, struct arena *arena,
		      struct report_slo *out)
{
	const struct view *raw = one->raw;
	struct backtest_options options = {.step = raw->step, .stale_after = stale_after, .points = 1};
	step_no from = numbers_from(one->of, raw->step) - LEAD.ms / raw->step.ms, to = numbers_to(one->of, raw->step);
	struct pages pages = {NULL, 0};
	struct backtest played;

	if (from < view_begin(raw))
		from = view_begin(raw);
	if (raw->end < to || from >= to)
		return;
	backtest_play_steps(raw, from, to, &options, arena, &played);
	for (size_t i = 0; i < played.len; i++) {
		const struct backtest_alert *alert = &played.alerts[i];
		struct page page = {alert->tier, alert->tier->name, alert->fired_at, alert->over_at};

		if (str_is(alert->tier->severity, "page") && has_part(&page, &one->of->period))
			add_page(&pages, arena, page);
	}
	out->watch = WATCH_PLAYED;
	put_all(one, &pages, arena, out);
}
