#include "engine/restarts.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/num.h"
#include "engine/selector_text.h"
#include "promql/matcher.h"

#include <math.h>
#include <stdlib.h>

/* The targets whose start time changed. */
struct changed {
	struct arena arena;
	struct labels *at; /* job and instance among them */
	size_t len, cap;
	struct tally *tally;
};

static bool on_changed(void *context, const struct source_series *series, struct err *err)
{
	struct changed *changed = context;

	XGROW(changed->at, changed->len, changed->cap);
	return source_series_labels(series, &changed->arena, &changed->at[changed->len++], err);
}

static bool on_starts(void *context, const struct source_series *series, struct err *err)
{
	struct changed *changed = context;
	struct labels labels;

	if (!source_series_labels(series, &changed->arena, &labels, err))
		return false;
	for (size_t i = 0; i < series->len; i++)
		if (isfinite(series->samples[i].value) &&
		    (i == 0 || !num_same(series->samples[i].value, series->samples[i - 1].value)))
			tally_restart(changed->tally, labels_get(labels, STR("job")),
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

static enum ask_outcome ask_starts(struct source *source, struct changed *changed, struct instant at, struct span range,
				   struct err *err)
{
	struct ask *asks = xcalloc(changed->len, sizeof(*asks));
	enum ask_outcome outcome = ASK_OK;

	for (size_t i = 0; i < changed->len; i++)
		asks[i] = (struct ask){
			.promql = start_question(&changed->arena, changed->at[i], range),
			.at = at,
			.series = on_starts,
			.context = changed,
		};
	source_ask(source, asks, changed->len);
	for (size_t i = 0; i < changed->len && outcome == ASK_OK; i++) {
		outcome = asks[i].outcome;
		if (outcome != ASK_OK)
			*err = asks[i].err;
	}
	free(asks);
	return outcome;
}

enum ask_outcome restarts_find(struct source *source, struct tally *tally, struct instant at, struct span range,
			       struct err *err)
{
	struct changed changed = {.tally = tally};
	struct str *jobs;
	size_t len = tally_jobs(tally, &jobs);
	struct ask ask;

	if (len == 0)
		return ASK_OK;
	arena_init(&changed.arena);
	ask = (struct ask){
		.promql = change_question(&changed.arena, jobs, len, range),
		.at = at,
		.series = on_changed,
		.context = &changed,
	};
	source_ask(source, &ask, 1);
	if (ask.outcome != ASK_OK)
		*err = ask.err;
	else if (changed.len)
		ask.outcome = ask_starts(source, &changed, at, range, err);
	free(changed.at);
	arena_release(&changed.arena);
	/* A source that cannot say is one without such series. */
	return ask.outcome == ASK_REFUSED || ask.outcome == ASK_TOO_LARGE ? ASK_OK : ask.outcome;
}
