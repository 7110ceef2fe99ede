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
	return (struct slo){
		.objective = objective, .window = window, .id = STR("s/n"), .alerting = fixture_alerting(window)};
}

static const struct backtest_alert *alert_of(const struct rehearsal *rehearsal, const struct tier *tier)
{
	for (size_t i = 0; i < rehearsal->backtest.len; i++)
		if (rehearsal->backtest.alerts[i].tier == tier)
			return &rehearsal->backtest.alerts[i];
	return NULL;
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
static bool compare(const struct rehearsal *rehearsal, const struct tier *tier, const struct rehearsal_options *options)
{
	const struct slo *slo = rehearsal->backtest.slo;
	const struct backtest_alert *alert = alert_of(rehearsal, tier);
	double ratio = options->outages[0].ratio;
	int64_t length = options->outages[0].length.ms, detection = detection_ms(slo, tier, ratio, options->step);

	if (ratio / (1 - slo->objective) <= tier->factor || detection > length) {
		ck_assert_msg(!alert, "%.*s fires", STR_ARG(tier->name));
		return false;
	}
	ck_assert_msg(alert != NULL, "%.*s does not fire", STR_ARG(tier->name));
	ck_assert_int_eq(alert->fired_at.ms - rehearsal->begin.ms, detection);
	ck_assert_int_eq(alert->over_at.ms - rehearsal->end.ms, reset_ms(slo, tier, ratio, options->step));
	/* What is gone by then: the bad events of that time, of a window's budget. */
	ck_assert_double_eq_tol(1 - alert->left,
				(double)detection * ratio / (1 - slo->objective) / (double)slo->window.ms, 1e-9);
	return true;
}

START_TEST(detection_and_reset_are_the_workbooks)
{
	struct rehearsal_outage outage = {cases[_i].ratio, {0}, {13 * SPAN_HOUR}};
	struct rehearsal_options options = {cases[_i].step, {5 * SPAN_MINUTE}, 1e5, &outage, 1};
	size_t fired = 0;

	for (size_t i = 0; i < COUNT_OF(windows); i++) {
		struct slo slo = steady_slo(cases[_i].objective, windows[i]);
		struct rehearsal rehearsal;
		struct err err;

		ck_assert_msg(rehearse(&slo, &options, fixture_arena(), &rehearsal, &err), "%s", err.text);
		ck_assert_double_eq_tol(
			rehearsal.spent,
			outage.ratio / (1 - slo.objective) * (double)outage.length.ms / (double)slo.window.ms, 1e-9);
		for (size_t k = 0; k < slo.alerting->len; k++)
			if (slo.alerting->tiers[k].kind == TIER_BURN)
				fired += compare(&rehearsal, &slo.alerting->tiers[k], &options);
	}
	/* Else nothing was compared. */
	ck_assert_uint_gt(fired, 0);
}
END_TEST

/* Two outages, the second one later: it is the first that is measured from, and both are paid for. */
START_TEST(outages_add_up)
{
	struct rehearsal_outage outages[] = {{0.5, {3 * SPAN_HOUR}, {10 * SPAN_MINUTE}},
					     {1, {SPAN_HOUR}, {90 * SPAN_SECOND}}};
	struct rehearsal_options options = {{SPAN_MINUTE}, {5 * SPAN_MINUTE}, 1e5, outages, COUNT_OF(outages)};
	struct slo slo = steady_slo(0.999, windows[0]);
	struct rehearsal rehearsal;
	struct err err;

	ck_assert_msg(rehearse(&slo, &options, fixture_arena(), &rehearsal, &err), "%s", err.text);
	ck_assert_int_eq(rehearsal.end.ms - rehearsal.begin.ms, 130 * SPAN_MINUTE);
	ck_assert_double_eq_tol(rehearsal.spent, (0.5 * 10 + 1.5) / (0.001 * 30 * 24 * 60), 1e-9);
	/* The first step of the whole outage is 1 of 60 bad minutes, above 14.4 * 0.001. */
	ck_assert_int_eq(rehearsal.backtest.alerts[0].fired_at.ms - rehearsal.begin.ms, SPAN_MINUTE);
}
END_TEST

/* A trickle of events: chance is no trend, and nobody is woken. */
START_TEST(too_few_events_fire_nothing)
{
	struct rehearsal_outage outage = {1, {0}, {10 * SPAN_MINUTE}};
	struct rehearsal_options options = {{SPAN_MINUTE}, {5 * SPAN_MINUTE}, 0.2, &outage, 1};
	struct slo slo = steady_slo(0.999, windows[0]);
	struct rehearsal rehearsal;
	struct err err;

	ck_assert_msg(rehearse(&slo, &options, fixture_arena(), &rehearsal, &err), "%s", err.text);
	ck_assert_uint_eq(rehearsal.backtest.len, 0);
	ck_assert_double_gt(rehearsal.spent, 0);
}
END_TEST

START_TEST(no_incident_longer_than_the_window)
{
	struct rehearsal_outage outage = {0.01, {0}, {8 * SPAN_DAY}};
	struct rehearsal_options options = {{SPAN_MINUTE}, {5 * SPAN_MINUTE}, 1e5, &outage, 1};
	struct slo slo = steady_slo(0.999, windows[1]);
	struct rehearsal rehearsal;
	struct err err;

	ck_assert(!rehearse(&slo, &options, fixture_arena(), &rehearsal, &err));
	ck_assert_str_eq(err.text, "the incident is longer than the window of 's/n'");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/rehearsal");

	tcase_add_loop_test(tcase, detection_and_reset_are_the_workbooks, 0, COUNT_OF(cases));
	tcase_add_test(tcase, outages_add_up);
	tcase_add_test(tcase, too_few_events_fire_nothing);
	tcase_add_test(tcase, no_incident_longer_than_the_window);
	return unit_run("engine/rehearsal", tcase);
}
