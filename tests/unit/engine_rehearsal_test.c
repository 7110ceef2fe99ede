/* When alerts fire in a made-up incident and when they are over, against the workbook's formulas of detection and reset
 * time, which are worked out here without a ledger. */
#include "base/num.h"
#include "engine/rehearsal.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include <math.h>

static const struct {
	double objective, ratio;
	struct span step;
} cases[] = {
	{0.999, 1, {SPAN_MINUTE}},      {0.999, 1, {10 * SPAN_SECOND}}, {0.999, 0.05, {SPAN_MINUTE}},
	{0.999, 0.017, {SPAN_MINUTE}},  {0.99, 0.31, {SPAN_MINUTE}},    {0.9999, 0.003, {10 * SPAN_SECOND}},
	{0.995, 0.0299, {SPAN_MINUTE}}, {0.95, 1, {30 * SPAN_SECOND}},  {0.9, 0.17, {SPAN_MINUTE}},
	{0.999, 0.0061, {SPAN_MINUTE}},
};

static const struct span windows[] = {{30 * SPAN_DAY}, {7 * SPAN_DAY}, {28 * SPAN_DAY}};

static struct slo steady_slo(double objective, struct span window)
{
	return (struct slo){.objective = objective,
			    .window = window,
			    .windows = fixture_windows(window),
			    .windows_len = 1,
			    .id = STR("s/n"),
			    .alerting = fixture_alerting(window)};
}

static const struct rehearsal_alert *alert_of(const struct rehearsal *rehearsal, const char *tier)
{
	for (size_t i = 0; i < rehearsal->len; i++)
		if (str_eq(rehearsal->alerts[i].tier->name, str_of(tier)))
			return &rehearsal->alerts[i];
	ck_abort_msg("there is no tier %s", tier);
	return NULL;
}

static struct rehearsal_options on_even_traffic(struct span step, const struct rehearsal_fault *faults, size_t len)
{
	return (struct rehearsal_options){
		.step = step,
		.stale_after = {5 * SPAN_MINUTE},
		.incident = {faults, len},
		.events_per_minute = 1e5,
	};
}

static struct rehearsal rehearsed(const struct slo *slo, const struct rehearsal_options *options)
{
	struct rehearsal rehearsal;
	struct err err;

	ck_assert_msg(rehearse_evenly(slo, options, fixture_arena(), &rehearsal, &err), "%s", err.text);
	return rehearsal;
}

/* Detection: (1 - objective) / ratio * factor * long, on even traffic behind a calm window. The alert fires above the
 * factor, so at the first step behind it. */
static int64_t detection_ms(const struct slo *slo, const struct tier *tier, double ratio, struct span step)
{
	double ms = (1 - slo->objective) / ratio * tier->factor * (double)tier->long_.ms;

	return ((int64_t)floor(ms / (double)step.ms + 1e-9) + 1) * step.ms;
}

/* Reset: the short window has let go of all bad events but those that make up the factor. An outage that is longer than
 * the short window fills it. */
static int64_t reset_ms(const struct slo *slo, const struct tier *tier, double ratio, struct span step)
{
	double held = (1 - slo->objective) / ratio * tier->factor;

	return (int64_t)ceil((1 - held) * (double)tier->short_.ms / (double)step.ms - 1e-9) * step.ms;
}

/* Returns whether the tier was to fire. */
static bool compare(const struct rehearsal *rehearsal, const struct rehearsal_alert *alert,
		    const struct rehearsal_options *options)
{
	const struct slo *slo = rehearsal->slo;
	double ratio = options->incident.faults[0].ratio;
	int64_t length = options->incident.faults[0].length.ms;
	int64_t detection = detection_ms(slo, alert->tier, ratio, options->step);

	if (ratio / (1 - slo->objective) <= alert->tier->factor || detection > length) {
		ck_assert_msg(alert->outcome == OUTCOME_QUIET, "%.*s fires", STR_ARG(alert->tier->name));
		return false;
	}
	ck_assert_msg(alert->outcome == OUTCOME_FIRES, "%.*s does not fire", STR_ARG(alert->tier->name));
	ck_assert_int_eq(alert->fired_at.ms - rehearsal->begin.ms, detection);
	ck_assert_int_eq(alert->over_at.ms - rehearsal->end.ms, reset_ms(slo, alert->tier, ratio, options->step));
	/* What is gone by then: the bad events of that time, of a window's budget. */
	ck_assert_double_eq_tol(alert->spent, (double)detection * ratio / (1 - slo->objective) / (double)slo->window.ms,
				1e-9);
	ck_assert_double_eq_tol(alert->left, 1 - alert->spent, 1e-9);
	return true;
}

START_TEST(detection_and_reset_are_the_workbooks)
{
	struct rehearsal_fault outage = {cases[_i].ratio, {0}, {13 * SPAN_HOUR}, false};
	struct rehearsal_options options = on_even_traffic(cases[_i].step, &outage, 1);
	size_t fired = 0;

	for (size_t i = 0; i < COUNT_OF(windows); i++) {
		struct slo slo = steady_slo(cases[_i].objective, windows[i]);
		struct rehearsal rehearsal = rehearsed(&slo, &options);

		ck_assert_double_eq_tol(
			rehearsal.spent,
			outage.ratio / (1 - slo.objective) * (double)outage.length.ms / (double)slo.window.ms, 1e-9);
		for (size_t k = 0; k < rehearsal.len; k++)
			if (rehearsal.alerts[k].tier->kind == TIER_BURN)
				fired += compare(&rehearsal, &rehearsal.alerts[k], &options);
	}
	/* Else nothing was compared. */
	ck_assert_uint_gt(fired, 0);
}
END_TEST

/* The workbook's table for 30 days at 99.9 % ("Alerting on SLOs", 5-8): how much of the budget is gone when an alert
 * fires, and how fast it burns then. That of a day is ours. */
START_TEST(the_budget_spent_is_the_published_one)
{
	static const struct {
		const char *tier;
		double burn, percent;
	} published[] = {{"page-fast", 14.4, 2}, {"page-slow", 6, 5}, {"ticket-fast", 3, 10}, {"ticket-slow", 1, 10}};
	struct rehearsal_fault outage = {.ratio = 0.02, .length = {10 * SPAN_HOUR}};
	struct rehearsal_options options = on_even_traffic((struct span){10 * SPAN_SECOND}, &outage, 1);
	struct slo slo = steady_slo(0.999, windows[0]);
	struct rehearsal rehearsal = rehearsed(&slo, &options);
	/* A step burns 20 times as much as it may. */
	double step = 20 * 10.0 / (30 * 86400);

	for (size_t i = 0; i < COUNT_OF(published); i++) {
		const struct rehearsal_alert *alert = alert_of(&rehearsal, published[i].tier);

		ck_assert_double_eq(alert->tier->factor, published[i].burn);
		ck_assert_double_ge(alert->spent, published[i].percent / 100);
		ck_assert_double_le(alert->spent, published[i].percent / 100 + step + 1e-9);
	}
}
END_TEST

/* Two outages, the second one later: it is the first that is measured from, and both are paid for. */
START_TEST(outages_add_up)
{
	struct rehearsal_fault outages[] = {{0.5, {3 * SPAN_HOUR}, {10 * SPAN_MINUTE}, false},
					    {1, {SPAN_HOUR}, {90 * SPAN_SECOND}, false}};
	struct rehearsal_options options = on_even_traffic((struct span){SPAN_MINUTE}, outages, COUNT_OF(outages));
	struct slo slo = steady_slo(0.999, windows[0]);
	struct rehearsal rehearsal = rehearsed(&slo, &options);

	ck_assert_int_eq(rehearsal.end.ms - rehearsal.begin.ms, 130 * SPAN_MINUTE);
	ck_assert_double_eq_tol(rehearsal.spent, (0.5 * 10 + 1.5) / (0.001 * 30 * 24 * 60), 1e-9);
	/* The first step of the whole outage is 1 of 60 bad minutes, above 14.4 * 0.001. */
	ck_assert_int_eq(alert_of(&rehearsal, "page-fast")->fired_at.ms - rehearsal.begin.ms, SPAN_MINUTE);
}
END_TEST

/* Slow requests are a latency's alone; an outage is everybody's. Where both are, the worse one counts. */
START_TEST(slow_requests_concern_latencies_alone)
{
	struct rehearsal_fault faults[] = {{0.02, {0}, {2 * SPAN_HOUR}, true},
					   {0.05, {SPAN_HOUR}, {30 * SPAN_MINUTE}, false}};
	struct rehearsal_options options = on_even_traffic((struct span){SPAN_MINUTE}, faults, COUNT_OF(faults));
	double budget = 0.001 * 30 * 24 * 60; /* in minutes */

	for (int kind = 0; kind < SLI_COMPOSITE; kind++) {
		struct slo slo = steady_slo(0.999, windows[0]);
		struct rehearsal rehearsal;

		slo.sli.kind = (enum sli_kind)kind;
		options.incident.len = 2;
		rehearsal = rehearsed(&slo, &options);
		ck_assert(rehearsal.touched);
		ck_assert_double_eq_tol(rehearsal.spent, (0.05 * 30 + (kind == SLI_LATENCY ? 0.02 * 90 : 0)) / budget,
					1e-6);
		/* of the first fault that concerns it */
		ck_assert_int_eq(rehearsal.end.ms - rehearsal.begin.ms, (kind == SLI_LATENCY ? 120 : 30) * SPAN_MINUTE);
		ck_assert_double_eq_tol(rehearsal.events_per_minute,
					kind == SLI_EVENTS || kind == SLI_LATENCY ? 1e5 : 1, 1e-9);

		options.incident.len = 1;
		rehearsal = rehearsed(&slo, &options);
		ck_assert_int_eq(rehearsal.touched, kind == SLI_LATENCY);
		if (kind == SLI_LATENCY)
			ck_assert_int_eq(alert_of(&rehearsal, "page-fast")->fired_at.ms - rehearsal.begin.ms,
					 44 * SPAN_MINUTE); /* 0.001 / 0.02 * 14.4 * 60 = 43.2 */
		else
			ck_assert_uint_eq(rehearsal.len, 0);
	}
}
END_TEST

/* A trickle of events: chance is no trend, and nobody is woken. */
START_TEST(too_few_events_fire_nothing)
{
	struct rehearsal_fault outage = {1, {0}, {10 * SPAN_MINUTE}, false};
	struct rehearsal_options options = on_even_traffic((struct span){SPAN_MINUTE}, &outage, 1);
	struct slo slo = steady_slo(0.999, windows[0]);
	struct rehearsal rehearsal;

	options.events_per_minute = 0.2;
	rehearsal = rehearsed(&slo, &options);
	for (size_t i = 0; i < rehearsal.len; i++)
		ck_assert_int_eq(rehearsal.alerts[i].outcome, OUTCOME_QUIET);
	ck_assert_double_gt(rehearsal.spent, 0);
}
END_TEST

/* A fifth of an event in each step: the fifth bad event, which a page wants, is there after 25 steps and not after 26.
 */
START_TEST(parts_of_events_make_whole_ones)
{
	struct rehearsal_fault outage = {0.2, {0}, {SPAN_HOUR}, false};
	struct rehearsal_options options = on_even_traffic((struct span){SPAN_MINUTE}, &outage, 1);
	struct slo slo = steady_slo(0.999, windows[0]);
	struct rehearsal rehearsal;

	options.events_per_minute = 1;
	rehearsal = rehearsed(&slo, &options);
	ck_assert_int_eq(alert_of(&rehearsal, "page-fast")->fired_at.ms - rehearsal.begin.ms, 25 * SPAN_MINUTE);
}
END_TEST

START_TEST(no_incident_longer_than_the_window)
{
	struct rehearsal_fault outage = {0.01, {0}, {8 * SPAN_DAY}, false};
	struct rehearsal_options options = on_even_traffic((struct span){SPAN_MINUTE}, &outage, 1);
	struct slo slo = steady_slo(0.999, windows[1]);
	struct rehearsal rehearsal;
	struct err err;

	ck_assert(!rehearse_evenly(&slo, &options, fixture_arena(), &rehearsal, &err));
	ck_assert_str_eq(err.text, "the incident is longer than the window of 's/n'");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/rehearsal");

	tcase_add_loop_test(tcase, detection_and_reset_are_the_workbooks, 0, COUNT_OF(cases));
	tcase_add_test(tcase, the_budget_spent_is_the_published_one);
	tcase_add_test(tcase, outages_add_up);
	tcase_add_test(tcase, slow_requests_concern_latencies_alone);
	tcase_add_test(tcase, too_few_events_fire_nothing);
	tcase_add_test(tcase, parts_of_events_make_whole_ones);
	tcase_add_test(tcase, no_incident_longer_than_the_window);
	return unit_run("engine/rehearsal", tcase);
}
