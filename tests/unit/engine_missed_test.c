/* Alerts of closed periods that missed their objective: hour by hour through restarts and outages, against times that
 * are written down by hand. A day is closed an hour behind its end. */
#include "base/log.h"
#include "engine/alerts.h"
#include "engine/backtest.h"
#include "engine/periods.h"
#include "engine/window.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

#define STEP  ((struct span){SPAN_MINUTE})
#define BEGIN "2026-07-01T00:00:00Z"

/* Of 100 events a minute so many are bad, by day of July; 1 of them may be. Below 0: as many, and nothing is known of
 * the other half of the day. */
static double bad_by_day[32];

static struct instant time_of(const char *text)
{
	struct instant instant = {0};

	ck_assert(instant_read(str_of(text), &instant));
	return instant;
}

static struct counts world(step_no step)
{
	int64_t minute = step - 1 - time_of(BEGIN).ms / STEP.ms;
	double bad = bad_by_day[1 + minute / 1440];

	if (bad < 0 && minute % 1440 >= 720)
		return (struct counts){0};
	return (struct counts){.bad = bad < 0 ? -bad : bad, .total = 100, .covered = 1};
}

/* A daemon's store, and what it has read of it. */
struct stage {
	struct slo slo;
	struct store *store;
	struct periods *periods;
	struct alerts *alerts;
	struct account *account;
	struct alert out[TIERS_MAX];
};

static struct slo daily_slo(struct span within)
{
	static struct tier tiers[1];
	static struct alerting alerting = {.tiers = tiers, .len = 1};
	static struct slo_window windows[1];
	struct err err = {0};

	tiers[0] = alerting_missed_tier(fixture_arena(), STR("day"));
	tiers[0].within = within;
	windows[0] = (struct slo_window){.calendar = true,
					 .span = {SPAN_DAY},
					 .periods = {PERIOD_DAY, 1, zone_find(STR("UTC"), &err), {0}},
					 .name = STR("day")};
	return (struct slo){.id = STR("shop/api"),
			    .objective = 0.99,
			    .window = {SPAN_DAY},
			    .windows = windows,
			    .windows_len = 1,
			    .alerting = &alerting};
}

static struct account *account_of(struct stage *stage, struct labels group)
{
	struct ledger_key key = {stage->slo.id, 1, group};
	struct ledger_shape shape = ledger_shape_default(STEP, (struct span){31 * SPAN_DAY});

	return store_create(stage->store, &key, &shape, time_of(BEGIN).ms / STEP.ms);
}

static void start(struct stage *stage)
{
	struct err err = {0};

	stage->periods = periods_new(stage->store, &err);
	ck_assert_msg(stage->periods != NULL, "%s", err.text);
	stage->alerts = alerts_new(stage->store);
}

static void stop(struct stage *stage)
{
	alerts_free(stage->alerts);
	periods_free(stage->periods);
}

static void open_stage(struct stage *stage, struct span within)
{
	*stage = (struct stage){.slo = daily_slo(within), .store = store_open(NULL, STEP, NULL)};
	memset(bad_by_day, 0, sizeof(bad_by_day));
	stage->account = account_of(stage, (struct labels){NULL, 0});
	start(stage);
}

static void close_stage(struct stage *stage)
{
	stop(stage);
	store_close(stage->store);
}

static void count_to(struct stage *stage, struct account *account, struct instant to)
{
	step_no first = ledger_end(account->ledger) + 1;
	size_t len = (size_t)(to.ms / STEP.ms - first + 1);
	struct counts *at = calloc(len + 1, sizeof(*at));
	struct step_list pins;
	struct entry entry;
	struct err err = {0};

	if (len) {
		pins = windows_pins(&stage->slo, fixture_arena(), first, first + (step_no)len - 1, STEP);
		for (size_t i = 0; i < len; i++)
			at[i] = world(first + (step_no)i);
		entry = (struct entry){account, {first, at, len, pins.at, pins.len}};
		ck_assert_msg(store_commit(stage->store, &entry, 1, &err), "%s", err.text);
	}
	free(at);
}

/* As a cycle does: closes periods, then takes the alerts on. */
static const struct alert *look(struct stage *stage, struct account *account, struct instant now, bool live)
{
	struct view view = view_raw(&stage->slo, account->ledger, STEP);
	struct alerts_case one = {
		.account = account, .view = &view, .stale_after = {8 * SPAN_MINUTE}, .now = now, .live = live};
	struct err err = {0};

	ck_assert(periods_close(stage->periods, &view, account->key.group, now, &err));
	one.periods_len = periods_of(stage->periods, stage->slo.id, account->key.group, &one.periods);
	alerts_follow(stage->alerts, &one, stage->out);
	return &stage->out[0];
}

static const struct alert *cycle(struct stage *stage, struct instant now)
{
	const struct alert *alert;
	struct err err = {0};

	count_to(stage, stage->account, now);
	alert = look(stage, stage->account, now, true);
	ck_assert(alerts_save(stage->alerts, &err));
	return alert;
}

/* Goes on hour by hour, with a restart in front of each, and holds the alert to firing from `begin` on, up to `end`. */
static void play(struct stage *stage, const char *to, const char *begin, const char *end)
{
	for (struct instant now = {ledger_end(stage->account->ledger) * STEP.ms + SPAN_HOUR}; now.ms <= time_of(to).ms;
	     now.ms += SPAN_HOUR) {
		bool fires = now.ms >= time_of(begin).ms && now.ms < time_of(end).ms;
		const struct alert *alert;

		stop(stage);
		start(stage);
		alert = cycle(stage, now);
		ck_assert_msg((alert->state.phase == ALERT_FIRING) == fires, "at %s", instant_text(now).text);
		if (fires)
			ck_assert_int_eq(alert->state.fired_at.ms, time_of(begin).ms);
	}
}

START_TEST(a_missed_day_fires_once_for_as_long_as_its_tier_says_through_restarts)
{
	struct stage stage;

	open_stage(&stage, (struct span){10 * SPAN_HOUR});
	bad_by_day[2] = 2;
	play(&stage, "2026-07-05T12:00:00Z", "2026-07-03T01:00:00Z", "2026-07-03T11:00:00Z");
	/* told as over with the numbers of its day, whatever was closed since */
	ck_assert(stage.out[0].period && str_is(stage.out[0].period->name, "2026-07-02"));
	ck_assert_double_eq(stage.out[0].bad, 2880);
	ck_assert_double_eq(stage.out[0].total, 144000);
	ck_assert_double_eq_tol(stage.out[0].value, 2, 1e-9);
	ck_assert_int_eq(stage.out[0].state.resolved_at.ms, time_of("2026-07-03T11:00:00Z").ms);
	close_stage(&stage);
}
END_TEST

START_TEST(the_next_day_ends_it_and_fires_by_itself_where_it_was_missed_too)
{
	struct stage stage;

	open_stage(&stage, (struct span){3 * SPAN_DAY});
	bad_by_day[2] = 2;
	bad_by_day[3] = 1.5;
	play(&stage, "2026-07-04T00:00:00Z", "2026-07-03T01:00:00Z", "2026-07-04T01:00:00Z");
	play(&stage, "2026-07-05T00:00:00Z", "2026-07-04T01:00:00Z", "2026-07-05T01:00:00Z");
	ck_assert(str_is(stage.out[0].period->name, "2026-07-03"));
	/* the 4th was met */
	play(&stage, "2026-07-06T00:00:00Z", "2026-07-04T01:00:00Z", "2026-07-05T01:00:00Z");
	ck_assert(str_is(stage.out[0].period->name, "2026-07-03"));
	close_stage(&stage);
}
END_TEST

START_TEST(a_day_that_ended_while_wick_was_down_fires_when_it_is_back)
{
	struct stage stage;
	const struct alert *alert;

	open_stage(&stage, (struct span){SPAN_DAY});
	bad_by_day[2] = 2;
	play(&stage, "2026-07-02T20:00:00Z", "2026-07-03T15:00:00Z", "2026-07-03T15:00:00Z");
	stop(&stage);
	start(&stage);
	alert = cycle(&stage, time_of("2026-07-03T15:00:00Z"));
	ck_assert_int_eq(alert->state.phase, ALERT_FIRING);
	ck_assert_int_eq(alert->state.fired_at.ms, time_of("2026-07-03T15:00:00Z").ms);
	ck_assert(str_is(alert->period->name, "2026-07-02"));
	close_stage(&stage);
}
END_TEST

/* The day in whose second half nothing is known is waited for, in case it is bridged, until a day behind its end. */
START_TEST(half_a_day_that_is_known_is_missed_only_where_the_whole_was)
{
	struct stage stage;

	open_stage(&stage, (struct span){SPAN_HOUR});
	bad_by_day[2] = -1.5; /* 1.5 % of what is known, 0.75 % of the whole */
	play(&stage, "2026-07-04T23:00:00Z", "2026-07-05T00:00:00Z", "2026-07-05T00:00:00Z");
	close_stage(&stage);
	open_stage(&stage, (struct span){SPAN_HOUR});
	bad_by_day[2] = -3; /* 1.5 % of the whole */
	play(&stage, "2026-07-04T23:00:00Z", "2026-07-04T00:00:00Z", "2026-07-04T01:00:00Z");
	ck_assert_double_eq_tol(stage.out[0].value, 1.5, 1e-9);
	ck_assert_double_eq_tol(period_known(stage.out[0].period), 0.5, 1e-9);
	close_stage(&stage);
}
END_TEST

/* An adjustment that comes a few hours later takes 1441 of the 2880 bad events back: 1439 of 144000 are left. */
START_TEST(an_adjustment_that_comes_later_resolves_what_was_missed_and_its_end_brings_it_back)
{
	struct adjustment adjustment = {.at = time_of("2026-07-02T12:00:00Z"), .bad = -1441, .good = 1441};
	const struct adjustment *adjustments[1] = {&adjustment};
	struct corrections corrections = {.adjustments = adjustments, .adjustments_len = 1};
	const struct alert *alert;
	struct stage stage;

	open_stage(&stage, (struct span){SPAN_DAY});
	bad_by_day[2] = 2;
	play(&stage, "2026-07-03T05:00:00Z", "2026-07-03T01:00:00Z", "2026-07-04T01:00:00Z");
	stage.slo.corrections = &corrections;
	periods_redefined(stage.periods);
	alert = cycle(&stage, time_of("2026-07-03T06:00:00Z"));
	ck_assert_int_eq(alert->state.phase, ALERT_INACTIVE);
	ck_assert_int_eq(alert->state.resolved_at.ms, time_of("2026-07-03T06:00:00Z").ms);
	ck_assert(str_is(alert->period->name, "2026-07-02"));
	ck_assert_double_eq(alert->bad, 1439);
	ck_assert_int_eq(period_verdict(alert->period), PERIOD_MET);
	stage.slo.corrections = NULL;
	periods_redefined(stage.periods);
	alert = cycle(&stage, time_of("2026-07-03T07:00:00Z"));
	ck_assert_int_eq(alert->state.phase, ALERT_FIRING);
	ck_assert_double_eq(alert->bad, 2880);
	/* a day from the closing on, not from the correction */
	alert = cycle(&stage, time_of("2026-07-04T00:59:00Z"));
	ck_assert_int_eq(alert->state.phase, ALERT_FIRING);
	alert = cycle(&stage, time_of("2026-07-04T01:00:00Z"));
	ck_assert_int_eq(alert->state.phase, ALERT_INACTIVE);
	close_stage(&stage);
}
END_TEST

START_TEST(each_group_is_told_by_itself)
{
	struct label bad_group[] = {{STR("route"), STR("/bad")}}, good_group[] = {{STR("route"), STR("/good")}};
	struct instant now = time_of("2026-07-03T01:00:00Z");
	struct account *bad, *good;
	struct stage stage;

	open_stage(&stage, (struct span){SPAN_DAY});
	bad = account_of(&stage, (struct labels){bad_group, 1});
	good = account_of(&stage, (struct labels){good_group, 1});
	count_to(&stage, good, now);
	bad_by_day[2] = 2;
	count_to(&stage, bad, now);
	ck_assert_int_eq(look(&stage, good, now, true)->state.phase, ALERT_INACTIVE);
	ck_assert_int_eq(look(&stage, bad, now, true)->state.phase, ALERT_FIRING);
	ck_assert(str_is(stage.out[0].period->group.at[0].value, "/bad"));
	close_stage(&stage);
}
END_TEST

START_TEST(while_an_slo_is_read_back_no_day_is_told_and_what_is_told_ends_in_time)
{
	struct stage stage;
	struct instant now = time_of("2026-07-05T02:00:00Z");

	open_stage(&stage, (struct span){SPAN_DAY});
	for (int day = 1; day < 5; day++)
		bad_by_day[day] = 2;
	count_to(&stage, stage.account, time_of("2026-07-03T02:00:00Z"));
	ck_assert_int_eq(look(&stage, stage.account, now, false)->state.phase, ALERT_INACTIVE);
	count_to(&stage, stage.account, now);
	ck_assert_int_eq(look(&stage, stage.account, now, true)->state.phase, ALERT_FIRING);
	ck_assert(str_is(stage.out[0].period->name, "2026-07-04"));
	/* the source is away, and steps are no more */
	now = time_of("2026-07-06T01:59:00Z");
	ck_assert_int_eq(look(&stage, stage.account, now, false)->state.phase, ALERT_FIRING);
	now = time_of("2026-07-06T02:00:00Z");
	ck_assert_int_eq(look(&stage, stage.account, now, false)->state.phase, ALERT_INACTIVE);
	close_stage(&stage);
}
END_TEST

START_TEST(a_backtest_has_the_alerts_that_the_daemon_had)
{
	struct backtest_options options = {.step = STEP, .stale_after = {8 * SPAN_MINUTE}, .points = 4};
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){10 * SPAN_DAY});
	struct ledger_key key = {STR("shop/exact"), 1, {NULL, 0}};
	static const char *const fired[][2] = {{"2026-07-03T01:00:00Z", "2026-07-04T01:00:00Z"},
					       {"2026-07-04T01:00:00Z", "2026-07-05T01:00:00Z"}};
	step_no from = time_of("2026-07-02T12:00:00Z").ms / STEP.ms, to;
	struct backtest backtest;
	struct stage stage;
	struct account *exact;
	struct view view;

	open_stage(&stage, (struct span){3 * SPAN_DAY});
	bad_by_day[2] = 2;
	bad_by_day[3] = 1.5;
	exact = store_create(stage.store, &key, &shape, time_of(BEGIN).ms / STEP.ms);
	count_to(&stage, exact, time_of("2026-07-06T12:00:00Z"));
	view = view_raw(&stage.slo, exact->ledger, STEP);
	to = view.end;
	backtest_play_steps(&view, from, to, &options, fixture_arena(), &backtest);
	ck_assert_uint_eq(backtest.len, 2);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_str_eq(instant_text(backtest.alerts[i].fired_at).text, fired[i][0]);
		ck_assert_str_eq(instant_text(backtest.alerts[i].over_at).text, fired[i][1]);
		ck_assert_double_eq_tol(backtest.alerts[i].value, i ? 1.5 : 2, 1e-9);
	}
	close_stage(&stage);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/missed");

	log_setup(LOG_LOGFMT, LOG_ERROR);
	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_missed_day_fires_once_for_as_long_as_its_tier_says_through_restarts);
	tcase_add_test(tcase, the_next_day_ends_it_and_fires_by_itself_where_it_was_missed_too);
	tcase_add_test(tcase, a_day_that_ended_while_wick_was_down_fires_when_it_is_back);
	tcase_add_test(tcase, half_a_day_that_is_known_is_missed_only_where_the_whole_was);
	tcase_add_test(tcase, an_adjustment_that_comes_later_resolves_what_was_missed_and_its_end_brings_it_back);
	tcase_add_test(tcase, each_group_is_told_by_itself);
	tcase_add_test(tcase, while_an_slo_is_read_back_no_day_is_told_and_what_is_told_ends_in_time);
	tcase_add_test(tcase, a_backtest_has_the_alerts_that_the_daemon_had);
	return unit_run("engine/missed", tcase);
}
