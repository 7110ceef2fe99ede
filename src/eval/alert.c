#include "eval/alert.h"

#include "eval/budget.h"

#include <math.h>

/* 1 - 0.999 is not 0.001 to the last bit: what is equal on paper shall not depend on that. */
#define SLACK 1e-9

static double share_known(struct counts counts, struct span window, struct span step)
{
	/* a window that is shorter than a step is a step */
	double steps = fmax((double)window.ms / (double)step.ms, 1);

	return fmin((counts.covered + counts.bridged) / steps, 1);
}

static bool nothing_known(struct counts counts) { return !(counts.covered + counts.bridged > 0); }

/* (bad / total) / (1 - objective); 0 where nothing happened. */
static double burn_rate(const struct slo *slo, double bad, double total)
{
	return total > 0 ? fmin(fmax(bad / total, 0), 1) / (1 - slo->objective) : 0;
}

static bool burns(const struct slo *slo, const struct tier *tier, double bad, double total)
{
	return bad > tier->factor * (1 - slo->objective) * total * (1 + SLACK);
}

static bool enough(const struct tier *tier, struct counts counts)
{
	return counts.bad >= tier->min_bad && counts.total >= tier->min_events;
}

static enum alert_truth truth_of(bool truth) { return truth ? ALERT_TRUE : ALERT_FALSE; }

static enum alert_truth judge_burn(const struct slo *slo, const struct tier *tier, const struct alert_reading *reading,
				   struct alert *alert)
{
	struct counts long_ = reading->long_, short_ = reading->short_;
	double known = share_known(long_, tier->long_, reading->step);

	if (reading->excluded)
		return ALERT_FALSE;
	if (nothing_known(long_) || nothing_known(short_))
		return ALERT_UNKNOWN;
	alert->value = burn_rate(slo, long_.bad, long_.total / known);
	alert->value_short = burn_rate(slo, short_.bad, short_.total);
	return truth_of(burns(slo, tier, long_.bad, long_.total / known) &&
			burns(slo, tier, short_.bad, short_.total) && enough(tier, long_));
}

double alert_allowed(const struct slo *slo, const struct window_reading *window)
{
	double known = fmin((window->counts.covered + window->counts.bridged) / window->steps, 1);

	return window->counts.total > 0 ? (1 - slo->objective) * window->counts.total / known : 0;
}

/* Of the budget of the whole window; NaN where nothing is known of it. */
static double consumed(const struct slo *slo, const struct alert_reading *reading)
{
	struct counts window = reading->window.counts;

	if (nothing_known(window))
		return (double)NAN;
	return window.total > 0 ? fmax(window.bad, 0) / alert_allowed(slo, &reading->window) : 0;
}

static enum alert_truth judge_budget(const struct slo *slo, const struct tier *tier,
				     const struct alert_reading *reading, struct alert *alert)
{
	alert->value = consumed(slo, reading);
	if (isnan(alert->value))
		return ALERT_UNKNOWN;
	return truth_of(alert->value >= tier->consumed * (1 - SLACK) && enough(tier, reading->window.counts));
}

static enum alert_truth judge_exhaustion(const struct slo *slo, const struct tier *tier,
					 const struct alert_reading *reading, struct alert *alert)
{
	const struct window_reading *window = &reading->window;
	double left = 1 - consumed(slo, reading), burn;

	if (reading->excluded)
		return ALERT_FALSE;
	if (isnan(left) || nothing_known(reading->long_))
		return ALERT_UNKNOWN;
	burn = burn_rate(slo, reading->long_.bad, reading->long_.total);
	alert->value = left <= SLACK ? 0
		       : burn > 0    ? left * (double)(window->to.ms - window->from.ms) / 1000 / burn
				     : HUGE_VAL;
	return truth_of(alert->value < span_seconds(tier->within) && enough(tier, reading->long_));
}

/* A wick that was down for some days has news when it is back; what an SLO is read back for is none. */
#define NEWS_FOR ((struct span){7 * SPAN_DAY})

/* What is not known of a period is not missed, and without a record there is nothing to say. */
static enum alert_truth judge_missed(const struct tier *tier, const struct alert_reading *reading, struct alert *alert)
{
	const struct period_record *period = reading->period;

	alert->period = period;
	alert->bad = period ? fmax(period->counts.bad, 0) : (double)NAN;
	alert->total = period ? period->counts.total : (double)NAN;
	if (!period)
		return ALERT_FALSE;
	alert->value = period_consumed(period);
	return truth_of(period_verdict(period) == PERIOD_MISSED &&
			reading->at.ms - period->closed_at.ms < tier->within.ms &&
			period->closed_at.ms - period->end.ms < NEWS_FOR.ms);
}

enum alert_truth alert_judge(const struct slo *slo, const struct tier *tier, const struct alert_reading *reading,
			     struct alert *alert)
{
	struct counts counts = tier->long_.ms ? reading->long_ : reading->window.counts;
	bool wrong = reading->error || budget_impossible(reading->window.counts) != NULL;

	alert->value = alert->value_short = (double)NAN;
	alert->bad = fmax(counts.bad, 0);
	alert->total = counts.total;
	alert->period = NULL;
	switch (tier->kind) {
	case TIER_BURN:
		return wrong ? ALERT_UNKNOWN : judge_burn(slo, tier, reading, alert);
	case TIER_BUDGET:
		return wrong ? ALERT_UNKNOWN : judge_budget(slo, tier, reading, alert);
	case TIER_EXHAUSTS:
		return wrong ? ALERT_UNKNOWN : judge_exhaustion(slo, tier, reading, alert);
	case TIER_NO_DATA:
		return truth_of(nothing_known(reading->window.counts) && reading->window.past > 0);
	case TIER_VANISHED:
		return truth_of(!nothing_known(reading->window.counts) && reading->data_seen.ms &&
				reading->at.ms - reading->data_seen.ms > reading->stale_after.ms);
	case TIER_ERROR:
		return truth_of(wrong);
	case TIER_MISSED:
		return judge_missed(tier, reading, alert);
	}
	return ALERT_UNKNOWN;
}

static void end(struct alert_state *state, struct instant at)
{
	if (state->phase == ALERT_FIRING)
		state->resolved_at = at;
	state->phase = ALERT_INACTIVE;
	state->active_at = state->false_at = (struct instant){0};
}

void alert_advance(const struct tier *tier, enum alert_truth truth, struct instant at, struct alert_state *state)
{
	if (truth == ALERT_TRUE) {
		state->false_at = (struct instant){0};
		if (state->phase == ALERT_INACTIVE) {
			state->phase = ALERT_PENDING;
			state->active_at = at;
		}
		if (state->phase == ALERT_PENDING && at.ms - state->active_at.ms >= tier->for_.ms) {
			state->phase = ALERT_FIRING;
			state->fired_at = at;
		}
	} else if (truth == ALERT_FALSE) {
		if (state->false_at.ms == 0)
			state->false_at = at;
		if (state->phase == ALERT_FIRING && at.ms - state->false_at.ms < tier->keep_firing_for.ms)
			return;
		end(state, at);
	}
}

void alert_follow(const struct slo *slo, const struct tier *tier, const struct alert_reading *reading,
		  struct alert *alert)
{
	enum alert_truth truth = alert_judge(slo, tier, reading, alert);
	struct alert_state *state = &alert->state;

	if (alert->period && state->phase != ALERT_INACTIVE && alert->period->closed_at.ms > state->active_at.ms)
		end(state, reading->at);
	alert_advance(tier, truth, reading->at, state);
}

/* It became true with the closing of its period, or later, and no other one was closed before it was over. */
const struct period_record *alert_period(const struct tier *tier, const struct alert_state *state,
					 const struct period_record *const *list, size_t len)
{
	struct instant since = state->phase == ALERT_INACTIVE ? state->fired_at : state->active_at;

	return since.ms ? period_last(list, len, tier->window, since) : NULL;
}
