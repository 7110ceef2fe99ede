/* A source without a server: series in memory, and just enough PromQL to answer what the engine asks. Stands in for
 * src/source/source.c, whose functions it defines. */
#ifndef WICK_TESTS_SIMULATED_SOURCE_H
#define WICK_TESTS_SIMULATED_SOURCE_H

#include "base/buf.h"
#include "base/mem.h"
#include "promql/matcher.h"
#include "source/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct sim_series {
	struct labels labels;
	struct sample *samples;
	size_t len, cap;
};

struct source {
	struct arena arena;
	struct sim_series *at;
	size_t len, cap;
	bool left_end;       /* ranges hold the sample at their left end, as in Prometheus 2 */
	unsigned fail_every; /* each so many calls are ASK_UNAVAILABLE; 0: none */
	size_t most_samples; /* answers with more are ASK_TOO_LARGE; 0: no limit */
	const char *refuses; /* questions with this text in them are ASK_REFUSED */
	bool hangs;          /* questions stay without an answer until sim_wake */
	struct ask *pending;
	size_t pending_len;
	int64_t clock_ms; /* its own time */
	uint64_t asked;
	struct source_stats stats;
};

const char *const ask_outcome_names[] = {"ok", "refused", "unavailable", "too_large", "interrupted"};

/* What an expression is at one instant: vectors have one sample per series. */
struct sim_value {
	struct labels labels;
	struct sample *samples;
	size_t len;
};
struct sim_answer {
	struct sim_value *at;
	size_t len, cap;
};

static struct sim_series *sim_add(struct source *source, const struct label *labels, size_t len)
{
	struct sim_series *series;

	source->at = source->len == source->cap
			     ? xreallocarray(source->at, source->cap = source->cap * 2 + 8, sizeof(*source->at))
			     : source->at;
	series = &source->at[source->len++];
	*series = (struct sim_series){0};
	series->labels = labels_copy(&source->arena, (struct labels){(struct label *)(uintptr_t)labels, len});
	labels_sort(series->labels);
	return series;
}

static void sim_put(struct sim_series *series, int64_t ms, double value)
{
	XGROW(series->samples, series->len, series->cap);
	series->samples[series->len++] = (struct sample){ms, value};
}

static void sim_release(struct source *source)
{
	for (size_t i = 0; i < source->len; i++)
		free(source->at[i].samples);
	free(source->at);
	arena_release(&source->arena);
}

static void sim_found(struct arena *arena, struct sim_answer *answer, struct labels labels, struct sample *samples,
		      size_t len)
{
	answer->at = arena_grow(arena, answer->at, answer->len, sizeof(*answer->at));
	answer->at[answer->len++] = (struct sim_value){labels, samples, len};
}

static void sim_select(const struct source *source, struct arena *arena, const struct promql_node *node, int64_t at,
		       struct sim_answer *answer)
{
	struct matcher_set *set = matcher_set_new(node->matchers, node->matchers_len);
	int64_t range = node->range.set ? node->range.span.ms : 5 * SPAN_MINUTE;

	for (size_t i = 0; set && i < source->len; i++) {
		const struct sim_series *series = &source->at[i];
		size_t from = 0, to;

		if (!matcher_set_match(set, series->labels))
			continue;
		while (from < series->len && series->samples[from].ms <= at - range &&
		       !(source->left_end && series->samples[from].ms == at - range))
			from++;
		for (to = from; to < series->len && series->samples[to].ms <= at; to++)
			;
		if (from == to)
			continue;
		from = node->range.set ? from : to - 1;
		sim_found(arena, answer, series->labels, series->samples + from, to - from);
	}
	matcher_set_free(set);
}

static struct labels sim_nameless(struct arena *arena, struct labels labels)
{
	struct labels out = {arena_array(arena, labels.len, sizeof(struct label)), 0};

	for (size_t i = 0; i < labels.len; i++)
		if (!str_is(labels.at[i].name, "__name__"))
			out.at[out.len++] = labels.at[i];
	return out;
}

static struct sim_answer sim_eval(const struct source *source, struct arena *arena, const struct promql_node *node,
				  int64_t at);

static double sim_over_time(struct str name, const struct sim_value *value, int64_t at, struct sample *out)
{
	double changes = 0, most = -HUGE_VAL;

	for (size_t i = 0; i < value->len; i++) {
		changes += i > 0 && fabs(value->samples[i].value - value->samples[i - 1].value) > 0;
		most = fmax(most, value->samples[i].value);
	}
	out->ms = at;
	if (str_is(name, "changes"))
		return changes;
	if (str_is(name, "max_over_time"))
		return most;
	if (str_is(name, "present_over_time"))
		return 1;
	if (str_is(name, "timestamp"))
		return (double)value->samples[value->len - 1].ms / 1000;
	if (str_is(name, "last_over_time"))
		return value->samples[value->len - 1].value;
	abort();
}

static struct sim_answer sim_call(const struct source *source, struct arena *arena, const struct promql_node *node,
				  int64_t at)
{
	struct sim_answer inner = sim_eval(source, arena, node->args[0], at), out = {0};

	for (size_t i = 0; i < inner.len; i++) {
		struct sample *sample = arena_alloc(arena, sizeof(*sample));
		bool keeps = str_is(node->text, "last_over_time");

		sample->value = sim_over_time(node->text, &inner.at[i], at, sample);
		sim_found(arena, &out, keeps ? inner.at[i].labels : sim_nameless(arena, inner.at[i].labels), sample, 1);
	}
	return out;
}

/* The values at the multiples of the step in (at - range, at], brought together by series. */
static struct sim_answer sim_subquery(const struct source *source, struct arena *arena, const struct promql_node *node,
				      int64_t at)
{
	int64_t step = node->step.span.ms, begin = at - node->range.span.ms;
	struct sim_answer out = {0};

	for (int64_t t = (begin / step + 1) * step; t <= at; t += step) {
		struct sim_answer now = sim_eval(source, arena, node->args[0], t);

		for (size_t i = 0; i < now.len; i++) {
			size_t j = 0;

			while (j < out.len && !labels_eq(out.at[j].labels, now.at[i].labels))
				j++;
			if (j == out.len)
				sim_found(arena, &out, now.at[i].labels, NULL, 0);
			out.at[j].samples = arena_grow(arena, out.at[j].samples, out.at[j].len, sizeof(struct sample));
			out.at[j].samples[out.at[j].len++] = (struct sample){t, now.at[i].samples[0].value};
		}
	}
	return out;
}

/* `vector > number`, `vector == number`, `vector and vector`. */
static struct sim_answer sim_filtered(const struct source *source, struct arena *arena, const struct promql_node *node,
				      int64_t at)
{
	struct sim_answer left = sim_eval(source, arena, node->args[0], at), right = {0}, out = {0};
	bool both = str_is(node->text, "and"), above = str_is(node->text, ">");

	if (both)
		right = sim_eval(source, arena, node->args[1], at);
	else if ((!above && !str_is(node->text, "==")) || node->args[1]->kind != PROMQL_NUMBER)
		abort();
	for (size_t i = 0; i < left.len; i++) {
		double value = left.at[i].samples[0].value, number = node->args[1]->number;
		bool kept = !both && (above ? value > number : !(fabs(value - number) > 0));

		for (size_t j = 0; j < right.len; j++)
			kept |= labels_eq(sim_nameless(arena, left.at[i].labels),
					  sim_nameless(arena, right.at[j].labels));
		if (kept)
			sim_found(arena, &out, left.at[i].labels, left.at[i].samples, 1);
	}
	return out;
}

static struct sim_answer sim_count(const struct source *source, struct arena *arena, const struct promql_node *node,
				   int64_t at)
{
	struct sim_answer inner = sim_eval(source, arena, node->args[0], at), out = {0};
	struct sample *sample = arena_alloc(arena, sizeof(*sample));

	if (!str_is(node->text, "count") || node->grouping.len)
		abort();
	*sample = (struct sample){at, (double)inner.len};
	if (inner.len)
		sim_found(arena, &out, (struct labels){0}, sample, 1);
	return out;
}

static struct sim_answer sim_time(const struct source *source, struct arena *arena)
{
	struct sim_answer answer = {0};
	struct sample *sample = arena_alloc(arena, sizeof(*sample));

	*sample = (struct sample){source->clock_ms, (double)source->clock_ms / 1000};
	sim_found(arena, &answer, (struct labels){0}, sample, 1);
	return answer;
}

static struct sim_answer sim_eval(const struct source *source, struct arena *arena, const struct promql_node *node,
				  int64_t at)
{
	struct sim_answer answer = {0};

	switch (node->kind) {
	case PROMQL_SELECTOR:
		sim_select(source, arena, node, at, &answer);
		return answer;
	case PROMQL_CALL:
		if (str_is(node->text, "time"))
			return sim_time(source, arena);
		return sim_call(source, arena, node, at);
	case PROMQL_SUBQUERY:
		return sim_subquery(source, arena, node, at);
	case PROMQL_AGGREGATE:
		return sim_count(source, arena, node, at);
	case PROMQL_BINARY:
		return sim_filtered(source, arena, node, at);
	case PROMQL_PAREN:
		return sim_eval(source, arena, node->args[0], at);
	case PROMQL_NUMBER:
	case PROMQL_STRING:
	case PROMQL_UNARY:
		break;
	}
	abort();
}

static void sim_raw_labels(struct buf *out, struct labels labels)
{
	buf_char(out, '{');
	for (size_t i = 0; i < labels.len; i++)
		buf_fmt(out, "%s\"%.*s\":\"%.*s\"", i ? "," : "", STR_ARG(labels.at[i].name),
			STR_ARG(labels.at[i].value));
	buf_char(out, '}');
}

static bool sim_hand_out(struct ask *ask, const struct sim_answer *answer)
{
	struct buf raw;
	bool ok = true;

	buf_init(&raw, 4096);
	for (size_t i = 0; i < answer->len && ok; i++) {
		struct source_series series = {.samples = answer->at[i].samples, .len = answer->at[i].len};

		raw.len = 0;
		sim_raw_labels(&raw, answer->at[i].labels);
		series.raw_labels = buf_view(&raw);
		ok = ask->series(ask->context, &series, &ask->err);
		ask->series_count++;
		ask->sample_count += series.len;
	}
	buf_release(&raw);
	return ok;
}

static enum ask_outcome sim_answer_one(struct source *source, struct ask *ask)
{
	struct promql_error error;
	struct arena arena;
	struct promql_node *node;
	struct sim_answer answer;
	enum ask_outcome outcome = ASK_OK;
	size_t samples = 0;

	ask->sample_count = ask->series_count = ask->answer_bytes = 0;
	if (source->refuses && memmem(ask->promql.at, ask->promql.len, source->refuses, strlen(source->refuses)))
		return err_set(&ask->err, "refused") ? ASK_OK : ASK_REFUSED;
	arena_init(&arena);
	node = promql_parse(&arena, ask->promql, &error);
	if (!node || ask->step.ms)
		abort();
	answer = sim_eval(source, &arena, node, ask->at.ms);
	for (size_t i = 0; i < answer.len; i++)
		samples += answer.at[i].len;
	if (source->most_samples && samples > source->most_samples)
		outcome = err_set(&ask->err, "too large") ? ASK_OK : ASK_TOO_LARGE;
	else if (!sim_hand_out(ask, &answer))
		outcome = ASK_REFUSED;
	arena_release(&arena);
	return outcome;
}

static void sim_answer(struct source *source, struct ask *asks, size_t len)
{
	bool down = source->fail_every && ++source->asked % source->fail_every == 0;

	for (size_t i = 0; i < len; i++) {
		if (down)
			err_set(&asks[i].err, "down");
		asks[i].outcome = down ? ASK_UNAVAILABLE : sim_answer_one(source, &asks[i]);
		source->stats.asks[asks[i].outcome]++;
	}
}

/* Everything is answered as soon as it is asked, but by a source that hangs. */
void source_begin(struct source *source, struct ask *asks, size_t len)
{
	if (source->hangs && len) {
		source->pending = asks;
		source->pending_len = len;
	} else {
		sim_answer(source, asks, len);
	}
}

/* It hangs no more. */
static inline void sim_wake(struct source *source)
{
	struct ask *asks = source->pending;

	source->hangs = false;
	source->pending = NULL;
	if (asks)
		sim_answer(source, asks, source->pending_len);
}

bool source_answered(const struct source *source) { return !source->pending; }

void source_wait(struct source *source, struct span most)
{
	(void)source;
	(void)most;
}

void source_drop(struct source *source)
{
	for (size_t i = 0; source->pending && i < source->pending_len; i++)
		source->pending[i].outcome = ASK_INTERRUPTED;
	source->pending = NULL;
}

bool source_ask(struct source *source, struct ask *asks, size_t len)
{
	bool ok = true;

	source_begin(source, asks, len);
	for (size_t i = 0; i < len; i++)
		ok &= asks[i].outcome == ASK_OK;
	return ok;
}

void source_interrupt(struct source *source, struct source_interrupt interrupt)
{
	(void)source;
	(void)interrupt;
}

struct source_stats source_stats(const struct source *source) { return source->stats; }

#endif
