/* Reports of delivery results in all their forms: golden files, numbers that are what the results say, and texts from
 * outside that come out inert. WICK_UPDATE_GOLDEN=1 writes the golden files anew, to be read before they are committed.
 */
#include "tests/unit/dora_results_fixture.h"
#include "tests/unit/golden.h"
#include "tests/unit/unit.h"

#include "exporters/delivery/report.h"
#include "exporters/screen.h"
#include "format/json_tree.h"

static struct dora_fixture fixture;
static struct buf out;

static void begin(void)
{
	dora_fixture_init(&fixture);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
}

static void end(void) { buf_release(&out); }

static const char *write_report(enum report_format format)
{
	buf_clear(&out);
	ck_assert(dora_report_write(&out, &fixture.results, format, NULL));
	return out.at;
}

START_TEST(reports_are_the_golden_ones_byte_for_byte)
{
	static const char *const paths[REPORT_FORMATS] = {
		[REPORT_TABLE] = "tests/data/golden/delivery_report.txt",
		[REPORT_JSON] = "tests/data/golden/delivery_report.json",
		[REPORT_MARKDOWN] = "tests/data/golden/delivery_report.md",
		[REPORT_CSV] = "tests/data/golden/delivery_report.csv",
		[REPORT_HTML] = "tests/data/golden/delivery_report.html",
	};

	for (size_t i = 0; i < REPORT_FORMATS; i++) {
		write_report((enum report_format)i);
		golden_check(paths[i], buf_view(&out));
	}
}
END_TEST

START_TEST(the_table_fits_100_columns)
{
	struct str text;

	fixture.list[1].error =
		STR("the token has no right to read the deployments of this repository: it needs the permission "
		    "'deployments: read', and 'actions: read' for workflow runs");
	write_report(REPORT_TABLE);
	text = buf_view(&out);
	for (size_t from = 0, len; from < text.len; from += len + 1) {
		len = str_find(str_slice(text, from, text.len), '\n');
		ck_assert_msg(screen_width(str_slice(text, from, from + len)) <= 100, "%.*s", (int)len, text.at + from);
	}
}
END_TEST

static const struct json_tree *element(const struct json_tree *document, const char *scope, const char *window)
{
	for (size_t i = 0; i < json_tree_len(document); i++) {
		const struct json_tree *one = json_tree_at(document, i);

		if (str_is(json_tree_text(json_tree_get(one, "scope")), scope) &&
		    str_is(json_tree_text(json_tree_get(one, "window")), window) &&
		    !str_starts(json_tree_text(json_tree_get(one, "service")), STR("cart")))
			return one;
	}
	ck_abort_msg("no %s in %s", scope, window);
	return NULL;
}

static double number(const struct json_tree *object, const char *key)
{
	double value = DORA_NAN;

	ck_assert_msg(json_tree_get(object, key) != NULL, "no '%s'", key);
	json_tree_number(json_tree_get(object, key), &value);
	return value;
}

START_TEST(json_has_an_element_for_each_window_with_the_numbers_of_the_results)
{
	struct err err = {0};
	struct json_tree *document;
	const struct json_tree *month, *lead;

	write_report(REPORT_JSON);
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	ck_assert_uint_eq(json_tree_len(document), 3 * DORA_SHOWN_WINDOWS);
	month = element(document, "service", "30d");
	lead = json_tree_get(month, "lead_time_seconds");
	ck_assert_double_eq(number(month, "deployments"), 5);
	ck_assert_double_eq(number(month, "attempts"), 7);
	ck_assert_double_eq(number(month, "deployments_per_day"), 5 / 30.0);
	ck_assert_double_eq(number(lead, "p50"), 9000);
	ck_assert_double_eq(number(lead, "p75"), 31500);
	ck_assert_double_eq(number(lead, "p90"), 68760);
	ck_assert_double_eq(number(lead, "count"), 4);
	ck_assert_double_eq(number(month, "change_failure_ratio"), 0.4);
	ck_assert_double_eq(number(month, "failed_deployments"), 2);
	ck_assert_double_eq(number(json_tree_get(month, "evidence"), "rollback"), 1);
	ck_assert_double_eq(number(json_tree_get(month, "recovery_time_seconds"), "p50"), 5400);
	ck_assert_double_eq(number(month, "rework_ratio"), 0.2);
	ck_assert_double_eq(number(month, "open_incidents"), 1);
	ck_assert_double_eq(number(json_tree_get(month, "excluded"), "no_baseline"), 1);
	ck_assert_ptr_null(json_tree_get(json_tree_get(month, "excluded"), "not_linear"));
	ck_assert(isnan(number(element(document, "service", "90d"), "deployments_per_day")));
	ck_assert(isnan(number(json_tree_get(element(document, "service", "7d"), "recovery_time_seconds"), "p50")));
	ck_assert_double_eq(number(element(document, "team", "2026-10"), "deployments"), 5);
	json_tree_free(document);
}
END_TEST

START_TEST(what_was_never_seen_is_null_and_not_0)
{
	struct err err = {0};
	struct json_tree *document;
	const struct json_tree *first;

	write_report(REPORT_JSON);
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	first = json_tree_at(document, 0);
	ck_assert(isnan(number(first, "deployments")));
	ck_assert(isnan(number(first, "attempts")));
	ck_assert(isnan(number(first, "open_incidents")));
	ck_assert(isnan(number(json_tree_get(first, "evidence"), "incident")));
	ck_assert(isnan(number(json_tree_get(first, "lead_time_seconds"), "count")));
	ck_assert(str_is(json_tree_text(json_tree_get(first, "error")), "no workflow 'deploy.yml'"));
	json_tree_free(document);
}
END_TEST

/* Of each number one that is known, and one that is made of what could not be read. */
START_TEST(what_could_not_be_read_is_null_and_not_0)
{
	struct err err = {0};
	struct json_tree *document;
	const struct json_tree *month;
	struct dora_metrics *metrics = &fixture.list[1].windows[1];

	metrics->unknown = (struct dora_unknown){.stages = true,
						 .failures = true,
						 .recovery = true,
						 .rework = true,
						 .evidence = {[EVIDENCE_REVERT] = true}};
	metrics->change_failure_ratio = metrics->rework_ratio = NAN;
	fixture.list[1].standing.unknown = true;
	write_report(REPORT_JSON);
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	month = element(document, "service", "30d");
	ck_assert_double_eq(number(month, "deployments"), 5);
	ck_assert_double_eq(number(json_tree_get(month, "lead_time_seconds"), "count"), 4);
	ck_assert_double_eq(number(json_tree_get(month, "evidence"), "rollback"), 1);
	ck_assert(isnan(number(json_tree_get(month, "evidence"), "revert")));
	ck_assert(isnan(number(json_tree_get(json_tree_get(month, "stages"), "coding"), "count")));
	ck_assert(isnan(number(month, "failed_deployments")) && isnan(number(month, "unplanned_deployments")));
	ck_assert(isnan(number(json_tree_get(month, "recovery_time_seconds"), "p50")));
	ck_assert(isnan(number(json_tree_get(month, "recovery_time_seconds"), "count")));
	ck_assert(isnan(number(month, "open_incidents")) && isnan(number(month, "open_failures")));
	json_tree_free(document);
	metrics->unknown.deployments = metrics->unknown.lead = true;
	write_report(REPORT_CSV);
	ck_assert_msg(strstr(out.at, "Z,,7,0.16666666666666666,,,,,,,2,1,,0,,,,,,,true\n"), "%s", out.at);
}
END_TEST

START_TEST(hostile_names_come_out_inert)
{
	fixture.list[0].name = STR("<script>|`*_\x1b[2J\n# x");
	ck_assert_ptr_null(strstr(write_report(REPORT_HTML), "<script>"));
	ck_assert_ptr_null(strstr(write_report(REPORT_TABLE), "\x1b"));
	ck_assert_ptr_nonnull(
		strstr(write_report(REPORT_MARKDOWN), "\n## \\<script\\>\\|\\`\\*\\_ \\[2J \\# x production"));
}
END_TEST

START_TEST(the_page_needs_nothing_from_elsewhere)
{
	write_report(REPORT_HTML);
	ck_assert_ptr_null(strstr(out.at, "http"));
	ck_assert_ptr_null(strstr(out.at, "src="));
	ck_assert_ptr_null(strstr(out.at, "url("));
	ck_assert_ptr_null(strstr(out.at, "<link"));
}
END_TEST

START_TEST(choices_are_told_once_where_all_have_chosen_the_same)
{
	write_report(REPORT_MARKDOWN);
	ck_assert_ptr_nonnull(strstr(out.at, "\n- Of shop production: Lead time runs from each commit's author date"));
	ck_assert_ptr_nonnull(strstr(out.at, "production: Lead time runs from the merge of each pull request"));
	ck_assert_ptr_nonnull(strstr(out.at, "aggregates"));
	fixture.cart_delivery.lead_time = LEAD_COMMIT;
	fixture.results.len = 2;
	write_report(REPORT_MARKDOWN);
	ck_assert_ptr_nonnull(strstr(out.at, "\n- Lead time runs from each commit's author date"));
	ck_assert_ptr_null(strstr(out.at, "\n- Of "));
	ck_assert_ptr_null(strstr(out.at, "aggregates"));
}
END_TEST

START_TEST(no_deliveries_are_said_to_be_none)
{
	fixture.results.len = 0;
	ck_assert_str_eq(write_report(REPORT_TABLE), "no deliveries\n");
	ck_assert_str_eq(write_report(REPORT_JSON), "[]\n");
}
END_TEST

UNIT_MAIN_IN("exporters/dora_report", begin, end, reports_are_the_golden_ones_byte_for_byte, the_table_fits_100_columns,
	     json_has_an_element_for_each_window_with_the_numbers_of_the_results, what_was_never_seen_is_null_and_not_0,
	     what_could_not_be_read_is_null_and_not_0, hostile_names_come_out_inert,
	     the_page_needs_nothing_from_elsewhere, choices_are_told_once_where_all_have_chosen_the_same,
	     no_deliveries_are_said_to_be_none)
