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

static double at_least_0(double number) { return isnan(number) ? number : fmax(number, 0); }

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

/* The burn rate of the last hour (or the longest burn window below one). */
static double burn_now(const struct slo_result *result)
{
	const struct alerting *alerting = result->slo->alerting;
	double burn = nan_number();

	for (size_t i = 0; i < alerting->windows_len && alerting->windows[i].span.ms <= SPAN_HOUR; i++)
		if (!isnan(result->burn[i].rate))
			burn = result->burn[i].rate;
	return burn;
}

/* Seconds until a budget is empty that burns on as now. A calendar window's budget is whole again with the next period.
 */
static double time_to_exhaustion(const struct slo_window *window, const struct budget *budget, double burn,
				 struct instant now)
{
	double seconds, left = (double)(budget->to.ms - now.ms) / 1000;

	if (isnan(burn) || isnan(budget->remaining))
		return nan_number();
	if (budget->remaining <= 0)
		return 0;
	seconds = burn > 0 ? budget->remaining * (double)(budget->to.ms - budget->from.ms) / 1000 / burn : HUGE_VAL;
	return window->calendar && seconds > left ? HUGE_VAL : seconds;
}

static void no_budget(struct budget *budget)
{
	budget->sli = budget->allowed = budget->consumed = budget->remaining = nan_number();
	budget->remaining_observed = budget->remaining_events = budget->remaining_minutes = nan_number();
}

static void no_numbers(struct slo_result *result)
{
	for (size_t i = 0; i < result->slo->alerting->windows_len; i++)
		result->burn[i].rate = result->burn[i].sli = nan_number();
	for (size_t i = 0; i < result->slo->windows_len; i++)
		no_budget(&result->budgets[i]);
	for (size_t i = 0; result->raw && i < result->slo->windows_len; i++)
		no_budget(&result->raw[i]);
}

/* While a part of the window is unknown or to come, the budget is judged against the events that the whole window would
 * hold at the traffic seen. */
static void evaluate_window(const struct slo *slo, const struct window_reading *window, struct span step,
			    struct budget *budget)
{
	double share = 1 - slo->objective;
	double minutes = (double)(window->to.ms - window->from.ms) / (double)SPAN_MINUTE;
	double known = window->counts.covered + window->counts.bridged;

	budget->exhaustion_seconds = nan_number();
	budget->from = window->from;
	budget->to = window->to;
	budget->total = window->counts.total;
	budget->bad = fmax(window->counts.bad, 0);
	budget->good = budget->total - budget->bad;
	budget->excluded_seconds = window->excluded * span_seconds(step);
	budget->adjusted_good = window->adjusted_good;
	budget->adjusted_bad = window->adjusted_bad;
	/* exclusions may leave nothing of it */
	budget->elapsed = window->steps > 0 ? window->past / window->steps : 1;
	budget->coverage = window->past > 0 ? fmin(window->counts.covered / window->past, 1) : 0;
	budget->known = window->steps > 0 ? fmin(known / window->steps, 1) : 0;

	if (!(budget->known > 0)) {
		no_budget(budget);
		return;
	}
	budget->allowed = share * budget->total / budget->known;
	budget->sli = budget->total > 0 ? 1 - budget->bad / budget->total : nan_number();
	budget->consumed = budget->total > 0 ? budget->bad / budget->allowed : 0;
	budget->remaining = 1 - budget->consumed;
	budget->remaining_observed = budget->total > 0 ? 1 - budget->bad / (share * budget->total) : 1;
	budget->remaining_events = budget->allowed - budget->bad;
	budget->remaining_minutes = budget->remaining * share * minutes;
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

/* The part of what is over of the first window that is known. */
static double known_so_far(const struct slo_result *result)
{
	return result->budgets->known / result->budgets->elapsed;
}

static enum data_state state_of(const struct slo_result *result, const struct budget_options *options,
				struct span excluded_since)
{
	if (result->reason.len)
		return DATA_ERROR;
	if (!(result->budgets->known > 0))
		return DATA_NO_DATA;
	if (options->now.ms - result->data_seen.ms - excluded_since.ms > options->stale_after.ms)
		return DATA_STALE;
	if (known_so_far(result) < BUDGET_WHOLE)
		return DATA_PARTIAL;
	return result->budgets->total > 0 ? DATA_OK : DATA_NO_EVENTS;
}

/* Corrections may make right what was counted wrongly, never the other way round: what was counted is judged. */
static const char *evaluate_windows(const struct slo *slo, const struct readings *readings, struct span step,
				    struct slo_result *result)
{
	const struct window_reading *counted = readings->raw ? readings->raw : readings->windows;
	const char *fault = NULL;

	for (size_t i = 0; i < slo->windows_len; i++) {
		evaluate_window(slo, &readings->windows[i], step, &result->budgets[i]);
		if (readings->raw)
			evaluate_window(slo, &readings->raw[i], step, &result->raw[i]);
		if (!fault)
			fault = budget_impossible(counted[i].counts);
	}
	return fault;
}

void budget_evaluate(const struct slo *slo, const struct readings *readings, const struct budget_options *options,
		     struct slo_result *result)
{
	const char *fault;
	double burn;

	result->slo = slo;
	result->averaged = slo->sli.kind == SLI_RATIO;
	result->counted_to = readings->counted_to;
	result->data_seen = readings->data_seen;
	result->bad_ever = at_least_0(readings->ever.bad);
	result->good_ever = at_least_0(readings->ever.total - result->bad_ever);
	evaluate_burn(slo, readings, options, result);
	fault = evaluate_windows(slo, readings, options->step, result);
	if (fault && result->reason.len == 0)
		result->reason = str_of(fault);
	/* What is known of a window that cannot be counted on is not the window. */
	if (fault || options->untrue || (result->reason.len && known_so_far(result) < BUDGET_WHOLE))
		no_numbers(result);
	burn = burn_now(result);
	for (size_t i = 0; i < slo->windows_len; i++)
		result->budgets[i].exhaustion_seconds =
			time_to_exhaustion(&slo->windows[i], &result->budgets[i], burn, readings->counted_to);
	result->state = state_of(result, options, readings->excluded_since);
	result->level = policy_level_at(slo->policy, result->budgets->consumed);
}
