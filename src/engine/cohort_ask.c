/* The questions of a cohort: what is asked for one advance, and what it means when an answer does not come. */
#include "base/mem.h"
#include "engine/cohort_parts.h"

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

static void add_question(struct cohort *cohort, struct ask ask, struct errand errand)
{
	struct round *round = &cohort->piece.round;

	if (round->len == round->cap) {
		round->cap = round->cap ? round->cap * 2 : 16;
		round->asks = xreallocarray(round->asks, round->cap, sizeof(*round->asks));
		round->errands = xreallocarray(round->errands, round->cap, sizeof(*round->errands));
	}
	errand.cohort = cohort;
	round->errands[round->len] = errand;
	round->asks[round->len++] = ask;
}

static size_t round_begin(struct round *round, struct ask **asks)
{
	for (size_t i = 0; i < round->len; i++)
		round->asks[i].context = &round->errands[i];
	*asks = round->asks;
	return round->len;
}

static void round_end(struct round *round)
{
	free(round->asks);
	free(round->errands);
	*round = (struct round){.asks = NULL};
}

static void add_watch_questions(struct cohort *cohort, struct span range, struct instant at, bool baseline)
{
	for (size_t w = 0; w < tally_watches(cohort->tally); w++) {
		struct str selector = tally_watch_selector(cohort->tally, w);
		struct ask ask = {
			.promql = arena_fmt(&cohort->scratch, "%.*s[%s]", STR_ARG(selector), span_text(range).text),
			.at = at,
			.series = on_samples,
		};

		add_question(cohort, ask, (struct errand){.watch = w, .baseline = baseline});
	}
}

static void add_expression_questions(struct cohort *cohort, step_no to)
{
	for (size_t i = 0; i < cohort->len; i++)
		for (size_t q = 0; cohort->counters[i].grid && q < cohort->members[i].plan.query_len; q++) {
			struct ask ask = {
				.promql = cohort->members[i].plan.query[q].text,
				.start = cohort_end_of(cohort, cohort->position + 1),
				.at = cohort_end_of(cohort, to),
				.step = cohort->options.step,
				.series = on_values,
			};

			add_question(cohort, ask, (struct errand){.member = i, .query = q, .expression = true});
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

void cohort_note_reasons(struct cohort *cohort)
{
	for (size_t i = 0; i < cohort->len; i++) {
		struct member *member = &cohort->members[i];
		struct grid *grid = cohort->counters[i].grid;

		if (member->left_behind)
			continue;
		member->groups_dropped = grid ? grid_groups_dropped(grid)
					      : tally_groups_dropped(cohort->tally, cohort->counters[i].number);
		if (grid && grid_complaint(grid).len)
			member->reason = arena_str(&cohort->scratch, grid_complaint(grid));
	}
}

void cohort_clear_reasons(struct cohort *cohort)
{
	arena_release(&cohort->scratch);
	for (size_t i = 0; i < cohort->len; i++) {
		struct member *member = &cohort->members[i];

		member->left_behind = false;
		member->reason = (struct str){NULL, 0};
		if (member->plan.terms_len == 0 && member->plan.query_len == 0)
			cohort_leave_behind(cohort, i, member->plan.note.at);
	}
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

static void add_cost(struct advance_cost *cost, const struct round *round)
{
	for (size_t i = 0; i < round->len; i++) {
		cost->samples += round->asks[i].sample_count;
		cost->series += round->asks[i].series_count;
		cost->bytes += round->asks[i].answer_bytes;
		if (round->asks[i].warning[0])
			memcpy(cost->warning, round->asks[i].warning, sizeof(cost->warning));
	}
}

/* What the answers mean for the advance as a whole. A refusal concerns those who asked; a source that answers some and
 * not others is up, so the others are left behind alone; a source that answers nothing stops everyone. */
static enum advance judge(struct cohort *cohort, struct err *err)
{
	struct round *round = &cohort->piece.round;
	size_t answered = 0;
	enum advance verdict = ADVANCE_DONE;

	add_cost(&cohort->piece.cost, round);
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
			blame(cohort, &round->errands[i], round->asks[i].err.text);
	round_end(round);
	return verdict;
}

/* The last sample of every series up to the position: what a difference needs on its other side. */
static size_t ask_baseline(struct cohort *cohort, struct ask **asks)
{
	if (!cohort->remembered)
		add_watch_questions(cohort, cohort->options.lookback, cohort_end_of(cohort, cohort->position), true);
	cohort->remembered |= cohort->piece.round.len == 0;
	return round_begin(&cohort->piece.round, asks);
}

static enum advance take_baseline(struct cohort *cohort, struct err *err)
{
	enum advance verdict = judge(cohort, err);

	cohort->remembered = verdict == ADVANCE_DONE;
	return verdict;
}

/* Questions beside the SLOs' own (restarts, births) concern all members: without their answers nothing is counted. */
static enum advance side_verdict(enum ask_outcome outcome)
{
	return outcome == ASK_OK            ? ADVANCE_DONE
	       : outcome == ASK_INTERRUPTED ? ADVANCE_INTERRUPTED
					    : ADVANCE_UNAVAILABLE;
}

static void begin_counting(struct cohort *cohort)
{
	step_no to = cohort->piece.to;

	tally_begin(cohort->tally, cohort->position, to);
	for (size_t i = 0; i < cohort->len; i++)
		if (cohort->counters[i].grid)
			grid_begin(cohort->counters[i].grid, cohort->position, to);
}

static struct span length_of(const struct cohort *cohort)
{
	return (struct span){(cohort->piece.to - cohort->position) * cohort->options.step.ms};
}

static size_t ask_restarts(struct cohort *cohort, struct ask **asks)
{
	struct piece *piece = &cohort->piece;

	if (!piece->restarts) {
		struct span range = {length_of(cohort).ms + cohort->options.lookback.ms};

		begin_counting(cohort);
		piece->restarts = restarts_new(cohort->tally, cohort_end_of(cohort, piece->to), range);
	}
	return restarts_ask(piece->restarts, asks);
}

static enum advance take_restarts(struct cohort *cohort, struct err *err)
{
	return side_verdict(restarts_take(cohort->piece.restarts, err));
}

static size_t ask_counts(struct cohort *cohort, struct ask **asks)
{
	step_no to = cohort->piece.to;

	if (cohort->piece.counted)
		return 0;
	cohort->piece.counted = true;
	add_watch_questions(cohort, length_of(cohort), cohort_end_of(cohort, to), false);
	add_expression_questions(cohort, to);
	return round_begin(&cohort->piece.round, asks);
}

static size_t ask_births(struct cohort *cohort, struct ask **asks)
{
	struct piece *piece = &cohort->piece;

	if (!piece->births) {
		piece->births_options = (struct births_options){cohort->options.lookback, cohort->options.horizon};
		piece->births = births_new(cohort->tally, &piece->births_options);
	}
	return births_ask(piece->births, asks);
}

static enum advance take_births(struct cohort *cohort, struct err *err)
{
	return side_verdict(births_take(cohort->piece.births, err));
}

/* Each is asked until it has no more questions. */
static const struct {
	size_t (*ask)(struct cohort *cohort, struct ask **asks);
	enum advance (*take)(struct cohort *cohort, struct err *err);
} phases[] = {
	{ask_baseline, take_baseline},
	{ask_restarts, take_restarts},
	{ask_counts, judge},
	{ask_births, take_births},
};
enum { PHASES = sizeof(phases) / sizeof(phases[0]) };

bool cohort_ask(struct cohort *cohort)
{
	struct piece *piece = &cohort->piece;

	for (; piece->phase < PHASES; piece->phase++) {
		struct ask *asks;
		size_t len = phases[piece->phase].ask(cohort, &asks);

		if (len == 0)
			continue;
		source_begin(cohort->source, asks, len);
		return piece->asking = true;
	}
	return false;
}

enum advance cohort_take(struct cohort *cohort, struct err *err)
{
	cohort->piece.asking = false;
	return phases[cohort->piece.phase].take(cohort, err);
}

void cohort_end_asking(struct cohort *cohort)
{
	struct piece *piece = &cohort->piece;

	if (piece->asking)
		source_drop(cohort->source);
	piece->asking = false;
	round_end(&piece->round);
	restarts_free(piece->restarts);
	births_free(piece->births);
	piece->restarts = NULL;
	piece->births = NULL;
}
