#include "exporters/alerting/text.h"

#include "exporters/table.h"

#include <math.h>
#include <stdio.h>

/* Three digits: what people compare. */
static void put_rate(struct buf *out, double rate) { buf_fmt(out, "%.3g", rate); }

static void put_percent(struct buf *out, double ratio)
{
	buf_fmt(out, ratio * 100 < 999.5 ? "%.3g %%" : "%.0f %%", ratio * 100);
}

static void put_events(struct buf *out, double events) { buf_fmt(out, "%.0f", events); }

static void put_slo(struct buf *out, const struct slo_result *result)
{
	buf_str(out, result->slo->id);
	if (result->group.len) {
		buf_char(out, ' ');
		labels_write(out, result->group);
	}
}

/* "30d", "this month": what the budget is of. */
static struct period_name window_words(const struct slo *slo)
{
	const struct slo_window *window = slo->windows;
	struct period_name words;

	if (!window->calendar)
		snprintf(words.text, sizeof(words.text), "%.*s", STR_ARG(window->name));
	else if (window->periods.count == 1)
		snprintf(words.text, sizeof(words.text), "this %s", period_unit_names[window->periods.unit]);
	else
		snprintf(words.text, sizeof(words.text), "these %u %ss", window->periods.count,
			 period_unit_names[window->periods.unit]);
	return words;
}

bool alert_time_write(struct buf *out, double seconds)
{
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}};
	int64_t left = seconds > 0 && seconds < 1e15 ? (int64_t)seconds : 0;
	int written = 0;

	for (size_t i = 0; i < sizeof(units) / sizeof(*units) && written < 2; i++) {
		int64_t count = left / units[i].seconds;

		left %= units[i].seconds;
		if (count)
			buf_fmt(out, "%s%lld%s", written ? " " : "", (long long)count, units[i].unit);
		written += count || written;
	}
	return written ? !out->full : buf_cstr(out, "0s");
}

/* While data are missing a firing alert goes on without a number. */
static void put_unknown(struct buf *out, const struct tier *tier)
{
	if (tier->kind == TIER_BURN) {
		buf_cstr(out, " burned its error budget too fast, and how fast it does now is not known");
	} else if (tier->kind == TIER_BUDGET) {
		buf_cstr(out, " had spent ");
		put_percent(out, tier->consumed);
		buf_cstr(out, " of its error budget, and how much it has now is not known");
	} else {
		buf_fmt(out, " was to be empty within %s, and when it will be is not known now",
			span_text(tier->within).text);
	}
}

static bool is_over(const struct alert *alert) { return alert->state.phase == ALERT_INACTIVE; }

/* How it is now that it is over. */
static void put_number_over(struct buf *out, const struct tier *tier, const struct alert *alert)
{
	if (tier->kind == TIER_BURN) {
		buf_cstr(out, " does not burn its error budget too fast any more");
	} else if (isnan(alert->value)) {
		put_unknown(out, tier);
	} else if (tier->kind == TIER_BUDGET) {
		buf_cstr(out, " has spent ");
		put_percent(out, alert->value);
		buf_cstr(out, " of its error budget; the alert is from ");
		put_percent(out, tier->consumed);
		buf_cstr(out, " on");
	} else if (isinf(alert->value)) {
		buf_cstr(out, " does not burn any more");
	} else {
		buf_cstr(out, " will be empty in ");
		alert_time_write(out, alert->value);
		buf_fmt(out, "; the alert is below %s", span_text(tier->within).text);
	}
}

static void put_number(struct buf *out, const struct tier *tier, const struct alert *alert)
{
	if (isnan(alert->value)) {
		put_unknown(out, tier);
	} else if (tier->kind == TIER_BURN) {
		buf_cstr(out, " burns its error budget ");
		put_rate(out, alert->value);
		buf_cstr(out, " times too fast");
	} else if (tier->kind == TIER_BUDGET) {
		buf_cstr(out, " has spent ");
		put_percent(out, alert->value);
		buf_cstr(out, " of its error budget");
	} else if (isinf(alert->value)) {
		buf_cstr(out, " does not burn any more");
	} else {
		buf_cstr(out, " will be empty in ");
		alert_time_write(out, alert->value);
	}
}

/* What was put right in the record later is told as it is now. */
static void put_verdict(struct buf *out, const struct alert *alert)
{
	const struct period_record *period = alert->period;
	enum period_verdict verdict = period ? period_verdict(period) : PERIOD_UNKNOWN;

	if (!period) {
		buf_cstr(out, " missed its objective in a period whose record is gone");
		return;
	}
	buf_cstr(out, verdict == PERIOD_MISSED ? " missed its objective of "
		      : verdict == PERIOD_MET  ? " met its objective of "
					       : " may have met its objective of ");
	table_objective_write(out, period->objective);
	buf_fmt(out, " for %.*s", STR_ARG(period->name));
	if (verdict == PERIOD_MET && period_partial(period))
		buf_cstr(out, ", as far as it is known,");
	buf_cstr(out, verdict == PERIOD_MISSED ? "" : " after all");
}

bool alert_summary_write(struct buf *out, const struct slo_result *result, const struct tier *tier,
			 const struct alert *alert)
{
	if (tier->kind == TIER_EXHAUSTS)
		buf_cstr(out, "The error budget of ");
	if (tier->kind == TIER_VANISHED)
		buf_cstr(out, "The data of ");
	put_slo(out, result);
	switch (tier->kind) {
	case TIER_BURN:
	case TIER_BUDGET:
	case TIER_EXHAUSTS:
		if (is_over(alert))
			put_number_over(out, tier, alert);
		else
			put_number(out, tier, alert);
		break;
	case TIER_NO_DATA:
		buf_cstr(out, is_over(alert) ? " has data" : " has no data");
		break;
	case TIER_VANISHED:
		buf_cstr(out, !is_over(alert)                 ? " have vanished"
			      : result->state == DATA_NO_DATA ? " are of before its whole window"
							      : " are there again");
		break;
	case TIER_ERROR:
		buf_cstr(out, is_over(alert) ? " can be evaluated again" : " cannot be evaluated");
		break;
	case TIER_MISSED:
		put_verdict(out, alert);
		break;
	}
	return !out->full;
}

static void put_burn(struct buf *out, const struct tier *tier, const struct alert *alert)
{
	buf_fmt(out, "Over %s and ", span_text(tier->long_).text);
	buf_fmt(out, "%s the burn rates are ", span_text(tier->short_).text);
	if (isnan(alert->value)) {
		buf_cstr(out, "not known now; it fired above ");
		put_rate(out, tier->factor);
		buf_cstr(out, ". ");
		return;
	}
	put_rate(out, alert->value);
	buf_cstr(out, " and ");
	put_rate(out, alert->value_short);
	buf_cstr(out,
		 alert->value > tier->factor && alert->value_short > tier->factor ? ", above " : "; it fires above ");
	put_rate(out, tier->factor);
	buf_cstr(out, ": ");
	put_events(out, alert->bad);
	buf_cstr(out, " of ");
	put_events(out, alert->total);
	buf_fmt(out, " events were bad in %s. ", span_text(tier->long_).text);
}

/* `known`: as of now; else the numbers are those that were known last. */
static void put_budget(struct buf *out, const struct slo_result *result, bool known)
{
	if (isnan(result->budgets->remaining))
		return;
	if (result->budgets->remaining > 0) {
		put_percent(out, result->budgets->remaining);
		buf_fmt(out, " of the error budget of %s %s left", window_words(result->slo).text,
			known ? "is" : "was");
	} else {
		put_percent(out, result->budgets->consumed);
		buf_fmt(out, " of the error budget of %s %s spent", window_words(result->slo).text,
			known ? "are" : "were");
	}
	if (!known)
		buf_cstr(out, " when it was last known");
	if (known && result->budgets->remaining > 0 && isfinite(result->budgets->exhaustion_seconds)) {
		buf_cstr(out, "; as it burns now, it is empty in ");
		alert_time_write(out, result->budgets->exhaustion_seconds);
	}
	buf_char(out, '.');
	if (result->level > POLICY_NORMAL) {
		buf_fmt(out, " Agreed for '%s': ", policy_level_names[result->level]);
		buf_str(out, result->slo->policy->steps[result->level].agreed);
	}
}

/* A part of a period is never rounded up to all of it. */
static void put_part(struct buf *out, double part) { table_percent_write(out, part, 1); }

static void put_known(struct buf *out, const struct period_record *period)
{
	buf_cstr(out, " Data were there for ");
	put_part(out, period_coverage(period));
	buf_cstr(out, " of the period.");
	if (period_known(period) < 1) {
		buf_cstr(out, " Only ");
		put_part(out, period_known(period));
		buf_cstr(out, " of it is known, and what is not counts as good.");
	}
}

/* Events of which there may be parts: a budget, or what is above it. */
static void put_amount(struct buf *out, double events) { buf_fmt(out, events < 999.5 ? "%.3g" : "%.0f", events); }

static void put_period(struct buf *out, const struct period_record *period)
{
	double allowed = period_allowed(period), over = fmax(period->counts.bad, 0) - allowed;

	buf_fmt(out, "From %s ", instant_text(period->begin).text);
	buf_fmt(out, "to %s the SLI was ", instant_text(period->end).text);
	table_percent_write(out, period_sli(period), table_sli_decimals(period->objective));
	buf_cstr(out, ": ");
	put_events(out, fmax(period->counts.bad, 0));
	buf_cstr(out, " of ");
	put_events(out, period->counts.total);
	buf_cstr(out, " events were bad, ");
	put_percent(out, period_consumed(period));
	buf_cstr(out, " of the error budget");
	if (over > 0) {
		buf_cstr(out, ", which is ");
		put_amount(out, over);
		buf_cstr(out, " more than the ");
		put_amount(out, allowed);
		buf_cstr(out, " that might have been");
	}
	buf_char(out, '.');
	put_known(out, period);
}

bool alert_description_write(struct buf *out, const struct slo_result *result, const struct tier *tier,
			     const struct alert *alert)
{
	switch (tier->kind) {
	case TIER_BURN:
		put_burn(out, tier, alert);
		put_budget(out, result, !isnan(alert->value));
		break;
	case TIER_BUDGET:
	case TIER_EXHAUSTS:
		if (!isnan(alert->value)) {
			put_events(out, alert->bad);
			buf_cstr(out, " of ");
			put_events(out, alert->total);
			buf_cstr(out, " events were bad. ");
		}
		put_budget(out, result, !isnan(alert->value));
		break;
	case TIER_NO_DATA:
		if (is_over(alert))
			buf_fmt(out, "Something is known of its window of %s again.", window_words(result->slo).text);
		else
			buf_fmt(out,
				"Nothing is known of its window of %s: its metrics may have other names, or were never there.",
				window_words(result->slo).text);
		break;
	case TIER_VANISHED:
		buf_fmt(out, "The last ones are of %s%s.", instant_text(result->data_seen).text,
			is_over(alert) ? "" : ": a target is gone, or its metrics have other names");
		break;
	case TIER_ERROR:
		if (is_over(alert)) {
			buf_cstr(out, "Its query is answered, and its numbers are possible ones.");
			break;
		}
		buf_cstr(out, "The reason: ");
		buf_str(out, result->reason.len ? result->reason : STR("it is not known any more"));
		buf_char(out, '.');
		break;
	case TIER_MISSED:
		if (alert->period)
			put_period(out, alert->period);
		break;
	}
	return !out->full;
}
