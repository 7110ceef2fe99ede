/* The JSON of `wick eval` and of the API, read back by a parser that is not ours. */
#include "results_fixture.h"
#include "unit.h"

#include "base/limits.h"
#include "exporters/slo_json.h"

#include <jansson.h>

static struct fixture fixture;
static struct buf out;

static void setup(void)
{
	struct slo slo;

	fixture_init(&fixture);
	buf_init(&out, MIB(1));
	slo = fixture_slo(&fixture.arena, "edge", "api", "up");
	slo.labels = FIXTURE_LABELS(&fixture.arena, "team", "a \"b\"\n");
	slo.window = (struct span){6 * SPAN_HOUR};
	slo.windows = fixture_windows(slo.window);
	slo.alerting = fixture_alerting(slo.window);
	fixture_add(&fixture, slo, 1250)->group = FIXTURE_LABELS(&fixture.arena, "zone", "1");
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "x", "none"), -1)->reason = STR("no series");
}

static void teardown(void)
{
	fixture_release(&fixture);
	buf_release(&out);
}

static json_t *parsed(void)
{
	json_error_t fault;
	json_t *root = json_loadb(out.at, out.len, JSON_REJECT_DUPLICATES, &fault);

	ck_assert_msg(root, "%s", fault.text);
	return root;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	ck_assert_msg(json_is_number(value), "'%s' is no number", key);
	return json_number_value(value);
}

START_TEST(the_rest_of_groups_says_that_it_is_one)
{
	json_t *root, *slo;

	setup();
	fixture.results.list[0].rest = true;
	fixture.results.list[0].rest_groups = 7;
	ck_assert(slo_json_write(&out, &fixture.results, true));
	root = parsed();
	slo = json_array_get(root, 0);
	ck_assert(json_is_true(json_object_get(slo, "rest")));
	ck_assert_double_eq(number(slo, "groups"), 7);
	slo = json_array_get(root, 1);
	ck_assert(json_is_false(json_object_get(slo, "rest")));
	ck_assert(!json_object_get(slo, "groups"));
	json_decref(root);
	teardown();
}
END_TEST

START_TEST(an_evaluation_has_every_number_under_its_name)
{
	json_t *root, *slo, *burn;

	setup();
	ck_assert(slo_json_write(&out, &fixture.results, true));
	root = parsed();
	ck_assert_uint_eq(json_array_size(root), 2);
	slo = json_array_get(root, 0);
	ck_assert_str_eq(json_string_value(json_object_get(slo, "id")), "edge/api/up");
	ck_assert_str_eq(json_string_value(json_object_get(slo, "service")), "api");
	ck_assert_str_eq(json_string_value(json_object_get(slo, "slo")), "up");
	ck_assert_str_eq(json_string_value(json_object_get(slo, "window")), "6h");
	ck_assert_str_eq(json_string_value(json_object_get(slo, "state")), "ok");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(slo, "group"), "zone")), "1");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(slo, "labels"), "team")), "a \"b\"\n");
	ck_assert_double_eq(number(slo, "objective"), 0.995);
	ck_assert_double_eq(number(slo, "good"), 998750);
	ck_assert_double_eq(number(slo, "bad"), 1250);
	ck_assert_double_eq(number(slo, "total"), 1000000);
	ck_assert_double_eq(number(slo, "sli"), 0.99875);
	ck_assert_double_eq(number(slo, "budget_remaining"), 0.75);
	ck_assert_double_eq(number(slo, "coverage"), 1);
	ck_assert_str_eq(json_string_value(json_object_get(slo, "counted_to")), "2023-11-14T22:14:00Z");
	burn = json_object_get(slo, "burn_rates");
	ck_assert_uint_eq(json_object_size(burn), 7); /* 1m 2m 5m 10m 30m 1h 2h */
	ck_assert_double_eq(number(burn, "1m"), 0);
	ck_assert_double_eq(number(burn, "2h"), 1.5);
	ck_assert(json_is_array(json_object_get(slo, "alerts")) &&
		  json_array_size(json_object_get(slo, "alerts")) == 0);
	json_decref(root);
	teardown();
}
END_TEST

START_TEST(what_is_not_known_is_null_and_never_0)
{
	static const char *const unknown[] = {"good", "bad", "total", "sli", "budget_remaining", "counted_to"};
	json_t *root, *slo;

	setup();
	ck_assert(slo_json_write(&out, &fixture.results, false));
	root = parsed();
	slo = json_array_get(root, 1);
	for (size_t i = 0; i < COUNT_OF(unknown); i++)
		ck_assert_msg(json_is_null(json_object_get(slo, unknown[i])), "%s", unknown[i]);
	ck_assert(json_is_null(json_object_get(json_object_get(slo, "burn_rates"), "3d")));
	ck_assert_str_eq(json_string_value(json_object_get(slo, "state")), "no_data");
	ck_assert_str_eq(json_string_value(json_object_get(slo, "reason")), "no series");
	json_decref(root);
	teardown();
}
END_TEST

START_TEST(one_id_selects_its_results_and_counts_them)
{
	struct str ids[] = {STR("edge/api/up"), STR("edge/api"), STR("")};
	size_t found;
	json_t *root;

	setup();
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		buf_clear(&out);
		ck_assert(slo_json_write_api(&out, &fixture.results, &ids[i], &found));
		ck_assert_uint_eq(found, i == 0);
		root = parsed();
		ck_assert_uint_eq(json_array_size(json_object_get(root, "slos")), found);
		json_decref(root);
	}
	teardown();
}
END_TEST

START_TEST(a_closed_period_says_whether_it_was_met_where_that_is_known)
{
	struct period_record months[3] = {
		{.counts = {.bad = 6900, .total = 1e6, .covered = 44640}},
		{.counts = {.bad = 3750, .total = 5e5, .covered = 22320}},
		{.counts = {.bad = 5000, .total = 1e6, .covered = 44640}},
	};
	const struct period_record *list[3] = {&months[0], &months[1], &months[2]};
	struct slo_result *result;
	json_t *root, *periods, *alert;

	setup();
	result = &fixture.list[0];
	for (size_t i = 0; i < 3; i++) {
		months[i].window = STR("month");
		months[i].name = STR("2023-10");
		months[i].objective = 0.995;
		months[i].steps = 44640;
	}
	result->periods = list;
	result->periods_len = 3;
	result->alerts = arena_array(&fixture.arena, result->slo->alerting->len, sizeof(*result->alerts));
	{
		struct alerting *alerting = arena_alloc(&fixture.arena, sizeof(*alerting));
		struct tier *tier = arena_alloc(&fixture.arena, sizeof(*tier));

		*alerting = *result->slo->alerting;
		*tier = alerting_missed_tier(&fixture.arena, STR("month"));
		alerting->tiers = tier;
		alerting->len = 1;
		fixture.slos[0].alerting = alerting;
	}
	result->alerts[0] = (struct alert){.state.phase = ALERT_FIRING, .value = 1.38, .period = &months[0]};
	ck_assert(slo_json_write(&out, &fixture.results, true));
	root = parsed();
	periods = json_object_get(json_array_get(root, 0), "periods");
	ck_assert(json_is_false(json_object_get(json_array_get(periods, 0), "met")));
	ck_assert(json_is_null(json_object_get(json_array_get(periods, 1), "met")));
	ck_assert(json_is_true(json_object_get(json_array_get(periods, 2), "met")));
	ck_assert_double_eq_tol(number(json_array_get(periods, 1), "budget"), 5000, 1e-6);
	alert = json_array_get(json_object_get(json_array_get(root, 0), "alerts"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(alert, "kind")), "missed");
	ck_assert_str_eq(json_string_value(json_object_get(alert, "window")), "month");
	ck_assert_str_eq(json_string_value(json_object_get(alert, "period")), "2023-10");
	ck_assert_double_eq(number(alert, "within_seconds"), 86400);
	json_decref(root);
	teardown();
}
END_TEST

START_TEST(what_was_counted_stands_beside_what_is_corrected)
{
	json_t *root, *slo, *raw, *window;

	setup();
	fixture_correct(&fixture, &fixture.list[0]);
	ck_assert(slo_json_write(&out, &fixture.results, true));
	root = parsed();
	ck_assert_ptr_null(json_object_get(json_array_get(root, 1), "raw"));
	slo = json_array_get(root, 0);
	window = json_array_get(json_object_get(slo, "windows"), 0);
	raw = json_object_get(window, "raw");
	ck_assert_double_eq(number(slo, "bad"), 625);
	ck_assert_double_eq(number(json_object_get(slo, "raw"), "bad"), 1250);
	ck_assert_double_eq(number(raw, "budget_remaining"), 0.75);
	ck_assert_double_eq(number(window, "budget_remaining"), 0.875);
	ck_assert_double_eq(number(window, "excluded_seconds"), 1800);
	ck_assert_double_eq(number(window, "adjusted_bad"), -625);
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(slo, "exclusion"), "reason")), "a drill");
	json_decref(root);
	teardown();
}
END_TEST

UNIT_MAIN("exporters/slo_json", what_was_counted_stands_beside_what_is_corrected,
	  the_rest_of_groups_says_that_it_is_one, a_closed_period_says_whether_it_was_met_where_that_is_known,
	  an_evaluation_has_every_number_under_its_name, what_is_not_known_is_null_and_never_0,
	  one_id_selects_its_results_and_counts_them)
