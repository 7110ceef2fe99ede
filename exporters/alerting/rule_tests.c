#include "exporters/alerting/rule_tests.h"

#include "base/num.h"
#include "eval/alert.h"
#include "exporters/alerting/names.h"
#include "exporters/label_draft.h"
#include "exporters/series.h"
#include "format/yaml.h"

#include <math.h>
#include <stdio.h>

enum { QUIET_STEPS = 12, STEPS_MOST = 2000 }; /* of one phase */

/* What is played, as steps from one phase to the next: data from `blank` on, a part of the events bad in (begin, full],
 * all of them in (full, end], no data from `over` on. */
struct play {
	const struct slo *slo;
	struct arena arena;
	struct buf *out;
	struct span step, counting; /* of the play, and of the rules */
	double each;                /* events per step */
	double part;                /* of them bad while not all are */
	size_t blank, begin, full, end, over;
};

static size_t steps_of(const struct play *play, struct span span)
{
	return (size_t)((span.ms + play->step.ms - 1) / play->step.ms);
}

/* Five minutes, or one where a long window is so short that five would tell little of it; whole steps of the counting.
 */
static struct span step_for(const struct slo *slo, struct span counting)
{
	int64_t step = 5 * SPAN_MINUTE;

	for (size_t i = 0; i < slo->alerting->len; i++)
		if (slo->alerting->tiers[i].kind == TIER_BURN && slo->alerting->tiers[i].long_.ms < SPAN_HOUR)
			step = SPAN_MINUTE;
	return (struct span){(step + counting.ms - 1) / counting.ms * counting.ms};
}

/* --- how long things take ----------------------------------------------------------------------------------------- */

/* Twice what the fastest tier fires at, so that it takes half of its long window: the step at which it does tells its
 * factor. Not all of the events, where that can be helped. */
static double burning_part(const struct slo *slo)
{
	double factor = 1;

	for (size_t i = 0; i < slo->alerting->len; i++)
		if (slo->alerting->tiers[i].kind == TIER_BURN)
			factor = fmax(factor, slo->alerting->tiers[i].factor);
	return fmin(2 * factor * (1 - slo->objective), 1);
}

/* Steps until a burn tier can be true while that part is bad: factor x (1 - objective) / part x long window. */
static size_t burning_for(const struct play *play, const struct tier *tier)
{
	double windows = tier->factor * (1 - play->slo->objective) / play->part;

	if (tier->kind != TIER_BURN || windows > 1)
		return 0;
	return (size_t)(windows * (double)tier->long_.ms / (double)play->step.ms) + 2 + steps_of(play, tier->for_);
}

/* Steps of full outage until so much of the budget is consumed. */
static size_t outage_for(const struct play *play, const struct tier *tier)
{
	double windows = tier->consumed * (1 - play->slo->objective);

	if (tier->kind != TIER_BUDGET)
		return 0;
	return (size_t)(windows * (double)play->slo->window.ms / (double)play->step.ms) + 2 +
	       steps_of(play, tier->for_);
}

static size_t at_least(size_t steps, size_t more)
{
	return steps > more ? steps : more < STEPS_MOST ? more : STEPS_MOST;
}

static void plan(struct play *play)
{
	const struct alerting *alerting = play->slo->alerting;
	size_t burning = 2, outage = 0, recovery = 2;

	play->step = step_for(play->slo, play->counting);
	play->blank = 2;
	play->part = burning_part(play->slo);
	play->each = slo_per_step(play->slo)
			     ? (double)play->step.ms / (double)slo_event_span(play->slo, play->counting).ms
			     : 1000;
	for (size_t i = 0; i < alerting->len; i++) {
		const struct tier *tier = &alerting->tiers[i];

		if (tier->kind == TIER_NO_DATA)
			play->blank = at_least(play->blank, steps_of(play, tier->for_) + 4);
		burning = at_least(burning, burning_for(play, tier));
		outage = at_least(outage, outage_for(play, tier));
		recovery = at_least(recovery, steps_of(play, tier->short_) + steps_of(play, tier->keep_firing_for) + 3);
		if (!slo_per_step(play->slo) && tier->min_events > play->each)
			play->each = ceil(tier->min_events);
	}
	play->begin = play->blank + QUIET_STEPS;
	play->full = play->begin + burning;
	play->end = play->full + outage;
	play->over = play->end + recovery;
}

/* --- series ------------------------------------------------------------------------------------------------------- */

static struct labels series_of(struct play *play)
{
	const struct slo *slo = play->slo;
	struct labels group = {arena_array(&play->arena, slo->group_by_len, sizeof(struct label)), slo->group_by_len};

	for (size_t i = 0; i < group.len; i++)
		group.at[i] = (struct label){slo->group_by[i], STR("one")};
	return series_labels_of(&play->arena, &(struct slo_result){.slo = slo, .group = group});
}

/* The events up to the end of a step, bad ones and all of them. */
static double bad_by(const struct play *play, size_t step)
{
	double burning = (double)(step < play->full ? step : play->full) - (double)play->begin;
	double outage = (double)(step < play->end ? step : play->end) - (double)play->full;

	return (fmax(burning, 0) * play->part + fmax(outage, 0)) * play->each;
}

static double all_by(const struct play *play, size_t step)
{
	return step > play->blank ? (double)(step - play->blank) * play->each : 0;
}

enum counter { EVENTS_BAD, EVENTS_GOOD, STEPS };

static double value_of(const struct play *play, enum counter counter, size_t step)
{
	switch (counter) {
	case EVENTS_BAD:
		return bad_by(play, step);
	case EVENTS_GOOD:
		return all_by(play, step) - bad_by(play, step);
	case STEPS:
		return (double)(step - play->blank) * (double)(play->step.ms / play->counting.ms);
	}
	return (double)NAN;
}

static void put_series(struct play *play, enum counter counter,
		       double (*value)(const struct play *, enum counter, size_t))
{
	static const char *const names[] = {"wick_slo_events_total", "wick_slo_events_total", "wick_slo_steps_total"};
	static const char *const outcomes[] = {"outcome=\"bad\",", "outcome=\"good\",", ""};
	struct labels labels = series_of(play);
	struct buf series;

	buf_init(&series, play->out->ceiling);
	buf_fmt(&series, "%s{%s", names[counter], outcomes[counter]);
	for (size_t i = 0; i < labels.len; i++) {
		buf_fmt(&series, "%s%.*s=\"", i ? "," : "", STR_ARG(labels.at[i].name));
		label_text_write(&series, labels.at[i].value);
		buf_char(&series, '"');
	}
	buf_char(&series, '}');
	buf_cstr(play->out, "      - series: ");
	yaml_write_text(play->out, buf_view(&series));
	buf_fmt(play->out, "\n        values: '_x%zu", play->blank);
	for (size_t step = play->blank; step < play->over; step++) {
		buf_char(play->out, ' ');
		num_write_double(play->out, value(play, counter, step));
	}
	buf_cstr(play->out, " stale'\n");
	buf_release(&series);
}

static void put_input(struct play *play, const char *name, double (*value)(const struct play *, enum counter, size_t))
{
	buf_fmt(play->out, "  - name: %s\n    interval: %s\n    input_series:\n", name, span_text(play->step).text);
	put_series(play, EVENTS_BAD, value);
	put_series(play, EVENTS_GOOD, value);
	put_series(play, STEPS, value);
	buf_cstr(play->out, "    promql_expr_test:\n");
}

/* --- what must be ------------------------------------------------------------------------------------------------- */

static void put_check(struct play *play, const struct tier *tier, size_t step, bool fires)
{
	const struct slo *slo = play->slo;
	const struct label labels[] = {
		{STR("service"), slo->service}, {STR("slo"), slo->name}, {STR("namespace"), slo->namespace_}};
	struct buf expr;

	buf_init(&expr, play->out->ceiling);
	buf_fmt(&expr, "count(ALERTS{alertname=\"%s\",tier=\"%.*s\",alertstate=\"firing\"", alert_names[tier->kind],
		STR_ARG(tier->name));
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		buf_fmt(&expr, ",%.*s=\"", STR_ARG(labels[i].name));
		label_text_write(&expr, labels[i].value);
		buf_char(&expr, '"');
	}
	buf_cstr(&expr, "})");
	buf_cstr(play->out, "      - expr: ");
	yaml_write_text(play->out, buf_view(&expr));
	buf_fmt(play->out, "\n        eval_time: %s\n        exp_samples: %s\n",
		span_text((struct span){(int64_t)step * play->step.ms}).text, fires ? "[{value: 1}]" : "[]");
	buf_release(&expr);
}

static struct counts counts_over(const struct play *play, size_t step, struct span window)
{
	size_t steps = steps_of(play, window), from = step > play->blank + steps ? step - steps : play->blank;

	return (struct counts){
		.bad = bad_by(play, step) - bad_by(play, from),
		.total = all_by(play, step) - all_by(play, from),
		.covered = (double)(step - from),
	};
}

static struct window_reading window_over(const struct play *play, size_t step)
{
	struct span window = play->slo->window;
	double steps = (double)window.ms / (double)play->step.ms;
	int64_t to = (int64_t)step * play->step.ms;

	return (struct window_reading){
		.counts = counts_over(play, step, window),
		.from = {to - window.ms},
		.to = {to},
		.steps = steps,
		.past = steps,
	};
}

/* Plays the tier as the daemon judges it: the steps at which it fires, and at which it is over; 0 where it does not. */
static void judge(const struct play *play, const struct tier *tier, size_t *fires, size_t *over)
{
	struct alert alert = {0};

	*fires = *over = 0;
	for (size_t step = play->blank + 1; step < play->over; step++) {
		struct instant at = {(int64_t)step * play->step.ms};
		struct alert_reading reading = {
			.at = at,
			.step = play->step,
			.window = window_over(play, step),
			.long_ = counts_over(play, step, tier->long_.ms ? tier->long_ : play->slo->window),
			.short_ = counts_over(play, step, tier->short_.ms ? tier->short_ : play->slo->window),
			.data_seen = at,
			.stale_after = play->step,
		};

		alert_advance(tier, alert_judge(play->slo, tier, &reading, &alert), at, &alert.state);
		if (!*fires && alert.state.phase == ALERT_FIRING)
			*fires = step;
		if (*fires && !*over && alert.state.phase != ALERT_FIRING)
			*over = step;
	}
}

/* To a step: equal on paper is not equal in the last bit, and rules are evaluated one behind the other. */
static void put_outage(struct play *play, const struct tier *tier)
{
	size_t fires, over;

	judge(play, tier, &fires, &over);
	put_check(play, tier, play->begin, false);
	if (fires > play->begin + 2)
		put_check(play, tier, fires - 2, false);
	if (fires && fires + 1 < (over ? over : play->over))
		put_check(play, tier, fires + 1, true);
	else if (!fires)
		put_check(play, tier, play->end, false);
	if (over && over + 1 < play->over)
		put_check(play, tier, over + 1, false);
}

static void put_expected(struct play *play, const struct tier *tier)
{
	size_t wait = steps_of(play, tier->for_);

	switch (tier->kind) {
	case TIER_BURN:
	case TIER_BUDGET:
	case TIER_EXHAUSTS:
		put_outage(play, tier);
		break;
	case TIER_NO_DATA:
		if (wait > 2)
			put_check(play, tier, wait - 2, false);
		put_check(play, tier, wait + 1, true);
		put_check(play, tier, play->blank + 2, false);
		break;
	case TIER_VANISHED:
		put_check(play, tier, play->over - 1, false);
		put_check(play, tier, play->over + wait + 1, true);
		break;
	case TIER_ERROR:
	case TIER_MISSED:
		break; /* rules cannot see it */
	}
}

/* --- a single failure --------------------------------------------------------------------------------------------- */

/* Nothing happens for an hour, then one event, which is bad. */
static double lone_value(const struct play *play, enum counter counter, size_t step)
{
	if (counter == STEPS)
		return value_of(play, counter, step);
	if (slo_per_step(play->slo))
		return counter == EVENTS_BAD ? step >= play->begin : (double)(step - play->blank) * play->each;
	return counter == EVENTS_BAD ? step >= play->begin : 0;
}

static void put_lone(struct play *play)
{
	const struct alerting *alerting = play->slo->alerting;
	bool any = false;

	for (size_t i = 0; i < alerting->len; i++)
		any |= alerting->tiers[i].kind == TIER_BURN && alerting->tiers[i].min_bad > 1;
	if (!any)
		return;
	put_input(play, "one failure is no trend", lone_value);
	for (size_t i = 0; i < alerting->len; i++)
		if (alerting->tiers[i].kind == TIER_BURN && alerting->tiers[i].min_bad > 1)
			put_check(play, &alerting->tiers[i], play->begin + 1 + steps_of(play, alerting->tiers[i].for_),
				  false);
}

bool rule_tests_write(struct buf *out, const struct slo *slo, struct span counting, const char *rules)
{
	struct play play = {.slo = slo, .out = out, .counting = counting};

	arena_init(&play.arena);
	plan(&play);
	buf_fmt(out, "# Written by 'wick rules --tests': %.*s\nrule_files: [%s]\nevaluation_interval: %s\n",
		STR_ARG(slo->id), rules, span_text(play.step).text);
	buf_fmt(out, "group_eval_order: ['wick-slo-%.*s', wick-slos]\ntests:\n", STR_ARG(slo->id));
	put_input(&play, "no data, a quiet hour, a burn, an outage, its end, and silence", value_of);
	for (size_t i = 0; i < slo->alerting->len; i++)
		put_expected(&play, &slo->alerting->tiers[i]);
	play.over = play.begin + 3;
	put_lone(&play);
	arena_release(&play.arena);
	return !out->full;
}
