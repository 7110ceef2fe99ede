#include "engine/live_check.h"

#include "base/limits.h"
#include "base/mem.h"
#include "count/watch.h"
#include "engine/live_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const struct live_answer *live_askf(struct live *live, const char *format, ...)
{
	va_list args, again;
	char *text;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		abort();
	text = arena_alloc(live->arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return live_ask(live->asker, (struct str){text, (size_t)len});
}

struct str live_printed(struct arena *arena, const struct promql_node *node)
{
	struct buf out;
	struct str text;

	buf_init(&out, LIMIT_PROMQL_PRINTED);
	promql_print(&out, node);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

struct promql_node *live_selector_with(struct arena *arena, const struct promql_node *selector, struct str metric,
				       const struct promql_matcher *extra)
{
	struct promql_node *node = arena_alloc(arena, sizeof(*node));

	*node = (struct promql_node){.kind = PROMQL_SELECTOR, .matchers_len = selector->matchers_len};
	node->matchers = arena_array(arena, node->matchers_len + 1, sizeof(*node->matchers));
	for (size_t i = 0; i < node->matchers_len; i++) {
		node->matchers[i] = selector->matchers[i];
		if (metric.len && str_is(node->matchers[i].name, "__name__"))
			node->matchers[i].value = metric;
	}
	if (extra)
		node->matchers[node->matchers_len++] = *extra;
	return node;
}

enum { ROUNDS = 3, ROUND_PARTS = 4 };
static void (*const rounds[ROUNDS][ROUND_PARTS])(struct live *live, struct live_look *look) = {
	{live_series_now, live_data_values},
	{live_series_lately, live_data_events, live_target_ask},
	{live_series_why, live_data_samples},
};

static bool ask_rounds(struct live *live, struct live_look *looks, size_t len, struct err *err)
{
	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < len; i++)
			for (size_t part = 0; part < ROUND_PARTS && rounds[round][part]; part++)
				rounds[round][part](live, &looks[i]);
		if (!live_ask_all(live->asker, err))
			return false;
	}
	return true;
}

/* Of the SLOs that are counted at the source, the first one being the default one. */
static struct live_look *make_looks(struct arena *arena, const struct slo_set *set, const struct named_source *source,
				    bool is_default, const struct live_options *options, size_t *len)
{
	const struct counting_options *counting = &options->counting;
	struct plan_options plan_options = {
		.rewrite = {.step = counting->step,
			    .lookback = counting->lookback,
			    .horizon = counting->horizon,
			    .births = true},
		.preference = counting->preference,
	};
	struct live_look *looks = arena_array(arena, set->len, sizeof(*looks));

	*len = 0;
	for (size_t i = 0; i < set->len; i++) {
		const struct source_ref *own = &set->slos[i].source;
		struct live_look *look = &looks[*len];
		struct err err;

		if (!str_eq(own->name, source->name) && !(own->soft && is_default))
			continue;
		look->slo = &set->slos[i];
		/* Loaders have parsed the queries; should one not fit after all, nothing is asked about it. */
		if (!plan_make(arena, look->slo, &plan_options, &look->plan, &err))
			look->plan.note = arena_str(arena, str_of(err.text));
		++*len;
	}
	return looks;
}

/* The last grid point that has settled, by the source's own clock unless a time was asked for. */
static bool find_instant(struct source *source, struct arena *arena, const struct live_options *options,
			 struct instant *at, struct err *err)
{
	struct live_asker *asker = live_asker_new(source, arena, options->at);
	const struct live_answer *now = live_ask(asker, STR("vector(time())"));
	int64_t step = options->counting.step.ms;
	bool ok = live_ask_all(asker, err);

	if (ok && now->outcome != ASK_OK)
		ok = err_set(err, "%s", now->error);
	else if (ok && (now->len == 0 || !(fabs(live_count(now)) < 1e11)))
		ok = err_set(err, "the source does not know what time it is");
	if (ok)
		at->ms = (llround(live_count(now) * 1000) - options->settle.ms) / step * step;
	live_asker_free(asker);
	return ok;
}

/* Everything that is asked by sample, brought together as the engine does it. */
static void add_questions(struct arena *arena, struct live_slo *slos, size_t len)
{
	struct watch_set *set = watch_set_new();

	for (size_t i = 0; i < len; i++)
		for (size_t t = 0; t < slos[i].plan.terms_len; t++)
			watch_set_add(set, i, &slos[i].plan.terms[t]);
	watch_set_settle(set);
	for (size_t w = 0; w < watch_set_len(set); w++) {
		const struct watch *watch = watch_set_at(set, w);
		const struct watch_member *members;
		size_t members_len = watch_members(watch, &members), sharing = 0, last = SIZE_MAX;
		struct str text = arena_str(arena, watch_selector(watch));

		for (size_t m = 0; m < members_len; m++) {
			sharing += members[m].slo != last;
			last = members[m].slo;
		}
		last = SIZE_MAX;
		for (size_t m = 0; m < members_len; m++) {
			struct live_slo *slo = &slos[members[m].slo];

			if (members[m].slo == last)
				continue;
			last = members[m].slo;
			slo->queries = arena_grow(arena, slo->queries, slo->queries_len, sizeof(*slo->queries));
			slo->queries[slo->queries_len++] = text;
			if (slo->sharing < sharing)
				slo->sharing = sharing;
		}
	}
	watch_set_free(set);
}

/* By sample the source hands out what came in the step; by expression it reads a lookback besides. */
static void report_look(struct live *live, const struct live_look *look, struct live_slo *out)
{
	const struct counting_options *counting = &live->options->counting;
	double seconds = span_seconds(counting->step);

	*out = (struct live_slo){.slo = look->slo, .plan = look->plan, .interval = look->interval};
	if (look->plan.way == PLAN_BY_SAMPLE) {
		for (size_t i = 0; i < look->plan.terms_len; i++)
			out->series += live_count(look->terms[i]);
	} else {
		seconds += span_seconds(counting->lookback);
		for (size_t i = 0; i < look->len; i++)
			out->series += live_count(look->selectors[i].now);
		out->sharing = 1;
		out->queries = arena_array(live->arena, look->plan.query_len, sizeof(*out->queries));
		for (size_t i = 0; i < look->plan.query_len; i++)
			out->queries[out->queries_len++] = look->plan.query[i].text;
	}
	out->samples = look->interval > 0 ? out->series * seconds / look->interval : (double)NAN;
}

static void judge(struct live *live, struct live_look *look)
{
	live_series_judge(live, look);
	live_data_judge(live, look);
	live_target_judge(live, look);
	live_histogram_judge(live, look);
}

/* What is asked at one source, and found out there. */
static bool check_at(struct live *live, struct source *source, struct live_look *looks, size_t len,
		     struct live_slo *slos, struct err *err)
{
	struct instant at;
	bool ok;

	if (!find_instant(source, live->arena, live->options, &at, err))
		return false;
	live->asker = live_asker_new(source, live->arena, at);
	ok = ask_rounds(live, looks, len, err);
	for (size_t i = 0; i < len && ok; i++) {
		judge(live, &looks[i]);
		report_look(live, &looks[i], &slos[i]);
	}
	if (ok)
		add_questions(live->arena, slos, len);
	live_asker_free(live->asker);
	return ok;
}

bool live_check(const struct sources *sources, const struct slo_set *set, const struct live_options *options,
		struct arena *arena, struct findings *findings, struct live_report *report, struct err *err)
{
	struct live live = {.arena = arena, .findings = findings, .options = options};

	*report = (struct live_report){.slos = arena_array(arena, set->len, sizeof(*report->slos))};
	for (size_t i = 0; i < sources->len; i++) {
		const struct named_source *source = &sources->at[i];
		size_t len;
		struct live_look *looks = make_looks(arena, set, source, i == 0, options, &len);

		/* The default source is there, whatever is asked of it. */
		if (len == 0 && i > 0)
			continue;
		if (!check_at(&live, source->source, looks, len, report->slos + report->len, err))
			return source->name.len ? err_prefix(err, "source '%.*s'", STR_ARG(source->name)) : false;
		report->len += len;
	}
	return true;
}
