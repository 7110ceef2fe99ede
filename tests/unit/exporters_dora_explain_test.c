/* Explanations: golden texts, and sums that give the numbers that reports show, which were put down by hand.
 * WICK_UPDATE_GOLDEN=1 writes the golden files anew, to be read before they are committed. */
#include "tests/unit/dora_results_fixture.h"
#include "tests/unit/golden.h"
#include "tests/unit/unit.h"

#include "dora/dora.h"
#include "exporters/delivery/before.h"
#include "exporters/delivery/explain.h"
#include "exporters/delivery/explain_parts.h"
#include "exporters/delivery/shown.h"
#include "format/json_tree.h"

static struct dora_fixture fixture;
static struct buf out;

static void begin(void)
{
	dora_fixture_init(&fixture);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
}

static void end(void) { buf_release(&out); }

static const char *explain(size_t result, size_t window, enum explain_metric metric)
{
	buf_clear(&out);
	ck_assert(dora_explain_write(&out, &fixture.list[result], window, metric));
	return out.at;
}

static void check_has(const char *text)
{
	ck_assert_msg(strstr(out.at, text) != NULL, "no '%s' in:\n%s", text, out.at);
}

START_TEST(explanations_are_the_golden_ones_byte_for_byte)
{
	struct buf all;

	buf_init(&all, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < EXPLAIN_METRICS; i++) {
		explain(1, SHOWN_30D, (enum explain_metric)i);
		buf_fmt(&all, "%s%s", i ? "\n" : "", out.at);
	}
	golden_check("tests/data/golden/delivery_explain.txt", buf_view(&all));
	buf_clear(&all);
	for (size_t i = 0; i < EXPLAIN_METRICS; i++) {
		buf_clear(&out);
		ck_assert(dora_explain_json_write(&out, &fixture.list[1], SHOWN_30D, (enum explain_metric)i));
		buf_str(&all, buf_view(&out));
	}
	golden_check("tests/data/golden/delivery_explain.json", buf_view(&all));
	buf_release(&all);
}
END_TEST

START_TEST(each_explanation_ends_with_the_number_of_the_report)
{
	explain(1, SHOWN_30D, EXPLAIN_DEPLOYMENTS);
	check_has("\n5 deployments / 30 days = 0.16666666666666666 per day\n");
	explain(1, SHOWN_30D, EXPLAIN_LEAD_TIME);
	check_has("\n  p50 = 2h 30m (9000 s): number 2, 7200 s, and 0.5 of the way to number 3, 10800 s\n");
	check_has("\n  p75 = 8h 45m (31500 s): number 3, 10800 s, and 0.25 of the way to number 4, 93600 s\n");
	check_has("\n  p90 = 19h 6m (68760 s)");
	explain(1, SHOWN_30D, EXPLAIN_CHANGE_FAILURE);
	check_has("\n2 failed of 5 deployments = 0.4 = 40.0 %\n");
	explain(1, SHOWN_30D, EXPLAIN_RECOVERY);
	check_has("\n2 failed, 1 not recovered yet. 1 recovery time.");
	check_has("p50 = 1h 30m (5400 s)");
	explain(1, SHOWN_30D, EXPLAIN_REWORK);
	check_has("\n1 unplanned of 5 deployments = 0.2 = 20.0 %\n");
	explain(1, SHOWN_30D, EXPLAIN_ATTEMPTS);
	check_has("6 success + 1 failure = 7 attempts\n");
}
END_TEST

/* The counts of all windows, walked through again, are those of the results. */
START_TEST(sums_are_those_of_the_results_in_every_window)
{
	for (size_t i = 0; i < fixture.results.len; i++)
		for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
			const struct dora_metrics *metrics = &fixture.list[i].windows[window];
			struct explain_sum sum;

			explain_sum_make(&sum, &fixture.list[i], window, EXPLAIN_LEAD_TIME);
			ck_assert_uint_eq(sum.deployments, metrics->deployments);
			ck_assert_uint_eq(sum.failed, metrics->failed);
			ck_assert_uint_eq(sum.unplanned, metrics->unplanned);
			ck_assert_uint_eq(sum.recovered, metrics->recovery.count);
			ck_assert_uint_eq(sum.len, metrics->lead.count);
			ck_assert_int_eq(memcmp(sum.failed_by, metrics->failed_by, sizeof(sum.failed_by)), 0);
			ck_assert_int_eq(memcmp(sum.attempts, metrics->attempts, sizeof(sum.attempts)), 0);
			explain_sum_release(&sum);
		}
}
END_TEST

static void check_quantiles(const struct dora_quantiles *measured, const struct explain_sum *sum)
{
	static const double quantiles[DORA_QUANTILES] = {0.5, 0.75, 0.9};

	ck_assert_uint_eq(measured->count, sum->len);
	for (size_t i = 0; sum->len && i < DORA_QUANTILES; i++)
		ck_assert_double_eq_tol(dora_quantile(measured, i),
					explain_quantile_of(sum->seconds, sum->len, quantiles[i]).value, 1e-6);
}

/* What reports show is worked out by src/dora; what explanations add up is worked out here. */
START_TEST(sums_are_what_is_measured)
{
	for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
		const struct dora_result *result = &fixture.list[1];
		struct dora_metrics measured;
		struct explain_sum sum;

		dora_measure(result->histories, result->services, &result->windows[window].window, &measured);
		explain_sum_make(&sum, result, window, EXPLAIN_LEAD_TIME);
		check_quantiles(&measured.lead, &sum);
		ck_assert_uint_eq(measured.deployments, sum.deployments);
		ck_assert_uint_eq(measured.failed, sum.failed);
		ck_assert_uint_eq(measured.unplanned, sum.unplanned);
		ck_assert_int_eq(memcmp(sum.failed_by, measured.failed_by, sizeof(sum.failed_by)), 0);
		ck_assert_int_eq(memcmp(sum.attempts, measured.attempts, sizeof(sum.attempts)), 0);
		explain_sum_release(&sum);
		explain_sum_make(&sum, result, window, EXPLAIN_RECOVERY);
		check_quantiles(&measured.recovery, &sum);
		explain_sum_release(&sum);
		ck_assert_int_eq(memcmp(result->windows[window].left_out, measured.left_out, sizeof(measured.left_out)),
				 0);
	}
}
END_TEST

START_TEST(quantiles_lie_between_their_neighbours)
{
	static const double sorted[] = {1, 2, 4, 8, 16};
	struct explain_quantile at = explain_quantile_of(sorted, 5, 0.9);

	ck_assert_uint_eq(at.low, 4);
	ck_assert_uint_eq(at.high, 5);
	ck_assert_double_eq_tol(at.value, 12.8, 1e-12); /* position 3.6 */
	at = explain_quantile_of(sorted, 5, 0.75);
	ck_assert_uint_eq(at.low, 4);
	ck_assert_double_eq(at.value, 8);
	ck_assert_double_eq(explain_quantile_of(sorted, 1, 0.9).value, 1);
}
END_TEST

START_TEST(what_fails_is_named_with_its_time_and_its_link)
{
	explain(1, SHOWN_30D, EXPLAIN_CHANGE_FAILURE);
	check_has("failed: incident #17 Checkout <is> down, 2026-10-20T09:30:00Z, 30m after it");
	check_has("over 2026-10-20T10:30:00Z\n        https://host.example/issues/17\n");
	check_has("failed: rollback of sha bbbbbbb, 2026-10-20T10:00:00Z, 1h after it");
	check_has("failed: incident slo shop/checkout page-fast, 2026-10-28T09:00:00Z, 1h after it");
	check_has("not over yet\n    not recovered yet\n");
}
END_TEST

START_TEST(texts_from_outside_do_nothing_to_a_terminal)
{
	explain(1, SHOWN_30D, EXPLAIN_LEAD_TIME);
	ck_assert_ptr_null(strchr(out.at, '\x1b'));
	check_has("Cart ^[[31mkeeps");
}
END_TEST

START_TEST(a_window_that_is_not_known_has_no_sum)
{
	struct err err = {0};
	struct json_tree *document;

	explain(0, SHOWN_30D, EXPLAIN_DEPLOYMENTS);
	check_has("There is no number of this window to explain: not up to date: no workflow 'deploy.yml'");
	buf_clear(&out);
	ck_assert(dora_explain_json_write(&out, &fixture.list[0], SHOWN_30D, EXPLAIN_DEPLOYMENTS));
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	ck_assert_uint_eq(json_tree_len(json_tree_get(document, "deployments")), 0);
	check_has("\"sum\": null");
	json_tree_free(document);
}
END_TEST

START_TEST(a_team_names_the_service_of_each_deployment)
{
	explain(2, SHOWN_30D, EXPLAIN_REWORK);
	check_has("\n  2026-10-20T10:00:00Z shop sha bbbbbbb, rollback, 1 attempt, https://host.example/run?a=1&b=2\n");
	check_has("It is taken together from its services");
}
END_TEST

START_TEST(metrics_are_known_by_the_names_of_reports_and_of_dora)
{
	static const struct {
		const char *name;
		enum explain_metric metric;
	} names[] = {{"deployments", EXPLAIN_DEPLOYMENTS}, {"frequency", EXPLAIN_DEPLOYMENTS},
		     {"lead_time", EXPLAIN_LEAD_TIME},     {"change_failure_ratio", EXPLAIN_CHANGE_FAILURE},
		     {"recovery", EXPLAIN_RECOVERY},       {"rework", EXPLAIN_REWORK},
		     {"attempts", EXPLAIN_ATTEMPTS}};
	enum explain_metric metric;
	struct err err = {0};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		ck_assert(explain_metric_read(str_of(names[i].name), &metric, &err));
		ck_assert_int_eq(metric, names[i].metric);
	}
	ck_assert(!explain_metric_read(STR("leadtime"), &metric, &err));
	ck_assert_str_eq(err.text, "no metric 'leadtime'; there is 'lead_time'");
	ck_assert(!explain_metric_read(STR("xyzzy"), &metric, &err));
	ck_assert_msg(strstr(err.text, "'attempts'") != NULL, "%s", err.text);
}
END_TEST

static const char *before(const char *service, const char *environment, struct instant at)
{
	struct deployment_before found = deployment_before(&fixture.results, str_of(service), str_of(environment), at);

	buf_clear(&out);
	buf_cstr(&out, "");
	ck_assert(deployment_before_write(&out, &found));
	return out.len ? out.at : "";
}

START_TEST(the_deployment_before_a_moment_is_told_with_its_age)
{
	ck_assert_str_eq(before("shop", "", (struct instant)DORA_AT(20, 9, 12)),
			 "ccccccc deployed to production 12m before");
	ck_assert_str_eq(before("shop", "production", (struct instant)DORA_AT(20, 9, 0)),
			 "ccccccc deployed to production 0s before");
	ck_assert_str_eq(before("shop", "staging", (struct instant)DORA_AT(20, 9, 12)), "");
	ck_assert_str_eq(before("platform", "", (struct instant)DORA_AT(20, 9, 12)), "");
	ck_assert_str_eq(before("shop", "", (struct instant)DORA_AT(1, 9, 0)), "");
}
END_TEST

START_TEST(the_deployment_before_is_null_in_json_where_there_is_none)
{
	struct deployment_before found =
		deployment_before(&fixture.results, STR("shop"), STR(""), (struct instant)DORA_AT(20, 9, 12));
	struct json_writer json;

	json_begin(&json, &out, false);
	json_array(&json);
	deployment_before_json(&json, &found);
	found = deployment_before(NULL, STR("shop"), STR(""), DORA_NOW);
	deployment_before_json(&json, &found);
	json_array_end(&json);
	ck_assert_str_eq(out.at,
			 "[{\"sha\":\"cccccccccccccccccccccccccccccccccccccccc\",\"environment\":\"production\","
			 "\"repository\":\"acme/shop\",\"at\":\"2026-10-20T09:00:00Z\",\"seconds_before\":720,"
			 "\"url\":\"https://host.example/run?a=1&b=2\",\"failed\":true},null]");
}
END_TEST

UNIT_MAIN_IN("exporters/dora_explain", begin, end, explanations_are_the_golden_ones_byte_for_byte,
	     each_explanation_ends_with_the_number_of_the_report, sums_are_those_of_the_results_in_every_window,
	     sums_are_what_is_measured, quantiles_lie_between_their_neighbours,
	     what_fails_is_named_with_its_time_and_its_link, texts_from_outside_do_nothing_to_a_terminal,
	     a_window_that_is_not_known_has_no_sum, a_team_names_the_service_of_each_deployment,
	     metrics_are_known_by_the_names_of_reports_and_of_dora, the_deployment_before_a_moment_is_told_with_its_age,
	     the_deployment_before_is_null_in_json_where_there_is_none)
