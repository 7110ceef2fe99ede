#include "eval/budget.h"

#include "base/num.h"

#include <math.h>

/* Good events that outnumber all of them by less than this share are the skew of two metrics that are scraped apart. */
#define SKEW 0.01

static double nan_number(void) { return (double)NAN; }

/* bad / total within 0..1; NaN where nothing happened. */
static double bad_ratio(struct counts counts)
{
	if (!(counts.total > 0))
		return nan_number();
	return fmin(fmax(counts.bad / counts.total, 0), 1);
}

static double steps_in(struct span window, struct span step) { return (double)window.ms / (double)step.ms; }

/* The burn windows: burn rate = (bad / total) / (1 - objective) (SRE workbook, "Alerting on SLOs"). No events burn
 * nothing. */
static void evaluate_burn(const struct slo *slo, const struct readings *readings, const struct budget_options *options,
			  struct slo_result *result)
{
	/* While counting lags, "the last hour" is not known: an old burn must not page. */
	bool lags = options->now.ms - readings->counted_to.ms > options->stale_after.ms;

	for (size_t i = 0; i < slo->alerting->windows_len; i++) {
		struct counts counts = readings->burn[i];
		double ratio = bad_ratio(counts);
		struct burn *burn = &result->burn[i];

		burn->rate = burn->sli = burn->coverage = nan_number();
		if (lags)
			continue;
		burn->coverage = fmin(counts.covered / steps_in(slo->alerting->windows[i].span, options->step), 1);
		if (isnan(ratio) && counts.covered + counts.bridged > 0)
			burn->rate = 0;
		if (isnan(ratio))
			continue;
		burn->sli = 1 - ratio;
		burn->rate = ratio / (1 - slo->objective);
	}
}

/* Seconds until a budget is empty that burns on as in the last hour (or the longest burn window below one). */
static double time_to_exhaustion(const struct slo *slo, const struct slo_result *result)
{
	const struct alerting *alerting = slo->alerting;
	double burn = nan_number();

	for (size_t i = 0; i < alerting->windows_len && alerting->windows[i].span.ms <= SPAN_HOUR; i++)
		if (!isnan(result->burn[i].rate))
			burn = result->burn[i].rate;
	if (isnan(burn) || isnan(result->remaining))
		return nan_number();
	if (result->remaining <= 0)
		return 0;
	return burn > 0 ? result->remaining * span_seconds(slo->window) / burn : HUGE_VAL;
}

static void no_numbers(struct slo_result *result)
{
	for (size_t i = 0; i < result->slo->alerting->windows_len; i++)
		result->burn[i].rate = result->burn[i].sli = nan_number();
	result->sli = result->budget = result->consumed = result->remaining = nan_number();
	result->remaining_observed = result->remaining_events = result->remaining_minutes = nan_number();
}

/* The budget over the SLO's window. While a part of it is unknown, it is judged against the events that the whole
 * window would hold at the traffic seen. */
static void evaluate_window(const struct slo *slo, struct slo_result *result)
{
	double allowed = 1 - slo->objective;
	double minutes = (double)slo->window.ms / (double)SPAN_MINUTE;

	if (!(result->known > 0)) {
		no_numbers(result);
		return;
	}
	result->budget = allowed * result->total / result->known;
	result->sli = result->total > 0 ? 1 - result->bad / result->total : nan_number();
	result->consumed = result->total > 0 ? result->bad / result->budget : 0;
	result->remaining = 1 - result->consumed;
	result->remaining_observed = result->total > 0 ? 1 - result->bad / (allowed * result->total) : 1;
	result->remaining_events = result->budget - result->bad;
	result->remaining_minutes = result->remaining * allowed * minutes;
}

/* What cannot be right is said, not shown as a number. */
const char *budget_impossible(struct counts window)
{
	if (window.bad > window.total * (1 + 1e-9))
		return "more bad events than events in all: the queries do not belong together";
	if (window.bad < -SKEW * window.total)
		return "more good events than events in all: the queries do not belong together";
	return NULL;
}

static enum data_state state_of(const struct slo_result *result, const struct budget_options *options)
{
	if (result->reason.len)
		return DATA_ERROR;
	if (!(result->known > 0))
		return DATA_NO_DATA;
	if (options->now.ms - result->data_seen.ms > options->stale_after.ms)
		return DATA_STALE;
	if (result->known < BUDGET_WHOLE)
		return DATA_PARTIAL;
	return result->total > 0 ? DATA_OK : DATA_NO_EVENTS;
}

void budget_evaluate(const struct slo *slo, const struct readings *readings, const struct budget_options *options,
		     struct slo_result *result)
{
	struct counts window = readings->window;
	double steps = steps_in(slo->window, options->step);
	const char *fault = budget_impossible(window);

	result->slo = slo;
	result->averaged = slo->sli.kind == SLI_RATIO;
	result->counted_to = readings->counted_to;
	result->data_seen = readings->data_seen;
	result->total = window.total;
	result->bad = fmax(window.bad, 0);
	result->good = window.total - result->bad;
	result->bad_ever = fmax(readings->ever.bad, 0);
	result->good_ever = fmax(readings->ever.total - result->bad_ever, 0);
	result->coverage = fmin(window.covered / steps, 1);
	result->known = fmin((window.covered + window.bridged) / steps, 1);
	evaluate_burn(slo, readings, options, result);
	evaluate_window(slo, result);
	if (fault && result->reason.len == 0)
		result->reason = str_of(fault);
	/* What is known of a window that cannot be counted on is not the window. */
	if (fault || options->untrue || (result->reason.len && result->known < BUDGET_WHOLE))
		no_numbers(result);
	result->exhaustion_seconds = time_to_exhaustion(slo, result);
	result->state = state_of(result, options);
	result->level = policy_level_at(slo->policy, result->consumed);
}
