#include "engine/restarts.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "engine/selector_text.h"
#include "promql/matcher.h"

#include <math.h>
#include <stdlib.h>

struct restarts {
	struct arena arena;
	struct tally *tally;
	struct instant at;
	struct span range;
	struct labels *changed; /* targets whose start time changed: job and instance are among them */
	size_t len, cap;
	struct ask *asks; /* of the round */
	size_t asks_len;
	unsigned round;
};

static bool on_changed(void *context, const struct source_series *series, struct err *err)
{
	struct restarts *restarts = context;

	XGROW(restarts->changed, restarts->len, restarts->cap);
	return source_series_labels(series, &restarts->arena, &restarts->changed[restarts->len++], err);
}

static bool on_starts(void *context, const struct source_series *series, struct err *err)
{
	struct restarts *restarts = context;
	struct labels labels;

	if (!source_series_labels(series, &restarts->arena, &labels, err))
		return false;
	for (size_t i = 0; i < series->len; i++)
		if (isfinite(series->samples[i].value) &&
		    (i == 0 || !num_same(series->samples[i].value, series->samples[i - 1].value)))
			tally_restart(restarts->tally, labels_get(labels, STR("job")),
				      labels_get(labels, STR("instance")), llround(series->samples[i].value * 1000));
	return true;
}

static void put_quoted_regex(struct buf *out, struct str text)
{
	struct buf quoted;

	buf_init(&quoted, LIMIT_TEXT_BYTES);
	matcher_quote(&quoted, text);
	label_value_write(out, buf_view(&quoted));
	buf_release(&quoted);
}

/* `changes(process_start_time_seconds{job=~"a|b"}[range]) > 0` */
static struct str change_question(struct arena *arena, const struct str *jobs, size_t len, struct span range)
{
	struct buf out;
	struct str text;

	buf_init(&out, LIMIT_PROMQL_PRINTED);
	buf_cstr(&out, "changes(process_start_time_seconds{job=~\"");
	for (size_t i = 0; i < len; i++) {
		buf_cstr(&out, i ? "|" : "");
		put_quoted_regex(&out, jobs[i]);
	}
	buf_fmt(&out, "\"}[%s]) > 0", span_text(range).text);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

static struct str start_question(struct arena *arena, struct labels target, struct span range)
{
	struct buf out;
	struct str text;

	buf_init(&out, LIMIT_PROMQL_PRINTED);
	selector_put_target(&out, STR("process_start_time_seconds"), labels_get(target, STR("job")),
			    labels_get(target, STR("instance")));
	buf_fmt(&out, "[%s]", span_text(range).text);
	text = arena_str(arena, buf_view(&out));
	buf_release(&out);
	return text;
}

struct restarts *restarts_new(struct tally *tally, struct instant at, struct span range)
{
	struct restarts *restarts = xcalloc(1, sizeof(*restarts));

	*restarts = (struct restarts){.tally = tally, .at = at, .range = range};
	arena_init(&restarts->arena);
	return restarts;
}

void restarts_free(struct restarts *restarts)
{
	if (!restarts)
		return;
	free(restarts->changed);
	arena_release(&restarts->arena);
	free(restarts);
}

/* First round: has the start time of any target changed? */
static void ask_changed(struct restarts *restarts)
{
	struct str *jobs;
	size_t len = tally_jobs(restarts->tally, &jobs);

	if (len == 0)
		return;
	restarts->asks = arena_alloc(&restarts->arena, sizeof(*restarts->asks));
	restarts->asks_len = 1;
	*restarts->asks = (struct ask){
		.promql = change_question(&restarts->arena, jobs, len, restarts->range),
		.at = restarts->at,
		.series = on_changed,
		.context = restarts,
	};
}

/* Second round: what were the start times of those? */
static void ask_starts(struct restarts *restarts)
{
	restarts->asks = arena_array(&restarts->arena, restarts->len, sizeof(*restarts->asks));
	restarts->asks_len = restarts->len;
	for (size_t i = 0; i < restarts->len; i++)
		restarts->asks[i] = (struct ask){
			.promql = start_question(&restarts->arena, restarts->changed[i], restarts->range),
			.at = restarts->at,
			.series = on_starts,
			.context = restarts,
		};
}

static void (*const rounds[])(struct restarts *) = {ask_changed, ask_starts};
enum { ROUNDS = sizeof(rounds) / sizeof(rounds[0]) };

size_t restarts_ask(struct restarts *restarts, struct ask **asks)
{
	restarts->asks_len = 0;
	if (restarts->round < ROUNDS)
		rounds[restarts->round++](restarts);
	*asks = restarts->asks;
	return restarts->asks_len;
}

/* A source that cannot say is one without such series. */
enum ask_outcome restarts_take(struct restarts *restarts, struct err *err)
{
	for (size_t i = 0; i < restarts->asks_len; i++) {
		const struct ask *ask = &restarts->asks[i];

		if (ask->outcome == ASK_OK)
			continue;
		restarts->round = ROUNDS;
		if (ask->outcome == ASK_REFUSED || ask->outcome == ASK_TOO_LARGE)
			continue;
		*err = ask->err;
		return ask->outcome;
	}
	return ASK_OK;
}
