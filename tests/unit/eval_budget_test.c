/* Budgets, burn rates and states from counts, as short cases: the objective, what was counted, and the numbers worked
 * out by hand. */
#include "eval/budget.h"
#include "tests/unit/alerting_fixture.h"

#include <check.h>
#include <math.h>

#define STEPS_30D 43200.0
#define NOW       ((struct instant){1700000000000})

static struct slo slo_over(double objective, struct span window)
{
	return (struct slo){.objective = objective,
			    .window = window,
			    .windows = fixture_windows(window),
			    .windows_len = 1,
			    .alerting = fixture_alerting(window)};
}

static struct slo slo_with(double objective) { return slo_over(objective, (struct span){30 * SPAN_DAY}); }

/* Of the burn windows, which for 30 days are 5m 30m 1h 2h 6h 1d 3d. */
static struct counts burn[BURN_WINDOWS_MAX];
static struct window_reading windows[SLO_WINDOWS];

static struct readings nothing(void)
{
	memset(burn, 0, sizeof(burn));
	windows[0] = fixture_reading((struct counts){0}, (struct span){30 * SPAN_DAY}, NOW);
	return (struct readings){.burn = burn, .windows = windows};
}

static struct readings whole_window(double bad, double total)
{
	struct readings readings = nothing();

	windows[0].counts = (struct counts){.bad = bad, .total = total, .covered = STEPS_30D};
	readings.counted_to = readings.data_seen = NOW;
	return readings;
}

static struct slo_result evaluated(const struct slo *slo, const struct readings *readings)
{
	struct budget_options options = {.step = {SPAN_MINUTE}, .stale_after = {10 * SPAN_MINUTE}, .now = NOW};
	struct slo_result result = {.burn = fixture_burn(slo), .budgets = fixture_budgets(slo)};

	budget_evaluate(slo, readings, &options, &result);
	return result;
}

#define ASSERT_NEAR(actual, wanted) ck_assert_double_eq_tol(actual, wanted, 1e-9 * (1 + fabs((double)(wanted))))

struct budget_case {
	const char *what;
	double objective, bad, total;
	double sli, consumed, remaining, remaining_events, remaining_minutes;
};

/* By hand: budget = (1 - objective) * total; consumed = bad / budget; minutes = remaining * (1 - objective) * 43200. */
static const struct budget_case budget_cases[] = {
	{"busy days and quiet nights: 2271.6 bad of 3.6 million", 0.999, 2271.6, 3600000, 0.999369, 0.631, 0.369,
	 1328.4, 15.9408},
	{"nothing bad", 0.99, 0, 1000, 1, 0, 1, 10, 432},
	{"exactly used up", 0.99, 10, 1000, 0.99, 1, 0, 0, 0},
	{"overspent threefold", 0.995, 15, 1000, 0.985, 3, -2, -10, -432},
	{"everything bad", 0.9, 50, 50, 0, 10, -9, -45, -38880},
};

START_TEST(a_budget_is_the_share_of_bad_events_that_the_objective_allows)
{
	const struct budget_case *c = &budget_cases[_i];
	struct slo slo = slo_with(c->objective);
	struct readings readings = whole_window(c->bad, c->total);
	struct slo_result result = evaluated(&slo, &readings);

	ASSERT_NEAR(result.budgets->sli, c->sli);
	ASSERT_NEAR(result.budgets->consumed, c->consumed);
	ASSERT_NEAR(result.budgets->remaining, c->remaining);
	ASSERT_NEAR(result.budgets->remaining_events, c->remaining_events);
	ASSERT_NEAR(result.budgets->remaining_minutes, c->remaining_minutes);
	ASSERT_NEAR(result.budgets->remaining_observed, c->remaining);
	ck_assert_int_eq(result.state, DATA_OK);
}
END_TEST

START_TEST(no_events_leave_the_budget_whole_and_the_sli_unknown)
{
	struct slo slo = slo_with(0.999);
	struct readings readings = whole_window(0, 0);
	struct slo_result result = evaluated(&slo, &readings);

	ck_assert(isnan(result.budgets->sli));
	ASSERT_NEAR(result.budgets->remaining, 1);
	ck_assert_int_eq(result.state, DATA_NO_EVENTS);
}
END_TEST

START_TEST(no_data_is_no_number_at_all)
{
	struct slo slo = slo_with(0.999);
	struct readings readings = nothing();
	struct slo_result result = evaluated(&slo, &readings);

	ck_assert(isnan(result.budgets->sli) && isnan(result.budgets->remaining) && isnan(result.budgets->consumed) &&
		  isnan(result.budgets->exhaustion_seconds));
	for (size_t i = 0; i < slo.alerting->windows_len; i++)
		ck_assert(isnan(result.burn[i].rate));
	ck_assert_int_eq(result.state, DATA_NO_DATA);
}
END_TEST

START_TEST(a_part_of_the_window_is_judged_against_what_the_whole_would_hold)
{
	/* 3 of 30 days are known: 1000 events seen stand for 10000, so 20 bad ones are a fifth of 1 % of them */
	struct slo slo = slo_with(0.99);
	struct readings readings = whole_window(20, 1000);
	struct slo_result result;

	windows[0].counts.covered = STEPS_30D / 10;
	result = evaluated(&slo, &readings);
	ASSERT_NEAR(result.budgets->remaining, 0.8);
	ASSERT_NEAR(result.budgets->remaining_observed, -1);
	ASSERT_NEAR(result.budgets->coverage, 0.1);
	ck_assert_int_eq(result.state, DATA_PARTIAL);
}
END_TEST

START_TEST(a_bridged_hole_is_known_but_not_covered)
{
	/* the events of the hole are in the counts already: nothing is extrapolated */
	struct slo slo = slo_with(0.99);
	struct readings readings = whole_window(5, 1000);
	struct slo_result result;

	windows[0].counts.covered = STEPS_30D - 4320;
	windows[0].counts.bridged = 4320;
	result = evaluated(&slo, &readings);
	ASSERT_NEAR(result.budgets->remaining, 0.5);
	ASSERT_NEAR(result.budgets->coverage, 0.9);
	ASSERT_NEAR(result.budgets->known, 1);
	ck_assert_int_eq(result.state, DATA_OK);
}
END_TEST

START_TEST(old_data_is_stale_and_keeps_its_numbers)
{
	struct slo slo = slo_with(0.99);
	struct readings readings = whole_window(5, 1000);
	struct slo_result result;

	readings.data_seen.ms -= 11 * SPAN_MINUTE;
	result = evaluated(&slo, &readings);
	ck_assert_int_eq(result.state, DATA_STALE);
	ASSERT_NEAR(result.budgets->remaining, 0.5);
}
END_TEST

START_TEST(an_old_burn_is_not_shown_while_counting_lags)
{
	struct slo slo = slo_with(0.999);
	struct readings readings = whole_window(100, 1000000);
	struct slo_result result;

	burn[2] = (struct counts){.bad = 40, .total = 2000, .covered = 60};
	readings.counted_to.ms -= SPAN_DAY;
	readings.data_seen.ms -= SPAN_DAY;
	result = evaluated(&slo, &readings);
	ck_assert(isnan(result.burn[2].rate) && isnan(result.burn[2].sli) && isnan(result.budgets->exhaustion_seconds));
	ASSERT_NEAR(result.budgets->remaining, 0.9);
	ck_assert_int_eq(result.state, DATA_STALE);
}
END_TEST

START_TEST(more_bad_events_than_events_is_an_error_and_no_number)
{
	struct slo slo = slo_with(0.99);
	struct readings readings = whole_window(1001, 1000);
	struct slo_result result = evaluated(&slo, &readings);

	ck_assert_int_eq(result.state, DATA_ERROR);
	ck_assert(result.reason.len > 0);
	ck_assert(isnan(result.budgets->sli) && isnan(result.budgets->remaining));
}
END_TEST

START_TEST(a_burn_rate_compares_a_window_with_what_the_objective_allows)
{
	/* 2 % bad over one hour where 0.1 % is allowed burns 20 times too fast */
	struct slo slo = slo_with(0.999);
	struct readings readings = whole_window(100, 1000000);
	struct slo_result result;

	burn[2] = (struct counts){.bad = 40, .total = 2000, .covered = 60};
	burn[0] = (struct counts){.covered = 5};
	result = evaluated(&slo, &readings);
	ASSERT_NEAR(result.burn[2].rate, 20);
	ASSERT_NEAR(result.burn[2].sli, 0.98);
	ASSERT_NEAR(result.burn[0].rate, 0); /* an idle window burns nothing */
	ck_assert(isnan(result.burn[0].sli));
	ck_assert(isnan(result.burn[1].rate)); /* of this one nothing is known */
	/* 90 % left, and 20 budgets of 30 days burn in 30 days */
	ASSERT_NEAR(result.budgets->exhaustion_seconds, 0.9 * 30 * 86400 / 20);
}
END_TEST

START_TEST(a_budget_that_does_not_burn_is_never_empty)
{
	struct slo slo = slo_with(0.999);
	struct readings readings = whole_window(100, 1000000);
	struct slo_result result;

	burn[2] = (struct counts){.total = 2000, .covered = 60};
	result = evaluated(&slo, &readings);
	ck_assert(isinf(result.budgets->exhaustion_seconds) && result.budgets->exhaustion_seconds > 0);
}
END_TEST

START_TEST(a_calendar_window_is_judged_as_the_whole_period)
{
	/* 10 of 30 days are over and known: 1000 events stand for 3000, so 5 bad ones are a sixth of 1 % of them */
	struct slo slo = slo_with(0.99);
	struct slo_window month = {.calendar = true, .span = {30 * SPAN_DAY}};
	struct readings readings = whole_window(5, 1000);
	struct slo_result result;

	slo.windows = &month;
	windows[0].from.ms = NOW.ms - 10 * SPAN_DAY;
	windows[0].to.ms = NOW.ms + 20 * SPAN_DAY;
	windows[0].past = windows[0].counts.covered = STEPS_30D / 3;
	burn[2] = (struct counts){.bad = 20, .total = 1000, .covered = 60};
	result = evaluated(&slo, &readings);
	ASSERT_NEAR(result.budgets->allowed, 30);
	ASSERT_NEAR(result.budgets->consumed, 1.0 / 6);
	ASSERT_NEAR(result.budgets->remaining_observed, 0.5);
	ASSERT_NEAR(result.budgets->elapsed, 1.0 / 3);
	ASSERT_NEAR(result.budgets->coverage, 1);
	ck_assert_int_eq(result.state, DATA_OK);
	/* five sixths last 12.5 days at a burn rate of 2; at 1 they would last until after the end */
	ASSERT_NEAR(result.budgets->exhaustion_seconds, 12.5 * 86400);
	burn[2].bad = 10;
	result = evaluated(&slo, &readings);
	ck_assert(isinf(result.budgets->exhaustion_seconds));
	/* half of what is over is unknown */
	windows[0].counts.covered /= 2;
	result = evaluated(&slo, &readings);
	ASSERT_NEAR(result.budgets->coverage, 0.5);
	ck_assert_int_eq(result.state, DATA_PARTIAL);
}
END_TEST

START_TEST(windows_not_shorter_than_the_slo_are_left_out)
{
	struct slo slo = slo_over(0.99, (struct span){6 * SPAN_HOUR});
	struct readings readings = whole_window(0, 100);
	struct slo_result result;

	for (size_t i = 0; i < slo.alerting->windows_len; i++)
		burn[i] = (struct counts){.total = 10, .covered = 5};
	result = evaluated(&slo, &readings);
	ck_assert(!isnan(result_burn_rate(&result, (struct span){2 * SPAN_HOUR})));
	ck_assert(isnan(result_burn_rate(&result, (struct span){6 * SPAN_HOUR})));
	ck_assert(isnan(result_burn_rate(&result, (struct span){3 * SPAN_DAY})));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("budget");
	TCase *tests = tcase_create("budget");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, a_budget_is_the_share_of_bad_events_that_the_objective_allows, 0,
			    sizeof(budget_cases) / sizeof(budget_cases[0]));
	tcase_add_test(tests, no_events_leave_the_budget_whole_and_the_sli_unknown);
	tcase_add_test(tests, no_data_is_no_number_at_all);
	tcase_add_test(tests, a_part_of_the_window_is_judged_against_what_the_whole_would_hold);
	tcase_add_test(tests, a_bridged_hole_is_known_but_not_covered);
	tcase_add_test(tests, old_data_is_stale_and_keeps_its_numbers);
	tcase_add_test(tests, an_old_burn_is_not_shown_while_counting_lags);
	tcase_add_test(tests, more_bad_events_than_events_is_an_error_and_no_number);
	tcase_add_test(tests, a_burn_rate_compares_a_window_with_what_the_objective_allows);
	tcase_add_test(tests, a_budget_that_does_not_burn_is_never_empty);
	tcase_add_test(tests, a_calendar_window_is_judged_as_the_whole_period);
	tcase_add_test(tests, windows_not_shorter_than_the_slo_are_left_out);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
