/* What a backtest says of an alert, against sums over the minutes of a made-up shop with busy days and quiet nights. */
#include "engine/backtest.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include <math.h>

#define STEP   ((struct span){SPAN_MINUTE})
#define WINDOW ((struct span){2 * SPAN_DAY})

enum { DAY = 1440, MINUTES = 6 * DAY, FIRST = 28000800 }; /* the first step begins at midnight */

/* 600 requests in a minute of the day, 6 at night. */
static double total_in(int minute) { return minute % DAY >= 8 * 60 && minute % DAY < 20 * 60 ? 600 : 6; }

/* While it fails every second request does. */
struct failing {
	int from, to;
};

static double bad_in(const struct failing *failing, size_t len, int minute)
{
	for (size_t i = 0; i < len; i++)
		if (minute >= failing[i].from && minute < failing[i].to)
			return total_in(minute) / 2;
	return 0;
}

static struct slo shop(void)
{
	static struct tier tiers[1];
	static struct alerting alerting = {.tiers = tiers, .len = 1};

	tiers[0] = (struct tier){.name = STR("page"),
				 .severity = STR("page"),
				 .kind = TIER_BURN,
				 .long_ = {SPAN_HOUR},
				 .short_ = {5 * SPAN_MINUTE},
				 .factor = 14.4,
				 .min_bad = 5};
	return (struct slo){.id = STR("shop/api"),
			    .objective = 0.99,
			    .objective_text = STR("99%"),
			    .counts_hash = 1,
			    .window = WINDOW,
			    .windows = fixture_windows(WINDOW),
			    .windows_len = 1,
			    .alerting = &alerting};
}

static struct backtest *played(const struct slo *slo, const struct failing *failing, size_t len, struct span since)
{
	struct backtest_options options = {
		.step = STEP, .since = since, .stale_after = {5 * SPAN_MINUTE}, .lead = BACKTEST_LEAD, .points = 10};
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){MINUTES * SPAN_MINUTE});
	struct ledger_key key = {slo->id, slo->counts_hash, {NULL, 0}};
	struct store *store = store_open(NULL, STEP, NULL);
	static struct counts at[MINUTES];
	struct entry entry = {store_create(store, &key, &shape, FIRST), {FIRST + 1, at, MINUTES, NULL, 0}};
	struct backtest *out;
	struct err err = {0};

	for (int i = 0; i < MINUTES; i++)
		at[i] = (struct counts){.bad = bad_in(failing, len, i), .total = total_in(i), .covered = 1};
	ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
	ck_assert_uint_eq(backtest_play(store, slo, &options, fixture_arena(), &out), 1);
	store_close(store);
	return out;
}

static struct instant after(int minutes) { return (struct instant){(FIRST + minutes) * (int64_t)SPAN_MINUTE}; }

/* At night an hour has few of the window's events: what fails then is little of its budget, however fast it burns. */
START_TEST(what_was_spent_is_events_and_not_time)
{
	static const int begins[] = {5 * DAY + 2 * 60, 5 * DAY + 12 * 60};
	struct failing failing = {begins[_i], begins[_i] + 60};
	struct slo slo = shop();
	const struct backtest *one = played(&slo, &failing, 1, (struct span){2 * SPAN_DAY});
	double bad = 0, total = 0;
	int fires;

	ck_assert_uint_eq(one->len, 1);
	ck_assert(!one->alerts[0].already);
	fires = (int)(one->alerts[0].fired_at.ms / SPAN_MINUTE - FIRST);
	ck_assert_int_gt(fires, failing.from);
	ck_assert_int_lt(fires, failing.to);
	for (int i = fires - 60; i < fires; i++)
		bad += bad_in(&failing, 1, i);
	for (int i = fires - 2 * DAY; i < fires; i++)
		total += total_in(i);
	ck_assert_double_eq_tol(one->alerts[0].spent, bad / (0.01 * total), 1e-9);
	ck_assert_double_eq_tol(one->alerts[0].left, 1 - bad / (0.01 * total), 1e-9);
}
END_TEST

/* It began an hour before what is played, and goes on for half an hour of it; later it fails once more. */
START_TEST(what_fired_before_is_no_event_of_the_history)
{
	struct failing failing[] = {{4 * DAY - 60, 4 * DAY + 30}, {5 * DAY, 5 * DAY + 60}};
	struct slo slo = shop();
	const struct backtest *one = played(&slo, failing, COUNT_OF(failing), (struct span){2 * SPAN_DAY});

	ck_assert_int_eq(one->from.ms, after(4 * DAY).ms);
	ck_assert_uint_eq(one->len, 2);
	ck_assert(one->alerts[0].already);
	ck_assert(isnan(one->alerts[0].spent) && isnan(one->alerts[0].left));
	ck_assert_int_gt(one->alerts[0].over_at.ms, after(4 * DAY + 30).ms);
	ck_assert(!one->alerts[1].already);
	ck_assert_int_gt(one->alerts[1].fired_at.ms, after(5 * DAY).ms);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("engine/backtest");

	tcase_add_loop_test(tcase, what_was_spent_is_events_and_not_time, 0, 2);
	tcase_add_test(tcase, what_fired_before_is_no_event_of_the_history);
	return unit_run("engine/backtest", tcase);
}
