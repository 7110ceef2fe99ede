/* A made-up incident on traffic of days and nights: six days of counts, step by step, worked out by hand. The objective
 * is 99 % over two days; the only tiers are a page (burn rates over 1 h and 5 min above 14.4, five bad events) and a
 * ticket (over 12 h and 1 h above 1), so that every number below can be had on paper. */
#include "engine/rehearsal.h"
#include "engine/traffic_hours.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include <math.h>

#define STEP ((struct span){SPAN_MINUTE})

enum { DAYS = 6, DAY_STEPS = 24 * 60, STEPS = DAYS * DAY_STEPS };
enum { FIRST = 20000 * DAY_STEPS };          /* the midnight before the first step */
enum { DAY = 600, NIGHT = 5, QUIETEST = 4 }; /* events a minute: from 8 to 20 o'clock, otherwise, from 3 to 4 */

static const struct tier tiers[] = {
	{.name = {"page", 4},
	 .kind = TIER_BURN,
	 .severity = {"page", 4},
	 .long_ = {SPAN_HOUR},
	 .short_ = {5 * SPAN_MINUTE},
	 .factor = 14.4,
	 .min_bad = 5},
	{.name = {"ticket", 6},
	 .kind = TIER_BURN,
	 .severity = {"ticket", 6},
	 .long_ = {12 * SPAN_HOUR},
	 .short_ = {SPAN_HOUR},
	 .factor = 1},
};
static const struct alerting alerting = {.tiers = tiers, .len = 2};
enum { PAGE, TICKET };

static struct counts history[STEPS]; /* history[i] is step FIRST + 1 + i */
static struct store *store;

static struct slo shop(void)
{
	return (struct slo){.objective = 0.99,
			    .window = {2 * SPAN_DAY},
			    .windows = fixture_windows((struct span){2 * SPAN_DAY}),
			    .windows_len = 1,
			    .id = STR("shop/availability"),
			    .alerting = &alerting,
			    .group_limit = 10};
}

/* The place in the history of a time of day; day 0 is the first. */
static size_t place(int day, int hour, int minute) { return (size_t)(day * DAY_STEPS + hour * 60 + minute); }

static struct instant moment(int day, int hour, int minute)
{
	return (struct instant){((int64_t)FIRST + (int64_t)place(day, hour, minute)) * SPAN_MINUTE};
}

static void set_up(void)
{
	struct err err;

	for (size_t i = 0; i < STEPS; i++) {
		size_t hour = i / 60 % 24;

		history[i] = (struct counts){.covered = 1,
					     .total = hour >= 8 && hour < 20 ? DAY
						      : hour == 3            ? QUIETEST
									     : NIGHT};
	}
	store = store_open(NULL, STEP, &err);
	ck_assert(store != NULL);
}

static void tear_down(void) { store_close(store); }

/* All of these counts were bad. */
static void spoil(size_t from, size_t steps, double bad)
{
	for (size_t i = from; i < from + steps; i++)
		history[i].bad = bad;
}

static void put(struct labels group)
{
	struct ledger_key key = {STR("shop/availability"), 0, group};
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){(DAYS + 1) * SPAN_DAY});
	struct entry entry = {store_create(store, &key, &shape, FIRST),
			      {.first = FIRST + 1, .at = history, .len = STEPS}};
	struct err err;

	ck_assert(store_commit(store, &entry, 1, &err));
}

static size_t rehearse(const struct slo *slo, struct rehearsal_fault fault, struct instant begin,
		       struct rehearsal **list)
{
	struct rehearsal_options options = {
		.step = STEP,
		.stale_after = {5 * SPAN_MINUTE},
		.incident = {&fault, 1},
		.begin = begin,
		.since = {4 * SPAN_DAY},
	};
	struct err err;
	size_t len;

	ck_assert_msg(rehearse_history(store, slo, &options, fixture_arena(), list, &len, &err), "%s", err.text);
	return len;
}

static struct rehearsal at(double ratio, struct instant begin)
{
	struct slo *slo = arena_alloc(fixture_arena(), sizeof(*slo));
	struct rehearsal *list;

	*slo = shop();
	ck_assert_uint_eq(rehearse(slo, (struct rehearsal_fault){ratio, {0}, {SPAN_HOUR}, false}, begin, &list), 1);
	return list[0];
}

static int64_t minutes(struct instant from, struct instant to) { return (to.ms - from.ms) / SPAN_MINUTE; }

/* What 24 h of it hold, by hand: 12 h of days, 11 h of nights, an hour that is quieter still. */
static const double day_total = 12 * 60 * DAY + 11 * 60 * NIGHT + 60 * QUIETEST;

/* By day 20 % of 600 are 120 a minute. Of 36000 an hour, 1 % x 14.4 are 5184: above it after 44 minutes (5280), when
 * 5280 are gone of a budget of 1 % of two days. */
START_TEST(by_day_many_events_are_judged)
{
	struct rehearsal day;

	put((struct labels){NULL, 0});
	day = at(0.2, moment(4, 12, 0));
	ck_assert_int_eq(day.traffic, TRAFFIC_CHOSEN);
	ck_assert_double_eq_tol(day.events_per_minute, DAY, 1e-9);
	ck_assert_double_eq_tol(day.left_before, 1, 1e-9);
	ck_assert_int_eq(day.alerts[PAGE].outcome, OUTCOME_FIRES);
	ck_assert_int_eq(minutes(day.begin, day.alerts[PAGE].fired_at), 44);
	ck_assert_double_eq_tol(day.alerts[PAGE].spent, 5280 / (0.01 * 2 * day_total), 1e-9);
	ck_assert_double_eq_tol(day.alerts[PAGE].left, 1 - 5280 / (0.01 * 2 * day_total), 1e-9);
	ck_assert_double_eq_tol(day.spent, 7200 / (0.01 * 2 * day_total), 1e-9);
	/* Of five minutes 432 may be bad: with three of them over it is 240. */
	ck_assert_int_eq(minutes(day.end, day.alerts[PAGE].over_at), 2);
}
END_TEST

/* By night half of 5 are 2.5 a minute. Of 300 an hour, 1 % x 14.4 are 43.2: above it after 18 minutes. */
START_TEST(by_night_few_events_are_judged)
{
	struct rehearsal night;

	put((struct labels){NULL, 0});
	night = at(0.5, moment(4, 22, 0));
	ck_assert_double_eq_tol(night.events_per_minute, NIGHT, 1e-9);
	ck_assert_int_eq(minutes(night.begin, night.alerts[PAGE].fired_at), 18);
	/* Right behind a day its many good events outweigh them: 2.5 n > 0.144 x (5 n + 600 (60 - n)) only from n
	 * = 58.8 on. */
	night = at(0.5, moment(4, 20, 0));
	ck_assert_int_eq(minutes(night.begin, night.alerts[PAGE].fired_at), 59);
}
END_TEST

/* A page wants five bad events, and where there are few that takes longer than the burn rate does. */
START_TEST(a_least_number_of_bad_events_is_waited_for)
{
	struct rehearsal night;

	for (size_t i = 0; i < STEPS; i++)
		history[i].total = 0.5;
	put((struct labels){NULL, 0});
	/* 0.2 n > 0.144 x 30 = 4.32 after 22 minutes, and 0.2 n >= 5 after 25 */
	night = at(0.4, moment(4, 22, 0));
	ck_assert_int_eq(minutes(night.begin, night.alerts[PAGE].fired_at), 25);
}
END_TEST

/* Two hours before the incident an hour fails at night: it costs 300 of the budget, and is too little for the ticket,
 * whose 12 h (from 10 o'clock: 10 h of a day, 2 h of a night) may have 3606. */
START_TEST(what_the_history_has_spent_is_spent)
{
	double budget = 0.01 * 2 * day_total;
	struct rehearsal night;

	spoil(place(4, 20, 0), 60, NIGHT);
	put((struct labels){NULL, 0});
	night = at(0.5, moment(4, 22, 0));
	ck_assert_double_eq_tol(night.left_before, 1 - 300 / budget, 1e-9);
	ck_assert_double_eq_tol(night.alerts[PAGE].spent, 18 * 2.5 / budget, 1e-9);
	ck_assert_double_eq_tol(night.alerts[PAGE].left, 1 - (300 + 18 * 2.5) / budget, 1e-9);
	ck_assert_int_eq(night.alerts[TICKET].outcome, OUTCOME_QUIET);
}
END_TEST

START_TEST(what_fires_already_is_not_the_incidents)
{
	struct rehearsal night;

	/* It goes on until ten minutes before the incident: the ticket's hour holds 50 minutes of it, the page's five
	 * minutes none. */
	spoil(place(4, 19, 0), 60, DAY);
	spoil(place(4, 20, 0), 110, NIGHT);
	put((struct labels){NULL, 0});
	night = at(0.5, moment(4, 22, 0));
	ck_assert_int_eq(night.alerts[TICKET].outcome, OUTCOME_FIRED);
	ck_assert_int_eq(night.alerts[TICKET].fired_at.ms, 0);
	ck_assert_int_eq(night.alerts[PAGE].outcome, OUTCOME_FIRES);
	/* The page's hour is full of the history's bad events; its five minutes want 2.5 n > 0.144 x 25 = 3.6. */
	ck_assert_int_eq(minutes(night.begin, night.alerts[PAGE].fired_at), 2);
}
END_TEST

/* An alert that was over before is no news either way. */
START_TEST(what_was_over_before_is_not_told)
{
	spoil(place(4, 12, 0), 60, DAY);
	put((struct labels){NULL, 0});
	ck_assert_int_eq(at(0.01, moment(4, 22, 0)).alerts[PAGE].outcome, OUTCOME_QUIET);
}
END_TEST

/* What has to be true for a day and a half is looked at from long enough before. */
START_TEST(what_fires_after_a_long_time_fires_already)
{
	struct tier patient[] = {tiers[PAGE], tiers[TICKET]};
	struct alerting own = {.tiers = patient, .len = 2};
	struct slo slo = shop();
	struct rehearsal *list;

	patient[TICKET].for_ = (struct span){36 * SPAN_HOUR};
	slo.alerting = &own;
	for (size_t i = place(2, 0, 0); i < STEPS; i++)
		history[i] = (struct counts){.bad = 1, .total = 20, .covered = 1};
	put((struct labels){NULL, 0});
	rehearse(&slo, (struct rehearsal_fault){0.5, {0}, {SPAN_HOUR}, false}, moment(4, 22, 0), &list);
	ck_assert_int_eq(list[0].alerts[TICKET].outcome, OUTCOME_FIRED);
}
END_TEST

/* In the middle of the incident everything fails for half an hour, and pages after nine minutes of that (5 n > 43.2).
 * The one event that 1 % of 20 minutes are hastens nothing. */
START_TEST(what_would_fire_anyway_is_not_the_incidents)
{
	struct rehearsal night;

	spoil(place(4, 22, 20), 30, NIGHT);
	put((struct labels){NULL, 0});
	night = at(0.01, moment(4, 22, 0));
	ck_assert_int_eq(night.alerts[PAGE].outcome, OUTCOME_ANYWAY);
	/* Half of them are enough to be sooner: 18 minutes, as without anything else. */
	night = at(0.5, moment(4, 22, 0));
	ck_assert_int_eq(night.alerts[PAGE].outcome, OUTCOME_FIRES);
	ck_assert_int_eq(minutes(night.begin, night.alerts[PAGE].fired_at), 18);
}
END_TEST

/* Bad events cannot turn bad again: of 5 events 4 are good, and half of those turn. */
START_TEST(good_events_alone_turn_bad)
{
	struct rehearsal night;

	spoil(place(4, 22, 0), 60, 1);
	put((struct labels){NULL, 0});
	night = at(0.5, moment(4, 22, 0));
	ck_assert_double_eq_tol(night.spent, 60 * 2 / (0.01 * 2 * day_total), 1e-9);
}
END_TEST

/* From 14 to 15 o'clock there is the most traffic, from 3 to 4 the least. The history ends at midnight of the last
 * day. */
START_TEST(the_busiest_and_the_quietest_hour_are_found)
{
	struct slo slo = shop();
	struct rehearsal *list;

	for (size_t i = 0; i < STEPS; i++)
		if (i / 60 % 24 == 14)
			history[i].total = 2 * DAY;
	/* One odd hour is no rule: nothing happens from 9 to 10 of the last day. */
	for (size_t i = place(5, 9, 0); i < place(5, 10, 0); i++)
		history[i].total = 0;
	/* Nor is one that is not known: from 4 to 5 o'clock of a day before. */
	for (size_t i = place(3, 4, 0); i < place(3, 5, 0); i++)
		history[i] = (struct counts){0};
	put((struct labels){NULL, 0});
	ck_assert_uint_eq(
		rehearse(&slo, (struct rehearsal_fault){0.2, {0}, {SPAN_HOUR}, false}, (struct instant){0}, &list), 2);
	ck_assert_int_eq(list[0].traffic, TRAFFIC_BUSIEST);
	ck_assert_int_eq(list[0].begin.ms, moment(5, 14, 0).ms);
	ck_assert_double_eq_tol(list[0].events_per_minute, 2 * DAY, 1e-9);
	ck_assert_int_eq(list[1].traffic, TRAFFIC_QUIETEST);
	ck_assert_int_eq(list[1].begin.ms, moment(5, 3, 0).ms);
	ck_assert_double_eq_tol(list[1].events_per_minute, QUIETEST, 1e-9);

	/* Ten hours and one to calm down: after 13 o'clock there is no room on the last day. */
	ck_assert_uint_eq(
		rehearse(&slo, (struct rehearsal_fault){0.2, {0}, {10 * SPAN_HOUR}, false}, (struct instant){0}, &list),
		2);
	ck_assert_int_eq(list[0].begin.ms, moment(4, 14, 0).ms);
	ck_assert_int_eq(list[1].begin.ms, moment(5, 3, 0).ms);
}
END_TEST

START_TEST(where_all_hours_are_alike_one_is_told)
{
	struct slo slo = shop();
	struct rehearsal *list;

	for (size_t i = 0; i < STEPS; i++)
		history[i].total = 60;
	put((struct labels){NULL, 0});
	ck_assert_uint_eq(
		rehearse(&slo, (struct rehearsal_fault){0.2, {0}, {SPAN_HOUR}, false}, (struct instant){0}, &list), 1);
	ck_assert_int_eq(list[0].traffic, TRAFFIC_ALIKE);
	ck_assert_int_eq(list[0].begin.ms, moment(5, 22, 0).ms);
}
END_TEST

/* What is not known is not good: nothing is foretold of it, and a part is named. */
START_TEST(what_is_not_known_is_said)
{
	struct slo slo = shop();
	struct rehearsal *list, rehearsal;

	for (size_t i = place(4, 22, 30); i < place(4, 23, 30); i++)
		history[i] = (struct counts){0};
	put((struct labels){NULL, 0});
	rehearsal = at(1, moment(4, 22, 0));
	ck_assert_double_eq_tol(rehearsal.known, 0.5, 1e-9);
	ck_assert_double_eq_tol(rehearsal.events_per_minute, NIGHT, 1e-9);
	rehearsal = at(1, moment(4, 22, 30));
	ck_assert_double_eq(rehearsal.known, 0);
	ck_assert_uint_eq(rehearsal.len, 0);
	ck_assert(isnan(rehearsal.events_per_minute) && isnan(rehearsal.spent));
	rehearsal = at(1, moment(-1, 22, 0));
	ck_assert_double_eq(rehearsal.known, 0);
	/* Of the window before it six hours are known. */
	rehearsal = at(1, moment(0, 6, 0));
	ck_assert_double_eq_tol(rehearsal.window_known, 6.0 / 48, 1e-9);

	/* Four days and the hour behind them: no hour has room. */
	slo.window.ms = 5 * SPAN_DAY;
	ck_assert_uint_eq(
		rehearse(&slo, (struct rehearsal_fault){0.2, {0}, {4 * SPAN_DAY}, false}, (struct instant){0}, &list),
		1);
	ck_assert_int_eq(list[0].traffic, TRAFFIC_UNKNOWN);
	ck_assert_uint_eq(list[0].len, 0);
}
END_TEST

START_TEST(an_incident_ends_within_the_history)
{
	struct rehearsal_fault fault = {0.2, {0}, {SPAN_HOUR}, false};
	struct rehearsal_options options = {.step = STEP, .incident = {&fault, 1}, .begin = moment(5, 23, 1)};
	struct slo slo = shop();
	struct rehearsal *list;
	struct err err;
	size_t len;

	put((struct labels){NULL, 0});
	ck_assert(!rehearse_history(store, &slo, &options, fixture_arena(), &list, &len, &err));
	ck_assert_str_eq(err.text, "the incident would end at 2024-10-10T00:01:00Z, and the history of "
				   "'shop/availability' ends at 2024-10-10T00:00:00Z");
	/* It may end with it; then it is not known when an alert is over. */
	options.begin = moment(5, 23, 0);
	fault.ratio = 1;
	ck_assert(rehearse_history(store, &slo, &options, fixture_arena(), &list, &len, &err));
	ck_assert_int_eq(list[0].to.ms, list[0].end.ms);
	ck_assert_int_eq(list[0].alerts[PAGE].outcome, OUTCOME_FIRES);
	ck_assert_int_eq(list[0].alerts[PAGE].over_at.ms, 0);
}
END_TEST

/* Each group has its own traffic; their sum is none of them. */
START_TEST(groups_are_rehearsed_apart)
{
	struct label web[] = {{STR("route"), STR("/a")}}, api[] = {{STR("route"), STR("/b")}};
	struct str by[] = {STR("route")};
	struct slo slo = shop();
	struct rehearsal *list;

	slo.group_by = by;
	slo.group_by_len = 1;
	put((struct labels){NULL, 0});
	put((struct labels){web, 1});
	for (size_t i = 0; i < STEPS; i++)
		history[i].total *= 10;
	put((struct labels){api, 1});
	ck_assert_uint_eq(
		rehearse(&slo, (struct rehearsal_fault){0.5, {0}, {SPAN_HOUR}, false}, moment(4, 22, 0), &list), 2);
	ck_assert(str_eq(list[0].group.at[0].value, STR("/a")));
	ck_assert_double_eq_tol(list[0].events_per_minute, NIGHT, 1e-9);
	ck_assert(str_eq(list[1].group.at[0].value, STR("/b")));
	ck_assert_double_eq_tol(list[1].events_per_minute, 10 * NIGHT, 1e-9);
}
END_TEST

UNIT_MAIN_IN("engine/rehearsal_history", set_up, tear_down, by_day_many_events_are_judged,
	     by_night_few_events_are_judged, a_least_number_of_bad_events_is_waited_for,
	     what_the_history_has_spent_is_spent, what_fires_already_is_not_the_incidents,
	     what_was_over_before_is_not_told, what_fires_after_a_long_time_fires_already,
	     what_would_fire_anyway_is_not_the_incidents, good_events_alone_turn_bad,
	     the_busiest_and_the_quietest_hour_are_found, where_all_hours_are_alike_one_is_told,
	     what_is_not_known_is_said, an_incident_ends_within_the_history, groups_are_rehearsed_apart)
