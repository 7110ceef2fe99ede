/* Alert tiers: judgements from counts worked out by hand, and states from rows of judgements. */
#include "eval/alert.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <string.h>

#define NOW ((struct instant){1700000040000})

/* One letter per minute: what is judged (x true, . false, ? unknown) and the phase that follows (. inactive, p pending,
 * F firing). */
static const struct {
	const char *what;
	int for_minutes, keep_minutes;
	const char *judged, *phases;
} rows[] = {
	{"without `for` it fires at once, and ends at once", 0, 0, "..xx..x.", "..FF..F."},
	{"`for` is waited for in full", 2, 0, "xxxxx.", "ppFFF."},
	{"`for` begins anew after a false", 2, 0, "xx.xxx.", "pp.ppF."},
	{"it keeps firing for a while once it is false", 0, 3, "xx......", "FFFFF..."},
	{"true again meanwhile begins the while anew", 0, 3, "x..x.....", "FFFFFFF.."},
	{"unknown leaves a firing alert firing", 0, 0, "x???.", "FFFF."},
	{"unknown leaves an inactive one inactive", 0, 0, ".???.", "....."},
	{"what is pending stays pending while nothing is known", 2, 0, "x???x.", "ppppF."},
	{"`for` and keeping together", 1, 2, "xx..x...", "pFFFFFF."},
};

START_TEST(states_follow_from_judgements_as_in_prometheus)
{
	struct tier tier = {.for_ = {rows[_i].for_minutes * SPAN_MINUTE},
			    .keep_firing_for = {rows[_i].keep_minutes * SPAN_MINUTE}};
	struct alert_state state = {.phase = ALERT_INACTIVE};
	char phases[64] = "";

	for (size_t i = 0; rows[_i].judged[i]; i++) {
		char c = rows[_i].judged[i];
		struct instant at = {NOW.ms + (int64_t)i * SPAN_MINUTE};

		alert_advance(&tier, c == 'x' ? ALERT_TRUE : c == '.' ? ALERT_FALSE : ALERT_UNKNOWN, at, &state);
		phases[i] = ".pF"[state.phase];
		/* The same step again changes nothing: after a restart the last one may come twice. */
		alert_advance(&tier, c == 'x' ? ALERT_TRUE : c == '.' ? ALERT_FALSE : ALERT_UNKNOWN, at, &state);
		ck_assert_int_eq(phases[i], ".pF"[state.phase]);
	}
	ck_assert_msg(strcmp(phases, rows[_i].phases) == 0, "%s: %s, not %s", rows[_i].what, phases, rows[_i].phases);
}
END_TEST

START_TEST(a_state_knows_when_it_began_fired_and_ended)
{
	struct tier tier = {.for_ = {2 * SPAN_MINUTE}};
	struct alert_state state = {.phase = ALERT_INACTIVE};
	struct instant at[5];

	for (int i = 0; i < 5; i++) {
		at[i] = (struct instant){NOW.ms + i * SPAN_MINUTE};
		alert_advance(&tier, i < 4 ? ALERT_TRUE : ALERT_FALSE, at[i], &state);
		ck_assert_int_eq(state.active_at.ms, i < 4 ? at[0].ms : 0);
	}
	ck_assert_int_eq(state.fired_at.ms, at[2].ms);
	ck_assert_int_eq(state.resolved_at.ms, at[4].ms);
}
END_TEST

static struct slo slo_of(double objective)
{
	return (struct slo){.objective = objective,
			    .window = {30 * SPAN_DAY},
			    .windows = fixture_windows((struct span){30 * SPAN_DAY}),
			    .windows_len = 1,
			    .alerting = fixture_alerting((struct span){30 * SPAN_DAY})};
}

/* Everything known, a quiet month of a million events. */
static struct alert_reading reading_of(struct counts long_, struct counts short_)
{
	return (struct alert_reading){
		.at = NOW,
		.step = {SPAN_MINUTE},
		.window = fixture_reading((struct counts){.bad = 100, .total = 1e6, .covered = 43200},
					  (struct span){30 * SPAN_DAY}, NOW),
		.long_ = long_,
		.short_ = short_,
		.data_seen = NOW,
		.stale_after = {10 * SPAN_MINUTE},
	};
}

/* page-fast at 99.9 %: 14.4 * 0.001 = 1.44 % over 1 h (60 steps) and 5 m, and 5 bad events. */
static const struct {
	const char *what;
	struct counts long_, short_;
	enum alert_truth truth;
} burns[] = {
	{"1.5 % over both", {15, 1000, 60, 0}, {2, 100, 5, 0}, ALERT_TRUE},
	{"1.44 % is not above", {144, 10000, 60, 0}, {2, 100, 5, 0}, ALERT_FALSE},
	{"1.441 % is", {1441, 100000, 60, 0}, {2, 100, 5, 0}, ALERT_TRUE},
	{"it is over: the short window is calm", {15, 1000, 60, 0}, {0, 100, 5, 0}, ALERT_FALSE},
	{"it has just begun: the long one is calm", {5, 1000, 60, 0}, {5, 100, 5, 0}, ALERT_FALSE},
	{"one request an hour, and it fails", {1, 1, 60, 0}, {1, 1, 5, 0}, ALERT_FALSE},
	{"four bad events are chance", {4, 10, 60, 0}, {4, 10, 5, 0}, ALERT_FALSE},
	{"five are not", {5, 10, 60, 0}, {4, 10, 5, 0}, ALERT_TRUE},
	{"no events", {0, 0, 60, 0}, {0, 0, 5, 0}, ALERT_FALSE},
	{"no events lately", {15, 1000, 60, 0}, {0, 0, 5, 0}, ALERT_FALSE},
	{"nothing known of the short window", {15, 1000, 55, 0}, {0, 0, 0, 0}, ALERT_UNKNOWN},
	{"nothing known at all", {0, 0, 0, 0}, {0, 0, 0, 0}, ALERT_UNKNOWN},
	{"half of the hour unknown, 2 % in the rest: 1 % of the hour", {10, 500, 30, 0}, {2, 100, 5, 0}, ALERT_FALSE},
	{"half of it unknown, 3 % in the rest", {15, 500, 30, 0}, {3, 100, 5, 0}, ALERT_TRUE},
	{"bridged is known", {15, 1000, 30, 30}, {2, 100, 0, 5}, ALERT_TRUE},
};

START_TEST(a_burn_tier_is_true_where_both_windows_burn_and_enough_is_bad)
{
	struct slo slo = slo_of(0.999);
	struct alert_reading reading = reading_of(burns[_i].long_, burns[_i].short_);
	struct alert alert = {.bad = 0};

	ck_assert_msg(alert_judge(&slo, alerting_tier(slo.alerting, STR("page-fast")), &reading, &alert) ==
			      burns[_i].truth,
		      "%s", burns[_i].what);
	ck_assert_double_eq(alert.bad, burns[_i].long_.bad);
	ck_assert_double_eq(alert.total, burns[_i].long_.total);
}
END_TEST

START_TEST(the_numbers_behind_a_judgement_are_told)
{
	struct slo slo = slo_of(0.999);
	struct alert_reading reading = reading_of((struct counts){15, 1000, 60, 0}, (struct counts){2, 100, 5, 0});
	struct alert alert = {.bad = 0};

	alert_judge(&slo, alerting_tier(slo.alerting, STR("page-fast")), &reading, &alert);
	ck_assert_double_eq_tol(alert.value, 15, 1e-9);       /* 1.5 % where 0.1 % is allowed */
	ck_assert_double_eq_tol(alert.value_short, 20, 1e-9); /* 2 % */
	alert_judge(&slo, alerting_tier(slo.alerting, STR("budget-50")), &reading, &alert);
	ck_assert_double_eq_tol(alert.value, 0.1, 1e-9); /* 100 of the 1000 that may be bad */
	ck_assert_double_eq(alert.total, 1e6);
}
END_TEST

/* 99.9 % of a million: 1000 may be bad. */
static const struct {
	const char *what, *tier;
	struct counts window;
	enum alert_truth truth;
} budgets[] = {
	{"49.9 %", "budget-50", {499, 1e6, 43200, 0}, ALERT_FALSE},
	{"50 %", "budget-50", {500, 1e6, 43200, 0}, ALERT_TRUE},
	{"overspent", "budget-100", {1200, 1e6, 43200, 0}, ALERT_TRUE},
	{"not quite", "budget-100", {999, 1e6, 43200, 0}, ALERT_FALSE},
	{"a tenth of the month known: 60 of the 1000 that it would have", "budget-50", {60, 1e5, 4320, 0}, ALERT_FALSE},
	{"no events", "budget-50", {0, 0, 43200, 0}, ALERT_FALSE},
	{"nothing known", "budget-50", {0, 0, 0, 0}, ALERT_UNKNOWN},
	{"more bad than there are is no budget", "budget-50", {30, 20, 43200, 0}, ALERT_UNKNOWN},
	{"but an error", "error", {30, 20, 43200, 0}, ALERT_TRUE},
	{"right numbers are none", "error", {500, 1e6, 43200, 0}, ALERT_FALSE},
	{"nothing known is no data", "no-data", {0, 0, 0, 0}, ALERT_TRUE},
	{"no events are data", "no-data", {0, 0, 43200, 0}, ALERT_FALSE},
	{"bridged are data", "no-data", {0, 0, 0, 1}, ALERT_FALSE},
};

START_TEST(the_other_tiers_look_at_the_whole_window)
{
	struct slo slo = slo_of(0.999);
	struct alert_reading reading = reading_of((struct counts){0}, (struct counts){0});
	struct alert alert = {.bad = 0};

	reading.window.counts = budgets[_i].window;
	ck_assert_msg(alert_judge(&slo, alerting_tier(slo.alerting, str_of(budgets[_i].tier)), &reading, &alert) ==
			      budgets[_i].truth,
		      "%s", budgets[_i].what);
}
END_TEST

START_TEST(data_that_came_and_come_no_more_have_vanished)
{
	struct slo slo = slo_of(0.999);
	const struct tier *tier = alerting_tier(slo.alerting, STR("vanished"));
	struct alert_reading reading = reading_of((struct counts){0}, (struct counts){0});
	struct alert alert = {.bad = 0};

	ck_assert_int_eq(alert_judge(&slo, tier, &reading, &alert), ALERT_FALSE);
	reading.data_seen.ms -= 10 * SPAN_MINUTE;
	ck_assert_int_eq(alert_judge(&slo, tier, &reading, &alert), ALERT_FALSE);
	reading.data_seen.ms -= 1;
	ck_assert_int_eq(alert_judge(&slo, tier, &reading, &alert), ALERT_TRUE);
	reading.window.counts = (struct counts){0};
	ck_assert_int_eq(alert_judge(&slo, tier, &reading, &alert), ALERT_FALSE); /* that is no data */
}
END_TEST

START_TEST(an_exhaustion_tier_looks_ahead_at_the_burn_of_its_window)
{
	/* 90 % are left of 720 h; at a burn rate of 108 they last 6 h: 648 h / 108 */
	struct slo slo = slo_of(0.999);
	struct tier tier = {.kind = TIER_EXHAUSTS, .long_ = {SPAN_HOUR}, .within = {6 * SPAN_HOUR + 1000}};
	struct alert_reading reading = reading_of((struct counts){108, 1000, 60, 0}, (struct counts){0});
	struct alert alert = {.bad = 0};

	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_TRUE);
	ck_assert_double_eq_tol(alert.value, 6 * 3600, 1e-6);
	tier.within.ms -= 2000;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_FALSE);
	reading.long_.bad = 0;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_FALSE);
	ck_assert(isinf(alert.value));
	reading.window.counts.bad = 1000;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_TRUE); /* it is empty */
	reading.long_ = (struct counts){0};
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_UNKNOWN);
}
END_TEST

START_TEST(numbers_that_are_wrong_neither_fire_nor_resolve)
{
	struct slo slo = slo_of(0.999);
	struct alert_reading reading = reading_of((struct counts){500, 1000, 60, 0}, (struct counts){50, 100, 5, 0});
	struct alert alert = {.bad = 0};

	reading.error = true;
	ck_assert_int_eq(alert_judge(&slo, alerting_tier(slo.alerting, STR("page-fast")), &reading, &alert),
			 ALERT_UNKNOWN);
	ck_assert_int_eq(alert_judge(&slo, alerting_tier(slo.alerting, STR("error")), &reading, &alert), ALERT_TRUE);
}
END_TEST

/* A month that ended 2 h ago and was closed an hour ago: 99.9 % of a million, 1000 may be bad. */
static struct period_record closed_month(struct counts counts)
{
	return (struct period_record){
		.window = STR("month"),
		.name = STR("2023-10"),
		.begin = {NOW.ms - 2 * SPAN_HOUR - 30 * SPAN_DAY},
		.end = {NOW.ms - 2 * SPAN_HOUR},
		.objective = 0.999,
		.counts = counts,
		.steps = 43200,
		.closed_at = {NOW.ms - SPAN_HOUR},
	};
}

static const struct {
	const char *what;
	struct counts counts;
	enum period_verdict verdict;
	double consumed;
} months[] = {
	{"met", {999, 1e6, 43200, 0}, PERIOD_MET, 0.999},
	{"met to the last event", {1000, 1e6, 43200, 0}, PERIOD_MET, 1},
	{"missed by one", {1001, 1e6, 43200, 0}, PERIOD_MISSED, 1.001},
	{"bridged is known", {1001, 1e6, 21600, 21600}, PERIOD_MISSED, 1.001},
	{"nothing happened", {0, 0, 43200, 0}, PERIOD_MET, 0},
	{"nothing is known", {0, 0, 0, 0}, PERIOD_UNKNOWN, (double)NAN},
	{"half is known, and that half met it", {499, 5e5, 21600, 0}, PERIOD_MET, 0.499},
	{"half is known and missed it, the other half may have been better", {700, 5e5, 21600, 0}, PERIOD_UNKNOWN, 0.7},
	{"half is known, with more than the whole may have had", {1001, 5e5, 21600, 0}, PERIOD_MISSED, 1.001},
};

START_TEST(what_is_not_known_of_a_period_is_not_missed)
{
	struct slo slo = slo_of(0.9); /* the objective was another one then */
	struct tier tier = {.kind = TIER_MISSED, .within = {SPAN_DAY}, .window = STR("month")};
	struct period_record month = closed_month(months[_i].counts);
	struct alert_reading reading = reading_of((struct counts){0}, (struct counts){0});
	struct alert alert = {.bad = 0};

	reading.period = &month;
	ck_assert_msg(period_verdict(&month) == months[_i].verdict, "%s", months[_i].what);
	ck_assert_msg(alert_judge(&slo, &tier, &reading, &alert) ==
			      (months[_i].verdict == PERIOD_MISSED ? ALERT_TRUE : ALERT_FALSE),
		      "%s", months[_i].what);
	ck_assert_ptr_eq(alert.period, &month);
	ck_assert_double_eq(alert.bad, months[_i].counts.bad);
	ck_assert_double_eq(alert.total, months[_i].counts.total);
	if (isnan(months[_i].consumed))
		ck_assert(isnan(alert.value));
	else
		ck_assert_double_eq_tol(alert.value, months[_i].consumed, 1e-9);
}
END_TEST

START_TEST(a_missed_period_is_news_for_a_while_and_then_history)
{
	struct slo slo = slo_of(0.999);
	struct tier tier = {.kind = TIER_MISSED, .within = {SPAN_DAY}, .window = STR("month")};
	struct period_record month = closed_month((struct counts){2000, 1e6, 43200, 0});
	struct alert_reading reading = reading_of((struct counts){0}, (struct counts){0});
	struct alert alert = {.bad = 0};

	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_FALSE); /* none is closed */
	ck_assert_ptr_null(alert.period);
	ck_assert(isnan(alert.value) && isnan(alert.bad));
	reading.period = &month;
	reading.error = true; /* of now, and no matter of a period that is closed */
	reading.window.counts = (struct counts){0};
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_TRUE);
	reading.at.ms = month.closed_at.ms + SPAN_DAY - 1;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_TRUE);
	reading.at.ms++;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_FALSE);
	/* wick was down when it ended, for days; for a week it is too late */
	month.closed_at.ms = month.end.ms + 7 * SPAN_DAY - 1;
	reading.at = month.closed_at;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_TRUE);
	reading.at.ms = ++month.closed_at.ms;
	ck_assert_int_eq(alert_judge(&slo, &tier, &reading, &alert), ALERT_FALSE);
}
END_TEST

START_TEST(each_missed_period_is_an_alert_of_its_own)
{
	struct slo slo = slo_of(0.999);
	struct tier tier = {
		.kind = TIER_MISSED, .within = {SPAN_DAY}, .keep_firing_for = {SPAN_HOUR}, .window = STR("month")};
	struct counts bad = {2000, 1e6, 43200, 0}, good = {1, 1e6, 43200, 0};
	struct period_record records[3] = {closed_month(bad), closed_month(bad), closed_month(good)};
	const struct period_record *list[3] = {&records[0], &records[1], &records[2]};
	struct alert_reading reading = reading_of((struct counts){0}, (struct counts){0});
	struct alert alert = {.bad = 0};
	struct instant first = records[0].closed_at;

	records[1].closed_at.ms += 10 * SPAN_HOUR;
	records[2].closed_at.ms += 20 * SPAN_HOUR;
	ck_assert_ptr_null(alert_period(&tier, &alert.state, list, 3));
	reading.period = &records[0];
	reading.at.ms = first.ms + SPAN_MINUTE;
	alert_follow(&slo, &tier, &reading, &alert);
	ck_assert_int_eq(alert.state.fired_at.ms, reading.at.ms);
	ck_assert_ptr_eq(alert_period(&tier, &alert.state, list, 3), &records[0]);
	reading.at.ms = first.ms + 5 * SPAN_HOUR;
	alert_follow(&slo, &tier, &reading, &alert);
	ck_assert_int_eq(alert.state.fired_at.ms, first.ms + SPAN_MINUTE);
	/* the next one was missed as well */
	reading.period = &records[1];
	reading.at.ms = first.ms + 10 * SPAN_HOUR;
	alert_follow(&slo, &tier, &reading, &alert);
	ck_assert_int_eq(alert.state.phase, ALERT_FIRING);
	ck_assert_int_eq(alert.state.fired_at.ms, reading.at.ms);
	ck_assert_int_eq(alert.state.resolved_at.ms, reading.at.ms);
	ck_assert_ptr_eq(alert_period(&tier, &alert.state, list, 3), &records[1]);
	/* the one behind it was met: that is no reason to go on about the one before */
	reading.period = &records[2];
	reading.at.ms = first.ms + 20 * SPAN_HOUR;
	alert_follow(&slo, &tier, &reading, &alert);
	ck_assert_int_eq(alert.state.phase, ALERT_INACTIVE);
	ck_assert_ptr_eq(alert_period(&tier, &alert.state, list, 3), &records[1]);
}
END_TEST

START_TEST(a_record_that_is_put_right_resolves_its_alert)
{
	struct slo slo = slo_of(0.999);
	struct tier tier = {.kind = TIER_MISSED, .within = {SPAN_DAY}, .window = STR("month")};
	struct period_record month = closed_month((struct counts){2000, 1e6, 43200, 0});
	struct alert_reading reading = reading_of((struct counts){0}, (struct counts){0});
	struct alert alert = {.bad = 0};

	reading.period = &month;
	alert_follow(&slo, &tier, &reading, &alert);
	ck_assert_int_eq(alert.state.phase, ALERT_FIRING);
	month.counts.bad = 900;
	reading.at.ms += SPAN_MINUTE;
	alert_follow(&slo, &tier, &reading, &alert);
	ck_assert_int_eq(alert.state.phase, ALERT_INACTIVE);
	ck_assert_int_eq(alert.state.resolved_at.ms, reading.at.ms);
	ck_assert_double_eq_tol(alert.value, 0.9, 1e-9);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("eval/alert");

	tcase_add_loop_test(tcase, states_follow_from_judgements_as_in_prometheus, 0, (int)COUNT_OF(rows));
	tcase_add_test(tcase, a_state_knows_when_it_began_fired_and_ended);
	tcase_add_loop_test(tcase, a_burn_tier_is_true_where_both_windows_burn_and_enough_is_bad, 0,
			    (int)COUNT_OF(burns));
	tcase_add_test(tcase, the_numbers_behind_a_judgement_are_told);
	tcase_add_loop_test(tcase, the_other_tiers_look_at_the_whole_window, 0, (int)COUNT_OF(budgets));
	tcase_add_test(tcase, data_that_came_and_come_no_more_have_vanished);
	tcase_add_test(tcase, an_exhaustion_tier_looks_ahead_at_the_burn_of_its_window);
	tcase_add_test(tcase, numbers_that_are_wrong_neither_fire_nor_resolve);
	tcase_add_loop_test(tcase, what_is_not_known_of_a_period_is_not_missed, 0, (int)COUNT_OF(months));
	tcase_add_test(tcase, a_missed_period_is_news_for_a_while_and_then_history);
	tcase_add_test(tcase, each_missed_period_is_an_alert_of_its_own);
	tcase_add_test(tcase, a_record_that_is_put_right_resolves_its_alert);
	return unit_run("eval/alert", tcase);
}
