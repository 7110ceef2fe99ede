/* The questions of a cohort: what is asked for one advance, and what it means when an answer does not come. */
#include "base/mem.h"
#include "engine/births.h"
#include "engine/cohort_parts.h"
#include "engine/restarts.h"

#include <stdlib.h>

/* Who asked a question, and what its answer's series are for. */
struct errand {
	struct cohort *cohort;
	size_t watch;         /* by sample */
	bool baseline;        /* samples up to the position: remembered, not counted */
	size_t member, query; /* by expression */
	bool expression;
};

static bool on_samples(void *context, const struct source_series *series, struct err *err)
{
	struct errand *errand = context;
	struct tally *tally = errand->cohort->tally;
	struct tally_series *known = tally_find(tally, errand->watch, series->raw_labels);

	if (!known) {
		struct labels labels;
		struct arena arena;
		bool ok;

		arena_init(&arena);
		ok = source_series_labels(series, &arena, &labels, err);
		if (ok && series->histograms_len)
			known = tally_take_in_native(tally, errand->watch, series->raw_labels, labels);
		else if (ok)
			known = tally_take_in(tally, errand->watch, series->raw_labels, labels);
		arena_release(&arena);
		if (!ok)
			return false;
	}
	if (errand->baseline) {
		tally_remember(known, series->samples, series->len);
		tally_remember_native(known, series->histograms, series->histograms_len);
	} else {
		tally_count(tally, known, series->samples, series->len);
		tally_count_native(tally, known, series->histograms, series->histograms_len);
	}
	return true;
}

static bool on_values(void *context, const struct source_series *series, struct err *err)
{
	struct errand *errand = context;
	struct labels labels;
	struct arena arena;
	bool ok;

	arena_init(&arena);
	ok = source_series_labels(series, &arena, &labels, err) &&
	     grid_read(errand->cohort->counters[errand->member].grid, errand->query, labels, series->samples,
		       series->len, err);
	arena_release(&arena);
	return ok;
}

/* The questions of one advance. */
struct round {
	struct cohort *cohort;
	struct ask *asks;
	struct errand *errands;
	size_t len, cap;
};

static void round_release(struct round *round)
{
	free(round->asks);
	free(round->errands);
}

static void add_question(struct round *round, struct ask ask, struct errand errand)
{
	if (round->len == round->cap) {
		round->cap = round->cap ? round->cap * 2 : 16;
		round->asks = xreallocarray(round->asks, round->cap, sizeof(*round->asks));
		round->errands = xreallocarray(round->errands, round->cap, sizeof(*round->errands));
	}
	errand.cohort = round->cohort;
	round->errands[round->len] = errand;
	round->asks[round->len++] = ask;
}

static void add_watch_questions(struct round *round, struct span range, struct instant at, bool baseline)
{
	struct cohort *cohort = round->cohort;

	for (size_t w = 0; w < tally_watches(cohort->tally); w++) {
		struct str selector = tally_watch_selector(cohort->tally, w);
		struct ask ask = {
			.promql = arena_fmt(&cohort->scratch, "%.*s[%s]", STR_ARG(selector), span_text(range).text),
			.at = at,
			.series = on_samples,
		};

		add_question(round, ask, (struct errand){.watch = w, .baseline = baseline});
	}
}

static void add_expression_questions(struct round *round, step_no to)
{
	struct cohort *cohort = round->cohort;

	for (size_t i = 0; i < cohort->len; i++)
		for (size_t q = 0; cohort->counters[i].grid && q < cohort->members[i].plan.query_len; q++) {
			struct ask ask = {
				.promql = cohort->members[i].plan.query[q].text,
				.start = cohort_end_of(cohort, cohort->position + 1),
				.at = cohort_end_of(cohort, to),
				.step = cohort->options.step,
				.series = on_values,
			};

			add_question(round, ask, (struct errand){.member = i, .query = q, .expression = true});
		}
}

static void ask_round(struct round *round, struct advance_cost *cost)
{
	for (size_t i = 0; i < round->len; i++)
		round->asks[i].context = &round->errands[i];
	if (round->len)
		source_ask(round->cohort->source, round->asks, round->len);
	for (size_t i = 0; i < round->len; i++) {
		cost->samples += round->asks[i].sample_count;
		cost->series += round->asks[i].series_count;
		cost->bytes += round->asks[i].answer_bytes;
		if (round->asks[i].warning[0])
			memcpy(cost->warning, round->asks[i].warning, sizeof(cost->warning));
	}
}

void cohort_leave_behind(struct cohort *cohort, size_t i, const char *reason)
{
	struct member *member = &cohort->members[i];

	if (member->left_behind)
		return;
	member->left_behind = true;
	member->reason = arena_str(&cohort->scratch, str_of(reason));
}

/* Marks the members that needed this answer. */
static void blame(struct cohort *cohort, const struct errand *errand, const char *reason)
{
	if (errand->expression) {
		cohort_leave_behind(cohort, errand->member, reason);
		return;
	}
	for (size_t n = 0; n < cohort->by_number_len; n++)
		if (tally_watch_serves(cohort->tally, errand->watch, n))
			cohort_leave_behind(cohort, cohort->by_number[n], reason);
}

static enum advance verdict_of(enum ask_outcome outcome)
{
	switch (outcome) {
	case ASK_OK:
	case ASK_REFUSED:
		return ADVANCE_DONE;
	case ASK_UNAVAILABLE:
		return ADVANCE_UNAVAILABLE;
	case ASK_TOO_LARGE:
		return ADVANCE_TOO_LARGE;
	case ASK_INTERRUPTED:
		return ADVANCE_INTERRUPTED;
	}
	return ADVANCE_UNAVAILABLE;
}

/* What the answers mean for the advance as a whole. A refusal concerns those who asked; a source that answers some and
 * not others is up, so the others are left behind alone; a source that answers nothing stops everyone. */
static enum advance judge(struct round *round, struct err *err)
{
	size_t answered = 0;
	enum advance verdict = ADVANCE_DONE;

	for (size_t i = 0; i < round->len; i++) {
		answered += round->asks[i].outcome == ASK_OK || round->asks[i].outcome == ASK_REFUSED;
		if (verdict_of(round->asks[i].outcome) > verdict) {
			verdict = verdict_of(round->asks[i].outcome);
			*err = round->asks[i].err;
		}
	}
	if (verdict == ADVANCE_UNAVAILABLE && answered > 0)
		verdict = ADVANCE_DONE;
	for (size_t i = 0; i < round->len && verdict == ADVANCE_DONE; i++)
		if (round->asks[i].outcome != ASK_OK)
			blame(round->cohort, &round->errands[i], round->asks[i].err.text);
	return verdict;
}

enum advance cohort_remember(struct cohort *cohort, struct advance_cost *cost, struct err *err)
{
	struct round round = {.cohort = cohort};
	enum advance verdict;

	if (cohort->remembered)
		return ADVANCE_DONE;
	add_watch_questions(&round, cohort->options.lookback, cohort_end_of(cohort, cohort->position), true);
	ask_round(&round, cost);
	verdict = judge(&round, err);
	cohort->remembered = verdict == ADVANCE_DONE;
	round_release(&round);
	return verdict;
}

/* Questions beside the SLOs' own (restarts, births) concern all members: without their answers nothing is counted. */
static enum advance side_verdict(enum ask_outcome outcome)
{
	return outcome == ASK_OK            ? ADVANCE_DONE
	       : outcome == ASK_INTERRUPTED ? ADVANCE_INTERRUPTED
					    : ADVANCE_UNAVAILABLE;
}

enum advance cohort_ask(struct cohort *cohort, step_no to, struct advance_cost *cost, struct err *err)
{
	enum ask_outcome restarts = restarts_find(
		cohort->source, cohort->tally, cohort_end_of(cohort, to),
		(struct span){(to - cohort->position) * cohort->options.step.ms + cohort->options.lookback.ms}, err);
	struct births_options options = {cohort->options.lookback, cohort->options.horizon};
	struct round round = {.cohort = cohort};
	struct span range = {(to - cohort->position) * cohort->options.step.ms};
	enum advance verdict;

	if (restarts != ASK_OK)
		return side_verdict(restarts);
	add_watch_questions(&round, range, cohort_end_of(cohort, to), false);
	add_expression_questions(&round, to);
	ask_round(&round, cost);
	verdict = judge(&round, err);
	round_release(&round);
	if (verdict != ADVANCE_DONE)
		return verdict;
	return side_verdict(births_settle(cohort->source, cohort->tally, &options, err));
}
