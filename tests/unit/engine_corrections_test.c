/* Exclusions and adjustments in windows, alerts and closed periods: against sums over a made-up world, minute by
 * minute, of stretches that are written down by hand. */
#include "base/num.h"
#include "engine/alert_reading.h"
#include "engine/alerts.h"
#include "engine/periods.h"
#include "engine/window.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/world_fixture.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Begin and end of what is excluded, on the clock of Berlin, whose summer of 2026 ends on October 25th at 03:00. */
struct hand {
	const char *start, *end, *rule;
	const char *stretches[12]; /* UTC, begin and end in turn */
};

static const struct hand hands[] = {
	{"2026-10-20T10:00", "2026-10-20T10:40", "", {"2026-10-20T08:00:00Z", "2026-10-20T08:40:00Z"}},
	{"2026-10-16T23:30",
	 "2026-10-17T00:15",
	 "FREQ=WEEKLY;COUNT=2",
	 {"2026-10-16T21:30:00Z", "2026-10-16T22:15:00Z", "2026-10-23T21:30:00Z", "2026-10-23T22:15:00Z"}},
	/* across the change of the clocks, and over itself */
	{"2026-10-24T01:00",
	 "2026-10-25T04:00",
	 "FREQ=DAILY;COUNT=3",
	 {"2026-10-23T23:00:00Z", "2026-10-27T03:00:00Z"}},
};
enum { HANDS = sizeof(hands) / sizeof(hands[0]) };

static struct civil civil_of(const char *text)
{
	struct civil civil = {0};

	ck_assert_int_eq(
		sscanf(text, "%d-%u-%uT%u:%u", &civil.year, &civil.month, &civil.day, &civil.hour, &civil.minute), 5);
	return civil;
}

static struct exclusion exclusion_of(const struct hand *hand)
{
	struct exclusion exclusion = {.reason = STR("a drill"), .author = STR("ops")};
	struct err err = {0};
	struct recurrence_terms terms = {
		.zone = zone_find(STR("Europe/Berlin"), &err),
		.start = civil_of(hand->start),
		.end = civil_of(hand->end),
		.rule = str_of(hand->rule),
	};

	ck_assert_msg(recurrence_read(&terms, &exclusion.when, &err), "%s", err.text);
	return exclusion;
}

static bool taken_out(step_no step)
{
	static step_no bounds[HANDS * 12];
	static size_t len;

	for (size_t i = 0; i < HANDS && bounds[HANDS * 12 - 1] == 0; i++)
		for (size_t k = 0; k < 12 && hands[i].stretches[k]; k++)
			bounds[len++] = AT(hands[i].stretches[k]);
	bounds[HANDS * 12 - 1] = 1; /* they are known */
	for (size_t i = 0; i < len; i += 2)
		if (step > bounds[i] && step <= bounds[i + 1])
			return true;
	return false;
}

/* What is left of (from, to], and of how many steps. */
static struct counts left_of(step_no from, step_no to, double *steps)
{
	struct counts sum = {0};

	*steps = 0;
	for (step_no step = from + 1; step <= to; step++)
		if (!taken_out(step)) {
			sum.bad += world(step).bad;
			sum.total += world(step).total;
			sum.covered++;
			++*steps;
		}
	return sum;
}

/* An SLO with all of the exclusions. */
struct scene {
	struct exclusion exclusions[HANDS];
	const struct exclusion *list[HANDS];
	const struct adjustment *adjusted[1];
	struct corrections corrections;
	struct slo_window windows[3];
	struct slo slo;
	struct store *store;
	struct account *account;
};

static void set_up(struct scene *scene)
{
	struct err err = {0};

	*scene = (struct scene){.corrections = {.exclusions = scene->list, .exclusions_len = HANDS}};
	for (size_t i = 0; i < HANDS; i++) {
		scene->exclusions[i] = exclusion_of(&hands[i]);
		scene->list[i] = &scene->exclusions[i];
	}
	scene->windows[0] = (struct slo_window){.span = {7 * SPAN_DAY}, .name = STR("7d")};
	scene->windows[1] = calendar(PERIOD_MONTH, "Europe/Berlin");
	scene->windows[2] = calendar(PERIOD_DAY, "UTC");
	scene->slo = slo_with(scene->windows, 3);
	scene->slo.alerting = fixture_alerting((struct span){7 * SPAN_DAY});
	scene->slo.corrections = &scene->corrections;
	scene->store = store_open(NULL, STEP, &err);
	scene->account = account_of(scene->store, &scene->slo, AT("2026-09-20T00:00:00Z"));
}

static void same(struct counts is, struct counts truth, const char *what, size_t at)
{
	ck_assert_msg(num_same(is.bad, truth.bad) && num_same(is.total, truth.total) &&
			      num_same(is.covered, truth.covered),
		      "%s at %zu: %g of %g, %g covered; in truth %g of %g, %g", what, at, is.bad, is.total, is.covered,
		      truth.bad, truth.total, truth.covered);
}

static const char *const moments[] = {
	"2026-10-20T08:00:00Z", "2026-10-20T08:01:00Z", "2026-10-20T08:40:00Z", "2026-10-20T12:00:00Z",
	"2026-10-24T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-27T03:00:00Z", "2026-10-27T12:17:00Z",
	"2026-10-31T23:00:00Z", "2026-11-05T00:00:00Z",
};

START_TEST(steps_that_are_excluded_are_no_part_of_any_window)
{
	struct scene scene;

	set_up(&scene);
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		step_no at = AT(moments[i]);

		count_on(scene.account, scene.store, &scene.slo, at, 977);
		for (size_t w = 0; w < 3; w++) {
			struct window_reading reading = read_at(&scene.slo, w, scene.account, at);
			double past, steps;
			step_no from = reading.from.ms / STEP.ms, to = reading.to.ms / STEP.ms;
			struct counts truth = left_of(from, at, &past);

			left_of(from, to, &steps);
			if (w > 0 || at % 30 == 0) /* a rolling window begins inside of a slot of half an hour else */
				same(reading.counts, truth, moments[i], w);
			ck_assert(num_same(reading.past, past) && num_same(reading.steps, steps));
			ck_assert(num_same(reading.excluded, (double)(at - from) - past));
		}
	}
	store_close(scene.store);
}
END_TEST

START_TEST(a_slice_is_out_as_a_whole_also_behind_the_exclusion)
{
	struct scene scene;
	struct stretch_list list;

	set_up(&scene);
	scene.slo.budgeting = (struct budgeting){.method = BUDGET_TIME_SLICES, .slice = {SPAN_HOUR}, .target = 0.9};
	scene.corrections.exclusions_len = 1; /* 08:00 to 08:40 */
	list = exclusion_stretches(&scene.slo, &scene.slo, fixture_arena(), AT("2026-10-20T08:45:00Z"),
				   AT("2026-10-20T12:00:00Z"), STEP);
	ck_assert_uint_eq(list.len, 1);
	ck_assert_int_eq(list.at[0].from, AT("2026-10-20T08:00:00Z"));
	ck_assert_int_eq(list.at[0].to, AT("2026-10-20T09:00:00Z"));
	ck_assert_ptr_nonnull(exclusion_at(&scene.slo, AT("2026-10-20T09:00:00Z"), STEP));
	ck_assert_ptr_null(exclusion_at(&scene.slo, AT("2026-10-20T09:01:00Z"), STEP));
	list = exclusion_stretches(&scene.slo, &scene.slo, fixture_arena(), AT("2026-10-20T09:00:00Z"),
				   AT("2026-10-20T12:00:00Z"), STEP);
	ck_assert_uint_eq(list.len, 0);
	store_close(scene.store);
}
END_TEST

START_TEST(what_was_counted_stays_beside_it)
{
	struct scene scene;
	step_no at = AT("2026-10-27T12:00:00Z");
	struct window_reading raw;
	struct view counted, view;

	set_up(&scene);
	count_on(scene.account, scene.store, &scene.slo, at, 5000);
	counted = view_raw(&scene.slo, scene.account->ledger, STEP);
	view = view_of(&counted, fixture_arena(), at, at);
	raw = window_read_raw(&scene.windows[0], &view, at);
	same(raw.counts, world_sum(at - 7 * 1440, at), "raw", 0);
	ck_assert(num_same(raw.excluded, 0) && num_same(raw.past, 7 * 1440));
	store_close(scene.store);
}
END_TEST

START_TEST(an_alert_is_blind_for_what_is_excluded_and_only_for_that)
{
	static const struct tier tier = {.kind = TIER_BURN, .long_ = {SPAN_HOUR}, .short_ = {5 * SPAN_MINUTE}};
	static const struct {
		const char *at;
		bool excluded;
		step_no quiet; /* minutes without data, of those that count: they end with 08:10 */
	} rows[] = {
		{"2026-10-20T08:04:00Z", false, 0}, {"2026-10-20T08:05:00Z", true, 0},
		{"2026-10-20T08:40:00Z", true, 0},  {"2026-10-20T08:44:00Z", false, 4},
		{"2026-10-20T08:45:00Z", false, 5},
	};
	struct scene scene;
	struct counts nothing[60] = {{0}};
	struct view counted, view;

	set_up(&scene);
	count_on(scene.account, scene.store, &scene.slo, AT("2026-10-20T08:10:00Z"), 5000);
	ledger_post(scene.account->ledger,
		    &(struct posting){.first = AT("2026-10-20T08:11:00Z"), .at = nothing, .len = 60});
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		step_no at = AT(rows[i].at);
		struct window_reading window;
		struct alert_reading reading;
		double steps;

		counted = view_raw(&scene.slo, scene.account->ledger, STEP);
		view = view_of(&counted, fixture_arena(), at, at);
		window = window_read(&scene.windows[0], &view, at);
		reading = alert_reading_at(&view, &tier, &window, at, (struct span){10 * SPAN_MINUTE});
		ck_assert_msg(reading.excluded == rows[i].excluded, "%s", rows[i].at);
		ck_assert_int_eq((reading.at.ms - reading.data_seen.ms) / STEP.ms, rows[i].quiet);
		if (at <= AT("2026-10-20T08:10:00Z"))
			same(reading.long_, left_of(at - 60, at, &steps), rows[i].at, i);
	}
	store_close(scene.store);
}
END_TEST

/* Half of everything is bad, which burns fifty times too fast. */
static void burn(struct scene *scene, step_no to)
{
	struct counts counts = {.bad = 50, .total = 100, .covered = 1};

	while (ledger_end(scene->account->ledger) < to)
		ledger_post(
			scene->account->ledger,
			&(struct posting){.first = ledger_end(scene->account->ledger) + 1, .at = &counts, .len = 1});
}

static size_t firing_at(struct scene *scene, struct alerts *alerts, const char *at)
{
	struct alert *out = calloc(scene->slo.alerting->len, sizeof(*out));
	size_t firing = 0;
	struct view view;

	burn(scene, AT(at));
	view = view_raw(&scene->slo, scene->account->ledger, STEP);
	alerts_follow(alerts,
		      &(struct alerts_case){.account = scene->account,
					    .view = &view,
					    .stale_after = {10 * SPAN_MINUTE},
					    .now = {AT(at) * STEP.ms},
					    .live = true},
		      out);
	for (size_t i = 0; i < scene->slo.alerting->len; i++)
		firing += scene->slo.alerting->tiers[i].kind == TIER_BURN && out[i].state.phase == ALERT_FIRING;
	free(out);
	return firing;
}

START_TEST(what_burns_within_an_exclusion_alerts_nobody_and_an_alert_ends_with_it)
{
	struct scene scene;
	struct alerts *alerts;

	set_up(&scene);
	alerts = alerts_new(scene.store);
	/* it burns from 08:05 on, in a drill from 08:00 to 08:40 */
	count_on(scene.account, scene.store, &scene.slo, AT("2026-10-20T08:05:00Z"), 5000);
	ck_assert_uint_eq(firing_at(&scene, alerts, "2026-10-20T08:40:00Z"), 0);
	/* and goes on behind it */
	ck_assert_uint_gt(firing_at(&scene, alerts, "2026-10-20T09:50:00Z"), 0);
	/* somebody writes down that all of it was a drill */
	scene.exclusions[0].when.seconds = 3 * 3600;
	ck_assert_uint_eq(firing_at(&scene, alerts, "2026-10-20T09:51:00Z"), 0);
	alerts_free(alerts);
	store_close(scene.store);
}
END_TEST

static struct adjustment adjusted;

static struct window_reading adjust(struct scene *scene, const char *at, double good, double bad, double minutes)
{
	struct instant instant = {0};

	ck_assert(instant_read(str_of(at), &instant));
	adjusted.at = instant;
	adjusted.good = good;
	adjusted.bad = bad;
	adjusted.bad_minutes = minutes;
	scene->adjusted[0] = &adjusted;
	scene->corrections.adjustments = scene->adjusted;
	scene->corrections.adjustments_len = 1;
	return read_at(&scene->slo, 0, scene->account, AT("2026-10-14T00:00:00Z"));
}

START_TEST(adjustments_add_to_the_windows_that_hold_their_time)
{
	struct counts week = world_sum(AT("2026-10-07T00:00:00Z"), AT("2026-10-14T00:00:00Z"));
	struct window_reading reading;
	struct scene scene;

	set_up(&scene);
	count_on(scene.account, scene.store, &scene.slo, AT("2026-10-14T00:00:00Z"), 5000);
	reading = adjust(&scene, "2026-10-13T23:59:00Z", 100, -7, 0);
	ck_assert(num_same(reading.counts.bad, week.bad - 7) && num_same(reading.counts.total, week.total + 93));
	ck_assert(num_same(reading.adjusted_good, 100) && num_same(reading.adjusted_bad, -7));
	reading = adjust(&scene, "2026-10-07T00:00:00Z", 100, -7, 0);
	ck_assert(num_same(reading.counts.bad, week.bad - 7));
	reading = adjust(&scene, "2026-10-06T23:59:59Z", 100, -7, 0);
	ck_assert(num_same(reading.counts.bad, week.bad) && num_same(reading.adjusted_good, 0));
	reading = adjust(&scene, "2026-10-14T00:00:00Z", 100, -7, 0); /* it is of the step to come */
	ck_assert(num_same(reading.counts.bad, week.bad));
	/* a minute of outage is a mean minute's events, no more and no fewer of them in all */
	reading = adjust(&scene, "2026-10-10T00:00:00Z", 0, 0, 12);
	ck_assert_double_eq_tol(reading.counts.bad, week.bad + 12 * week.total / (7 * 1440), 1e-6);
	ck_assert_double_eq_tol(reading.counts.total, week.total, 1e-6);
	/* there is nothing below none */
	reading = adjust(&scene, "2026-10-10T00:00:00Z", 0, -1e12, 0);
	ck_assert(num_same(reading.counts.bad, 0) && reading.counts.total >= 0);
	store_close(scene.store);
}
END_TEST

static const struct period_record *day_of(const struct periods *periods, const struct slo *slo, const char *name)
{
	const struct period_record *const *list;
	size_t len = periods_of(periods, slo->id, (struct labels){0}, &list);

	for (size_t i = 0; i < len; i++)
		if (str_is(list[i]->name, name))
			return list[i];
	ck_abort_msg("no record of %s", name);
}

START_TEST(a_closed_period_is_corrected_and_shows_what_was_counted)
{
	step_no end = AT("2026-10-21T12:00:00Z"), from = AT("2026-10-20T00:00:00Z"), to = AT("2026-10-21T00:00:00Z");
	struct corrections none = {0};
	struct counts counted = world_sum(from, to), truth;
	const struct period_record *record;
	struct err err = {0};
	struct periods *periods;
	struct scene scene;
	struct view view;
	double steps;

	set_up(&scene);
	periods = periods_new(scene.store, &err);
	count_on(scene.account, scene.store, &scene.slo, end, 5000);
	scene.slo.corrections = &none;
	view = view_raw(&scene.slo, scene.account->ledger, STEP);
	ck_assert(periods_close(periods, &view, (struct labels){0}, (struct instant){end * STEP.ms}, &err));
	record = day_of(periods, &scene.slo, "2026-10-20");
	same(record->counts, counted, "closed", 0);
	ck_assert(!period_corrected(record));

	/* forty minutes are taken out, and five good events were lost */
	scene.slo.corrections = &scene.corrections;
	adjust(&scene, "2026-10-20T12:00:00Z", 5, 0, 0);
	ck_assert(periods_close(periods, &view, (struct labels){0}, (struct instant){end * STEP.ms}, &err));
	ck_assert_msg(day_of(periods, &scene.slo, "2026-10-20") == record, "not before the definitions are others");
	periods_redefined(periods);
	ck_assert(periods_close(periods, &view, (struct labels){0}, (struct instant){end * STEP.ms}, &err));
	periods_free(periods);
	periods = periods_new(scene.store, &err); /* as a restart finds it */
	record = day_of(periods, &scene.slo, "2026-10-20");
	truth = left_of(from, to, &steps);
	truth.total += 5;
	same(record->counts, truth, "corrected", 0);
	same(record->counted, counted, "counted", 0);
	ck_assert(num_same(record->steps, 1400) && num_same(record->counted_steps, 1440));
	ck_assert(period_corrected(record) && num_same(record->excluded_steps, 40));
	ck_assert_int_eq(record->corrected_at.ms, end * STEP.ms);

	/* and back */
	scene.slo.corrections = &none;
	periods_redefined(periods);
	ck_assert(periods_close(periods, &view, (struct labels){0}, (struct instant){end * STEP.ms}, &err));
	same(day_of(periods, &scene.slo, "2026-10-20")->counts, counted, "as it was", 0);
	periods_free(periods);
	store_close(scene.store);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine/corrections");
	TCase *corrections = tcase_create("corrections");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(corrections, steps_that_are_excluded_are_no_part_of_any_window);
	tcase_add_test(corrections, a_slice_is_out_as_a_whole_also_behind_the_exclusion);
	tcase_add_test(corrections, what_was_counted_stays_beside_it);
	tcase_add_test(corrections, an_alert_is_blind_for_what_is_excluded_and_only_for_that);
	tcase_add_test(corrections, what_burns_within_an_exclusion_alerts_nobody_and_an_alert_ends_with_it);
	tcase_add_test(corrections, adjustments_add_to_the_windows_that_hold_their_time);
	tcase_add_test(corrections, a_closed_period_is_corrected_and_shows_what_was_counted);
	suite_add_tcase(suite, corrections);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
