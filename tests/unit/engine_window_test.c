/* Windows on the grid, and periods that are closed: against sums over a made-up world, step by step, with the bounds of
 * periods written down by hand. */
#include "base/num.h"
#include "engine/periods.h"
#include "engine/window.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/world_fixture.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct window_case {
	enum period_unit unit;
	const char *zone, *origin, *at, *from, *to;
};

/* Periods by hand; the ledger keeps 31 days, and what is older is exact all the same. */
static const struct window_case window_cases[] = {
	{PERIOD_MONTH, "UTC", "2026-06-15T00:00:00Z", "2026-07-14T12:34:00Z", "2026-07-01T00:00:00Z",
	 "2026-08-01T00:00:00Z"},
	{PERIOD_MONTH, "UTC", "2026-06-15T00:00:00Z", "2026-08-01T00:00:00Z", "2026-07-01T00:00:00Z",
	 "2026-08-01T00:00:00Z"},
	{PERIOD_MONTH, "UTC", "2026-06-15T00:00:00Z", "2026-08-01T00:01:00Z", "2026-08-01T00:00:00Z",
	 "2026-09-01T00:00:00Z"},
	{PERIOD_MONTH, "Asia/Kathmandu", "2026-06-15T00:00:00Z", "2026-07-31T18:14:00Z", "2026-06-30T18:15:00Z",
	 "2026-07-31T18:15:00Z"},
	{PERIOD_MONTH, "Europe/Berlin", "2026-02-20T00:00:00Z", "2026-03-31T21:59:00Z", "2026-02-28T23:00:00Z",
	 "2026-03-31T22:00:00Z"},
	{PERIOD_DAY, "Europe/Berlin", "2026-03-20T00:00:00Z", "2026-03-29T21:00:00Z", "2026-03-28T23:00:00Z",
	 "2026-03-29T22:00:00Z"},
	{PERIOD_DAY, "Europe/Berlin", "2026-10-20T00:00:00Z", "2026-10-25T22:00:00Z", "2026-10-24T22:00:00Z",
	 "2026-10-25T23:00:00Z"},
	{PERIOD_QUARTER, "Pacific/Chatham", "2026-06-20T00:00:00Z", "2026-09-25T00:00:00Z", "2026-06-30T11:15:00Z",
	 "2026-09-30T10:15:00Z"},
	{PERIOD_YEAR, "UTC", "2027-12-20T00:00:00Z", "2028-06-01T00:00:00Z", "2028-01-01T00:00:00Z",
	 "2029-01-01T00:00:00Z"},
};

START_TEST(a_calendar_window_is_its_period_so_far)
{
	const struct window_case *c = &window_cases[_i];
	struct slo_window window = calendar(c->unit, c->zone);
	struct slo slo = slo_with(&window, 1);
	struct err err = {0};
	struct store *store = store_open(NULL, STEP, &err);
	struct account *account = account_of(store, &slo, AT(c->origin));
	struct window_reading reading;
	struct counts truth = world_sum(AT(c->from), AT(c->at));

	count_on(account, store, &slo, AT(c->at), 977);
	reading = read_at(&slo, 0, account, AT(c->at));
	ck_assert_str_eq(instant_text(reading.from).text, c->from);
	ck_assert_str_eq(instant_text(reading.to).text, c->to);
	ck_assert(num_same(reading.counts.bad, truth.bad) && num_same(reading.counts.total, truth.total));
	ck_assert(num_same(reading.counts.covered, truth.covered));
	ck_assert(num_same(reading.past, (double)(AT(c->at) - AT(c->from))));
	ck_assert(num_same(reading.steps, (double)(AT(c->to) - AT(c->from))));
	store_close(store);
}
END_TEST

START_TEST(windows_stand_side_by_side)
{
	struct slo_window windows[] = {{.span = {7 * SPAN_DAY}, .name = STR("7d")}, calendar(PERIOD_MONTH, "UTC")};
	struct slo slo = slo_with(windows, 2);
	struct err err = {0};
	struct store *store = store_open(NULL, STEP, &err);
	step_no at = AT("2026-08-20T12:00:00Z");
	struct account *account = account_of(store, &slo, windows_reach(&slo, at, STEP));
	struct counts week = world_sum(at - 7 * 1440, at), month = world_sum(AT("2026-08-01"), at);

	/* the month before is read back, too */
	ck_assert_int_eq(ledger_begin(account->ledger), AT("2026-07-01"));
	count_on(account, store, &slo, at, 11000);
	ck_assert(num_same(read_at(&slo, 0, account, at).counts.total, week.total));
	ck_assert(num_same(read_at(&slo, 1, account, at).counts.total, month.total));
	store_close(store);
}
END_TEST

static const struct period_record *record_of(const struct periods *periods, const struct slo *slo, const char *name)
{
	const struct period_record *const *list;
	size_t len = periods_of(periods, slo->id, (struct labels){0}, &list);

	for (size_t i = 0; i < len; i++)
		if (str_is(list[i]->name, name))
			return list[i];
	return NULL;
}

static double known_of(const struct periods *periods, const struct slo *slo, const char *name)
{
	const struct period_record *record = record_of(periods, slo, name);

	return record ? period_known(record) : -1;
}

static void close_at(struct periods *periods, const struct slo *slo, const struct account *account)
{
	struct view view = view_raw(slo, account->ledger, STEP);
	struct err err = {0};

	ck_assert_msg(periods_close(periods, &view, account->key.group, (struct instant){view.end * STEP.ms}, &err),
		      "%s", err.text);
}

static void is_july(const struct period_record *record)
{
	struct counts july = world_sum(AT("2026-07-01"), AT("2026-08-01"));

	ck_assert_ptr_nonnull(record);
	ck_assert_str_eq(instant_text(record->begin).text, "2026-07-01T00:00:00Z");
	ck_assert_str_eq(instant_text(record->end).text, "2026-08-01T00:00:00Z");
	ck_assert(num_same(record->counts.bad, july.bad) && num_same(record->counts.total, july.total));
	ck_assert_double_eq_tol(period_sli(record), 1 - july.bad / july.total, 1e-12);
	ck_assert_double_eq_tol(period_consumed(record), july.bad / (0.01 * july.total), 1e-9);
	ck_assert(num_same(record->objective, 0.99) && num_same(period_known(record), 1));
}

START_TEST(a_period_is_closed_once_and_for_good)
{
	char path[] = "/tmp/wick-periods-XXXXXX";
	char file[64];
	struct slo_window window = calendar(PERIOD_MONTH, "UTC");
	struct slo slo = slo_with(&window, 1);
	struct err err = {0};
	struct store *store;
	struct periods *periods;
	struct account *account;
	struct counts late = {.bad = 500, .total = 500, .covered = 1};
	struct entry amendment;

	ck_assert_ptr_nonnull(mkdtemp(path));
	snprintf(file, sizeof(file), "%s/wick.db", path);
	store = store_open(file, STEP, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	periods = periods_new(store, &err);
	account = account_of(store, &slo, AT("2026-06-20T00:00:00Z"));
	count_on(account, store, &slo, AT("2026-08-01T00:59:00Z"), 5000);
	close_at(periods, &slo, account);
	ck_assert_ptr_null(record_of(periods, &slo, "2026-07")); /* not yet an hour ago */
	ck_assert_ptr_nonnull(record_of(periods, &slo, "2026-06"));
	count_on(account, store, &slo, AT("2026-08-01T01:00:00Z"), 1);
	close_at(periods, &slo, account);
	is_july(record_of(periods, &slo, "2026-07"));

	/* neither late events nor another objective change it, and a restart does not either */
	amendment = (struct entry){account, {.first = AT("2026-07-31T23:00:00Z"), .at = &late, .len = 1}};
	ck_assert(store_commit(store, &amendment, 1, &err));
	slo.objective = 0.5;
	count_on(account, store, &slo, AT("2026-08-02T12:00:00Z"), 300);
	close_at(periods, &slo, account);
	is_july(record_of(periods, &slo, "2026-07"));
	periods_free(periods);
	store_close(store);
	store = store_open(file, STEP, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	periods = periods_new(store, &err);
	ck_assert_msg(periods != NULL, "%s", err.text);
	is_july(record_of(periods, &slo, "2026-07"));
	ck_assert_double_lt(known_of(periods, &slo, "2026-06"), 0.4);
	periods_free(periods);
	store_close(store);
	snprintf(file, sizeof(file), "rm -r %s", path);
	ck_assert_int_eq(system(file), 0);
}
END_TEST

START_TEST(a_hole_is_waited_for_and_nothing_known_leaves_no_record)
{
	struct slo_window window = calendar(PERIOD_DAY, "UTC");
	struct slo slo = slo_with(&window, 1);
	struct err err = {0};
	struct store *store = store_open(NULL, STEP, &err);
	struct periods *periods = periods_new(store, &err);
	struct account *account = account_of(store, &slo, AT("2026-07-01"));
	struct counts *nothing = calloc(3000, sizeof(*nothing));
	struct entry hole = {account, {.first = AT("2026-07-02T23:00:00Z") + 1, .at = nothing, .len = 3000}};
	struct arena arena;
	struct step_list pins;

	arena_init(&arena);
	count_on(account, store, &slo, AT("2026-07-02T23:00:00Z"), 500);
	/* from 23:00 on nothing is known for two days and two hours */
	pins = windows_pins(&slo, &arena, hole.posting.first, hole.posting.first + 2999, STEP);
	hole.posting.pins = pins.at;
	hole.posting.pins_len = pins.len;
	hole.posting.len = 120;
	ck_assert(store_commit(store, &hole, 1, &err));
	close_at(periods, &slo, account);
	ck_assert_ptr_nonnull(record_of(periods, &slo, "2026-07-01"));
	ck_assert_ptr_null(record_of(periods, &slo, "2026-07-02")); /* it may yet be bridged */
	hole.posting.first += 120;
	hole.posting.len = 2880;
	ck_assert(store_commit(store, &hole, 1, &err));
	count_on(account, store, &slo, AT("2026-07-05T03:00:00Z"), 500);
	close_at(periods, &slo, account);
	ck_assert_double_eq_tol(known_of(periods, &slo, "2026-07-02"), 23.0 / 24, 1e-9);
	/* what is bridged is known, and was not covered */
	ck_assert_double_eq_tol(
		period_coverage(&(struct period_record){.counts = {.covered = 6, .bridged = 4}, .steps = 10}), 0.6,
		1e-9);
	ck_assert_ptr_null(record_of(periods, &slo, "2026-07-03"));
	arena_release(&arena);
	free(nothing);
	periods_free(periods);
	store_close(store);
}
END_TEST

START_TEST(days_that_passed_in_one_piece_are_closed_one_by_one)
{
	struct slo_window window = calendar(PERIOD_DAY, "Europe/Berlin");
	struct slo slo = slo_with(&window, 1);
	struct err err = {0};
	struct store *store = store_open(NULL, STEP, &err);
	struct periods *periods = periods_new(store, &err);
	struct account *account = account_of(store, &slo, AT("2026-03-20T00:00:00Z"));
	const struct period_record *const *list, *changed;
	struct counts short_day = world_sum(AT("2026-03-28T23:00:00Z"), AT("2026-03-29T22:00:00Z"));

	count_on(account, store, &slo, AT("2026-04-02T12:00:00Z"), 100000);
	close_at(periods, &slo, account);
	/* the 20th, of which an hour is missing, to the 1st of April */
	ck_assert_uint_eq(periods_of(periods, slo.id, (struct labels){0}, &list), 13);
	changed = record_of(periods, &slo, "2026-03-29");
	ck_assert_ptr_nonnull(changed);
	ck_assert(changed && num_same(changed->counts.total, short_day.total));
	ck_assert(changed && num_same(changed->steps, 23 * 60));
	for (size_t i = 1; i < 13; i++)
		ck_assert_int_eq(list[i]->begin.ms, list[i - 1]->end.ms);
	periods_free(periods);
	store_close(store);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine/window");
	TCase *windows = tcase_create("windows");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(windows, a_calendar_window_is_its_period_so_far, 0,
			    sizeof(window_cases) / sizeof(*window_cases));
	tcase_add_test(windows, windows_stand_side_by_side);
	tcase_add_test(windows, a_period_is_closed_once_and_for_good);
	tcase_add_test(windows, a_hole_is_waited_for_and_nothing_known_leaves_no_record);
	tcase_add_test(windows, days_that_passed_in_one_piece_are_closed_one_by_one);
	suite_add_tcase(suite, windows);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
