/* Pages of a period, as one incident where they fire at the same time, and what they cost: against sums the long way.
 */
#include "report/incidents.h"
#include "report/report.h"
#include "tests/unit/results_fixture.h"
#include "tests/unit/unit.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/num.h"

enum { DAYS = 3, STEPS = DAYS * 1440 };
#define STEP  ((struct span){SPAN_MINUTE})
#define BEGIN ((step_no)(1790812800000 / SPAN_MINUTE)) /* 2026-10-01T00:00:00Z */

static struct arena arena;
static struct store *store;
static struct slo slo;
static struct account *account;
static struct counts world[STEPS];
static uint64_t dice;

static size_t roll(size_t sides) { return (size_t)(unit_random(&dice) % sides); }

static struct instant minute(int64_t minutes) { return (struct instant){(BEGIN + minutes) * SPAN_MINUTE}; }

/* The second of three days, in which each minute has 100 events. */
static struct numbers_period second_day(void)
{
	struct numbers_period of;
	struct err err = {0};

	ck_assert(period_read(STR("2026-10-02"), zone_find(STR("UTC"), &err), &of.calendar, &of.period, &err));
	return of;
}

static void begin(void)
{
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){31 * SPAN_DAY});
	struct entry entry;
	struct err err = {0};

	log_setup(LOG_LOGFMT, LOG_ERROR + 1);
	dice = 77;
	arena_init(&arena);
	slo = fixture_slo(&arena, "", "shop", "checkout");
	slo.counts_hash = 5;
	store = store_open(NULL, STEP, &err);
	account = store_create(store, &(struct ledger_key){slo.id, 5, {NULL, 0}}, &shape, BEGIN);
	for (size_t i = 0; i < STEPS; i++)
		world[i] = (struct counts){.bad = (double)roll(3), .total = 100, .covered = 1};
	entry = (struct entry){account, {.first = BEGIN + 1, .at = world, .len = STEPS}};
	ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
}

static void end(void)
{
	store_close(store);
	arena_release(&arena);
}

/* Bad events of the minutes (from, to]. */
static double bad_in(int64_t from, int64_t to)
{
	double bad = 0;

	for (int64_t i = from; i < to; i++)
		bad += world[i].bad;
	return bad;
}

static struct firing firing(const char *tier, int64_t from, int64_t to)
{
	return (struct firing){.slo_id = slo.id,
			       .tier = str_of(tier),
			       .severity = STR("page"),
			       .fired_at = minute(from),
			       .resolved_at = to ? minute(to) : (struct instant){0}};
}

static struct instant followed = {1};

static struct report_slo told(struct firing *list, size_t len, struct instant since)
{
	struct numbers_period of = second_day();
	struct view raw = view_raw(&slo, account->ledger, STEP);
	struct firing_list firings = {list, len, since};
	struct report_slo out = {.slo = &slo};
	struct incidents_case one = {.slo = &slo, .raw = &raw, .of = &of, .numbers = &out.now, .followed = followed};

	numbers_read(&raw, &of, ORIGIN_LEDGER, &arena, &out.now);
	ck_assert(num_same(out.now.record.counts.bad, bad_in(1440, 2880)));
	incidents_kept(&one, &firings, &arena, &out);
	return out;
}

START_TEST(alerts_that_fire_together_are_one_incident_and_cost_what_they_fired_on)
{
	/* page-fast looks back an hour */
	struct firing list[] = {firing("page-fast", 1700, 1730), firing("page-slow", 1710, 1800),
				firing("page-fast", 1790, 1795)};
	struct report_slo out = told(list, 3, minute(0));

	ck_assert_int_eq(out.watch, WATCH_KEPT);
	ck_assert_uint_eq(out.incidents_len, 1);
	ck_assert(str_is(out.incidents[0].tiers, "page-fast, page-slow"));
	ck_assert_int_eq(out.incidents[0].begin.ms, minute(1700).ms);
	ck_assert_int_eq(out.incidents[0].end.ms, minute(1800).ms);
	ck_assert(!out.incidents[0].open && !out.incidents[0].before);
	ck_assert(num_same(out.incidents[0].bad, bad_in(1700 - 60, 1800)));
	/* half a percent of 144,000 events is the budget */
	ck_assert(fabs(out.incidents[0].cost - bad_in(1640, 1800) / 720) < 1e-9);
}
END_TEST

START_TEST(what_reaches_beyond_the_period_is_cut_and_said_to)
{
	struct firing list[] = {firing("page-fast", 1400, 1500), firing("page-fast", 2870, 0)};
	struct report_slo out = told(list, 2, minute(1450));

	ck_assert_int_eq(out.watch_since.ms, minute(1450).ms);
	ck_assert_uint_eq(out.incidents_len, 2);
	ck_assert(out.incidents[0].before && !out.incidents[0].open);
	ck_assert_int_eq(out.incidents[0].begin.ms, minute(1440).ms);
	ck_assert(num_same(out.incidents[0].bad, bad_in(1440, 1500)));
	ck_assert(!out.incidents[1].before && out.incidents[1].open);
	ck_assert_int_eq(out.incidents[1].end.ms, minute(2880).ms);
	ck_assert(num_same(out.incidents[1].bad, bad_in(2810, 2880)));
}
END_TEST

START_TEST(what_is_not_of_this_budget_or_no_page_or_of_another_day_is_left_out)
{
	struct label label = {STR("route"), STR("/pay")};
	struct firing list[] = {firing("page-fast", 100, 200), firing("page-fast", 2880, 2900),
				firing("page-fast", 1600, 1700), firing("ticket-fast", 1600, 1700),
				firing("page-fast", 1600, 1700)};
	struct report_slo out;

	list[2].group = (struct labels){&label, 1};
	list[3].severity = STR("ticket");
	list[4].slo_id = STR("shop/search");
	out = told(list, 5, minute(0));
	ck_assert_int_eq(out.watch, WATCH_KEPT);
	ck_assert_uint_eq(out.incidents_len, 0);
	/* nothing was written down by then */
	out = told(list, 5, minute(2880));
	ck_assert_int_eq(out.watch, WATCH_NONE);
	out = told(list, 0, (struct instant){0});
	ck_assert_int_eq(out.watch, WATCH_NONE);
}
END_TEST

START_TEST(no_quiet_is_told_of_time_in_which_nobody_looked)
{
	struct report_slo out;

	followed = minute(2000);
	out = told(NULL, 0, minute(0));
	ck_assert_int_eq(out.watch, WATCH_KEPT);
	ck_assert_int_eq(out.watch_since.ms, minute(2000).ms);
	followed = minute(1440);
	ck_assert_int_eq(told(NULL, 0, minute(0)).watch_since.ms, 0);
	followed = minute(2880);
	ck_assert_int_eq(told(NULL, 0, minute(0)).watch, WATCH_NONE);
	followed.ms = 0;
	ck_assert_int_eq(told(NULL, 0, minute(0)).watch, WATCH_NONE);
	followed.ms = 1;
}
END_TEST

START_TEST(no_event_is_counted_twice)
{
	for (int round = 0; round < 300; round++) {
		struct firing list[12];
		double sum = 0;
		struct report_slo out;

		for (size_t i = 0; i < 12; i++) {
			int64_t from = 1200 + (int64_t)roll(1800);

			list[i] = firing(roll(2) ? "page-fast" : "page-slow", from, from + 1 + (int64_t)roll(90));
		}
		out = told(list, 12, minute(0));
		for (size_t i = 0; i < out.incidents_len; i++) {
			sum += out.incidents[i].bad;
			ck_assert_int_le(out.incidents[i].begin.ms, out.incidents[i].end.ms);
			ck_assert_int_ge(out.incidents[i].begin.ms, minute(1440).ms);
			ck_assert_int_le(out.incidents[i].end.ms, minute(2880).ms);
			ck_assert(i == 0 || out.incidents[i - 1].end.ms < out.incidents[i].begin.ms);
		}
		ck_assert(sum <= out.now.record.counts.bad);
	}
}
END_TEST

/* Another account of the same minutes, without those (from, to]. */
static void lose(int64_t from, int64_t to)
{
	static uint64_t hash = 6;
	struct ledger_shape shape = ledger_shape_exact(STEP, (struct span){31 * SPAN_DAY});
	struct entry entry;
	struct err err = {0};

	for (int64_t i = from; i < to; i++)
		world[i] = (struct counts){.bad = 0};
	account = store_create(store, &(struct ledger_key){slo.id, hash++, {NULL, 0}}, &shape, BEGIN);
	entry = (struct entry){account, {.first = BEGIN + 1, .at = world, .len = STEPS}};
	ck_assert_msg(store_commit(store, &entry, 1, &err), "%s", err.text);
}

START_TEST(the_cost_of_what_is_not_known_is_not_known_and_of_a_part_it_is_the_least)
{
	struct firing list[] = {firing("page-fast", 1700, 1730), firing("page-fast", 2000, 2050)};
	struct report_slo out = told(list, 2, minute(0));

	ck_assert(!out.incidents[0].partial && !out.incidents[1].partial);
	lose(1640, 1730);
	lose(2049, 2060);
	out = told(list, 2, minute(0));
	ck_assert_uint_eq(out.incidents_len, 2);
	ck_assert(isnan(out.incidents[0].bad) && isnan(out.incidents[0].cost) && !out.incidents[0].partial);
	ck_assert(num_same(out.incidents[1].bad, bad_in(1940, 2049)) && out.incidents[1].partial);
	ck_assert(out.incidents[1].cost > 0);
}
END_TEST

START_TEST(the_budget_goes_down_with_adjustments_from_where_they_are_on)
{
	struct numbers_period of = second_day();
	struct view raw = view_raw(&slo, account->ledger, STEP);
	const struct adjustment one = {.at = minute(2000), .bad = 300}, other = {.at = minute(3000), .bad = 7};
	const struct adjustment *const list[] = {&one, &other};
	const struct corrections corrections = {.adjustments = list, .adjustments_len = 2};
	const struct report_point *curve = NULL;
	struct report_numbers numbers;
	double allowed = 0.005 * (144000 + 300);
	size_t len = 0;

	slo.corrections = &corrections;
	numbers_read(&raw, &of, ORIGIN_LEDGER, &arena, &numbers);
	numbers_curve(&raw, &of, &numbers, &arena, &curve, &len);
	slo.corrections = NULL;
	ck_assert_uint_eq(len, 40);
	for (size_t i = 0; i < len; i++) {
		int64_t at = 1440 + 36 * (int64_t)(i + 1);
		double bad = bad_in(1440, at) + (at > 2000 ? 300 : 0);

		ck_assert_msg(fabs(curve[i].left - (1 - bad / allowed)) < 1e-9, "%zu: %g", i, curve[i].left);
	}
	ck_assert(fabs(curve[39].left - (1 - period_consumed(&numbers.record))) < 1e-9);
}
END_TEST

static bool make(const char *service, struct err *err)
{
	struct slo_set *set = slo_set_read("t.yaml", STR("apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\n"
							 "namespace: eu\nslos:\n- {name: checkout, objective: 99.5%, "
							 "window: 30d, sli: {probe: up}}\n"));
	struct str name = str_of(service);
	struct report_case one = {.set = set,
				  .of = second_day(),
				  .now = minute(5000),
				  .services = &name,
				  .services_len = service != NULL,
				  .store = store,
				  .store_step = STEP};
	struct period_report *report = report_make(&one, err);
	bool made = report != NULL;

	if (report) /* it points into the set */
		ck_assert_uint_eq(report->sum.origins[ORIGIN_NONE], 1);
	report_free(report);
	slo_set_unref(set);
	return made;
}

START_TEST(a_service_goes_by_its_name_with_its_namespace_or_without)
{
	struct err err = {0};

	ck_assert(make(NULL, &err));
	ck_assert(make("shop", &err));
	ck_assert(make("eu/shop", &err));
	ck_assert(!make("us/shop", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "no service 'us/shop'"));
}
END_TEST

START_TEST(damage_elsewhere_in_the_store_stops_no_report)
{
	struct err err = {0};

	ck_assert(store_note_put(store, STR("firing 1"), STR("{"), &err));
	ck_assert(store_note_put(store, STR("period eu/shop/checkout {} month 2026-09-01T00:00:00Z"), STR("{"), &err));
	ck_assert_msg(make(NULL, &err), "%s", err.text);
	/* a number of this one may not be taken from elsewhere as if there were no record */
	ck_assert(store_note_put(store, STR("period eu/shop/checkout {} day 2026-10-02T00:00:00Z"), STR("{"), &err));
	ck_assert(!make(NULL, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "2026-10-02T00:00:00Z' in the store is damaged"));
}
END_TEST

UNIT_MAIN_IN("report/incidents", begin, end, alerts_that_fire_together_are_one_incident_and_cost_what_they_fired_on,
	     what_reaches_beyond_the_period_is_cut_and_said_to,
	     what_is_not_of_this_budget_or_no_page_or_of_another_day_is_left_out,
	     no_quiet_is_told_of_time_in_which_nobody_looked, no_event_is_counted_twice,
	     the_cost_of_what_is_not_known_is_not_known_and_of_a_part_it_is_the_least,
	     the_budget_goes_down_with_adjustments_from_where_they_are_on,
	     a_service_goes_by_its_name_with_its_namespace_or_without, damage_elsewhere_in_the_store_stops_no_report)
