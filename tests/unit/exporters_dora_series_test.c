/* The delivery metrics on the daemon's page, and as history: golden files, what is absent, and what promtool says.
 * WICK_UPDATE_GOLDEN=1 writes the golden files anew, to be read before they are committed. */
#include "tests/unit/dora_results_fixture.h"
#include "tests/unit/golden.h"
#include "tests/unit/servers.h"
#include "tests/unit/unit.h"

#include "base/child.h"
#include "base/num.h"
#include "exporters/delivery/backfill.h"
#include "exporters/delivery/families.h"
#include "exporters/delivery/series.h"

static struct dora_fixture fixture;
static struct github_shown github;
static struct delivery_series delivery;
static struct buf page;

static void begin(void)
{
	dora_fixture_init(&fixture);
	github = (struct github_shown){STR("api.github.com"),
				       {.up = true,
					.error = "",
					.refused = "actions: read",
					.calls = {[GITHUB_OK] = 40, [GITHUB_UNCHANGED] = 960, [GITHUB_LATER] = 2},
					.limited = true,
					.limit = 5000,
					.remaining = 4958,
					.reset = DORA_NOW}};
	delivery = (struct delivery_series){&fixture.results, &github, 1};
	buf_init(&page, LIMIT_HTTP_RESPONSE_BYTES);
}

static void end(void) { buf_release(&page); }

static size_t write_page(enum exposition_format format)
{
	struct sample_page samples = {.out = &page, .format = format};
	size_t conflicts;

	buf_clear(&page);
	conflicts = delivery_series_write(&samples, &delivery);
	ck_assert(!page.full);
	return conflicts;
}

static void check_has(const char *line)
{
	ck_assert_msg(page.len && strstr(page.at, line), "no line '%s' in:\n%s", line, page.at);
}

static void check_lacks(const char *text) { ck_assert_msg(!strstr(page.at, text), "'%s' in:\n%s", text, page.at); }

START_TEST(pages_are_the_golden_ones_byte_for_byte)
{
	ck_assert_uint_eq(write_page(EXPOSITION_TEXT), 0);
	golden_check("tests/data/golden/delivery.txt", buf_view(&page));
	write_page(EXPOSITION_OPENMETRICS);
	golden_check("tests/data/golden/delivery.openmetrics", buf_view(&page));
}
END_TEST

START_TEST(names_that_the_packs_of_alerts_go_by_are_there)
{
	static const char identity[] = "{environment=\"production\",repository=\"acme/shop\",service=\"shop\","
				       "team=\"platform\",tier=\"gold\"";
	static const char *const lines[][2] = {
		{"\nwick_dora_change_failure_ratio", ",window=\"30d\"} 0.4\n"},
		{"\nwick_dora_failed_deployments", ",window=\"30d\"} 2\n"},
		{"\nwick_dora_deployments", ",window=\"30d\"} 5\n"},
		{"\nwick_dora_recovery_seconds", ",window=\"30d\",quantile=\"0.5\"} 5400\n"},
		{"\nwick_dora_open_failure_age_seconds", "} 230400\n"},
	};
	char line[512];

	write_page(EXPOSITION_TEXT);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		snprintf(line, sizeof(line), "%s%s%s", lines[i][0], identity, lines[i][1]);
		check_has(line);
	}
}
END_TEST

START_TEST(what_was_never_seen_has_no_counts_and_says_that_it_is_not_complete)
{
	write_page(EXPOSITION_TEXT);
	check_has(
		"\nwick_dora_complete{environment=\"production\",repository=\"acme/cart\",service=\"cart<&>|\\\"x\\\"\","
		"team=\"platform\"} 0\n");
	check_lacks("wick_dora_deployments{environment=\"production\",repository=\"acme/cart\"");
	check_lacks("wick_dora_open_incidents{environment=\"production\",repository=\"acme/cart\"");
	check_lacks("NaN");
	fixture.list[0].complete = true; /* read, and there is nothing */
	write_page(EXPOSITION_TEXT);
	check_lacks("wick_dora_deployments{environment=\"production\",repository=\"acme/cart\"");
}
END_TEST

START_TEST(what_could_not_be_read_has_no_series)
{
	static const char *const names[] = {"lead_time_seconds",
					    "lead_time_changes",
					    "stage_seconds",
					    "failed_deployments",
					    "failed_deployments_by_evidence",
					    "recovered_deployments",
					    "recovery_seconds",
					    "unplanned_deployments",
					    "open_incidents",
					    "open_failures",
					    "change_lead_time_seconds_bucket"};
	struct dora_unread unread = {.pulls = true, .issues = true};
	char name[80];

	write_page(EXPOSITION_TEXT);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(name, sizeof(name), "\nwick_dora_%s{", names[i]);
		check_has(name);
	}
	for (size_t i = 0; i < fixture.results.len; i++) {
		struct dora_result *result = &fixture.results.at[i];

		result->standing.unknown = true;
		for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
			struct dora_metrics *metrics = &result->windows[window];

			metrics->unknown =
				(struct dora_unknown){true, true, true, true, true, true, {true, true, true, true}};
			metrics->lead = metrics->recovery = (struct dora_quantiles)DORA_NO_QUANTILES;
			for (size_t stage = 0; stage < DORA_STAGES; stage++)
				metrics->stages[stage] = (struct dora_quantiles)DORA_NO_QUANTILES;
		}
	}
	fixture.shop.unread = unread;
	fixture.shop_delivery.lead_time = LEAD_MERGE;
	write_page(EXPOSITION_TEXT);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(name, sizeof(name), "\nwick_dora_%s{", names[i]);
		check_lacks(name);
	}
	check_has("\nwick_dora_attempts{");
}
END_TEST

START_TEST(until_all_is_read_only_windows_that_are_whole_have_series)
{
	fixture.list[1].complete = false;
	write_page(EXPOSITION_TEXT);
	check_has(
		"wick_dora_deployments{environment=\"production\",repository=\"acme/shop\",service=\"shop\",team=\"platform\","
		"tier=\"gold\",window=\"30d\"} 5\n");
	check_lacks("service=\"shop\",team=\"platform\",tier=\"gold\",window=\"90d\"");
	check_lacks("wick_dora_deployed_total");
	check_lacks("wick_dora_change_lead_time_seconds");
}
END_TEST

START_TEST(a_team_is_no_service_and_is_summed_up_with_none)
{
	write_page(EXPOSITION_TEXT);
	check_has("\nwick_dora_team_deployments{environment=\"production\",team=\"platform\",window=\"30d\"} 5\n");
	check_has("\nwick_dora_team_services{environment=\"production\",team=\"platform\"} 2\n");
	check_lacks("wick_dora_group_");
	check_lacks("wick_dora_services");
	check_lacks("wick_dora_team_deployed");
}
END_TEST

START_TEST(results_with_equal_labels_come_out_once_and_are_counted)
{
	const char *first;

	fixture.list[0] = fixture.list[1];
	ck_assert_uint_eq(write_page(EXPOSITION_TEXT), 1);
	first = strstr(page.at, "\nwick_dora_complete{");
	ck_assert_ptr_nonnull(first);
	ck_assert_ptr_null(strstr(first + 1, "\nwick_dora_complete{"));
}
END_TEST

START_TEST(an_author_s_label_that_is_taken_is_exported_under_another_name)
{
	struct label labels[] = {
		{STR("quantile"), STR("x")}, {STR("team"), STR("platform")}, {STR("window"), STR("\xFF")}};

	fixture.list[1].labels = (struct labels){labels, 3};
	write_page(EXPOSITION_TEXT);
	check_has(
		"\nwick_dora_complete{environment=\"production\",exported_quantile=\"x\",exported_window=\"\xEF\xBF\xBD\","
		"repository=\"acme/shop\",service=\"shop\",team=\"platform\"} 1\n");
}
END_TEST

START_TEST(buckets_are_named_for_the_bounds_that_they_have)
{
	static const char *const names[DORA_BUCKETS] = {"3600.0",    "86400.0",     "604800.0",
							"2.592e+06", "1.57248e+07", "+Inf"};
	char line[128];

	write_page(EXPOSITION_TEXT);
	for (size_t i = 0; i < DORA_BUCKETS; i++) {
		double bound = 0;

		ck_assert(num_read_sample(str_of(names[i]), &bound));
		ck_assert(num_same(bound, dora_bucket_seconds[i]));
		snprintf(line, sizeof(line), ",le=\"%s\"} %zu\n", names[i], fixture.list[1].windows[1].lead_buckets[i]);
		check_has(line);
	}
}
END_TEST

/* No label may hold what grows with time. */
START_TEST(no_commit_run_or_person_is_in_a_label)
{
	write_page(EXPOSITION_TEXT);
	check_lacks("aaaaaaa");
	check_lacks("\"dev\"");
	check_lacks("#17");
	check_lacks("run=");
}
END_TEST

static bool installed(const char *program)
{
	char path[64];

	snprintf(path, sizeof(path), "/usr/bin/%s", program);
	return access(path, X_OK) == 0;
}

static void run(const char *const *argv, struct str input, struct buf *out)
{
	struct buf said;
	struct child child = {.argv = argv, .input = input, .out = out, .said = &said};
	struct err err = {0};

	buf_init(&said, LIMIT_FILE_BYTES);
	ck_assert_msg(child_run(&child, &err), "%s", err.text);
	ck_assert_msg(child.code == 0, "%s %s: %s%s", argv[0], argv[1], said.at ? said.at : "", out->at ? out->at : "");
	buf_release(&said);
}

START_TEST(prometheus_own_linter_accepts_the_text_page)
{
	static const char *const argv[] = {"promtool", "check", "metrics", NULL};
	struct buf out;

	if (!installed("promtool"))
		return;
	write_page(EXPOSITION_TEXT);
	buf_init(&out, LIMIT_FILE_BYTES);
	run(argv, buf_view(&page), &out);
	ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
}
END_TEST

/* The results as of a day: the numbers of the fixture, moved by the day so that no two moments are alike. */
static void results_of_day(unsigned day)
{
	dora_fixture_init(&fixture);
	for (size_t i = 1; i < 3; i++)
		for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
			struct dora_metrics *metrics = &fixture.list[i].windows[window];

			metrics->deployments = day;
			metrics->change_failure_ratio = day / 64.0;
			metrics->lead.p90 = 1000.0 * day + 0.125;
		}
}

static struct instant morning(unsigned day) { return (struct instant){DORA_DAY((int64_t)day)}; }

static void write_history(const char *path)
{
	struct dora_backfill *backfill = dora_backfill_new(LIMIT_OUTPUT_BYTES);
	struct err err = {0};

	for (unsigned day = 28; day <= 31; day++) {
		results_of_day(day);
		ck_assert(dora_backfill_add(backfill, morning(day), &fixture.results));
	}
	buf_clear(&page);
	ck_assert(dora_backfill_write(backfill, &page));
	dora_backfill_free(backfill);
	ck_assert_msg(file_replace(path, buf_view(&page), 0644, &err), "%s", err.text);
}

/* The only value that Prometheus answers with, or NaN. */
static double ask(const struct server *prometheus, struct instant at, const char *query)
{
	char time_flag[64], value[64] = "";
	struct buf out;
	const char *found;
	double number = DORA_NAN;

	snprintf(time_flag, sizeof(time_flag), "--time=%lld", (long long)(at.ms / 1000));
	buf_init(&out, LIMIT_FILE_BYTES);
	run((const char *const[]){"promtool", "query", "instant", time_flag, prometheus->url, query, NULL},
	    (struct str){"", 0}, &out);
	found = out.len ? strstr(out.at, "=> ") : NULL;
	if (found) {
		ck_assert_msg(!strstr(found + 1, "=> "), "several: %s", out.at);
		snprintf(value, sizeof(value), "%.*s", (int)strcspn(found + 3, " "), found + 3);
		ck_assert(num_read_sample(str_of(value), &number));
	}
	buf_release(&out);
	return number;
}

static size_t history_samples(void)
{
	size_t samples = 0;

	for (const char *line = page.at; *line; line = strchr(line, '\n') + 1)
		samples += *line != '#';
	return samples;
}

START_TEST(prometheus_takes_the_history_and_answers_with_the_numbers_of_each_day)
{
	char folder[] = "/tmp/wick-backfill-XXXXXX", file[64], data[64];
	struct server prometheus;
	struct buf out;
	double series;

	if (!installed("promtool") || !installed("prometheus"))
		return;
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/history", folder);
	snprintf(data, sizeof(data), "%s/data", folder);
	write_history(file);
	buf_init(&out, LIMIT_FILE_BYTES);
	run((const char *const[]){"promtool", "tsdb", "create-blocks-from", "openmetrics", file, data, NULL},
	    (struct str){"", 0}, &out);
	prometheus = prometheus_server(folder);
	for (unsigned day = 28; day <= 31; day++) {
		ck_assert_double_eq(
			ask(&prometheus, morning(day), "wick_dora_deployments{service='shop',window='30d'}"), day);
		ck_assert_double_eq(
			ask(&prometheus, morning(day), "wick_dora_change_failure_ratio{service='shop',window='7d'}"),
			day / 64.0);
		ck_assert_double_eq(ask(&prometheus, morning(day),
					"wick_dora_lead_time_seconds{service='shop',window='month',quantile='0.9'}"),
				    1000.0 * day + 0.125);
		ck_assert_double_eq(
			ask(&prometheus, morning(day), "wick_dora_team_deployments{team='platform',window='90d'}"),
			day);
		ck_assert_double_eq(ask(&prometheus, morning(day), "sum(wick_dora_deployments{window='30d'})"), day);
	}
	series = ask(&prometheus, morning(30), "count({__name__=~'wick_dora_.+'})");
	ck_assert_double_eq(series, (double)history_samples() / 4);
	/* three of four changes took no longer than a day */
	ck_assert_double_eq(ask(&prometheus, morning(31), "wick_dora_change_lead_time_seconds_bucket{le='86400.0'}"),
			    3);
	ck_assert(isnan(ask(&prometheus, morning(27), "wick_dora_deployments{service='shop',window='30d'}")));
	server_stop(&prometheus);
	buf_clear(&out);
	run((const char *const[]){"rm", "-r", folder, NULL}, (struct str){"", 0}, &out);
	buf_release(&out);
}
END_TEST

START_TEST(history_holds_the_samples_of_a_series_together_in_the_order_of_time)
{
	struct dora_backfill *backfill = dora_backfill_new(LIMIT_OUTPUT_BYTES);

	for (unsigned day = 30; day <= 31; day++) {
		results_of_day(day);
		ck_assert(dora_backfill_add(backfill, morning(day), &fixture.results));
	}
	ck_assert(dora_backfill_write(backfill, &page));
	check_has(
		"tier=\"gold\",window=\"7d\"} 30 1793318400\nwick_dora_deployments{environment=\"production\","
		"repository=\"acme/shop\",service=\"shop\",team=\"platform\",tier=\"gold\",window=\"7d\"} 31 1793404800\n");
	check_lacks("wick_dora_up");
	check_lacks("wick_dora_read_timestamp_seconds");
	ck_assert_str_eq(page.at + page.len - strlen("\n# EOF\n"), "\n# EOF\n");
	ck_assert_ptr_eq(strstr(page.at, "# TYPE wick_dora_deployments gauge"),
			 strstr(page.at, "# TYPE wick_dora_deployments "));
	dora_backfill_free(backfill);
}
END_TEST

START_TEST(a_moment_that_does_not_fit_leaves_what_was_there_whole)
{
	struct dora_backfill *backfill;
	struct buf first;
	size_t bytes;

	buf_init(&first, LIMIT_OUTPUT_BYTES);
	backfill = dora_backfill_new(LIMIT_OUTPUT_BYTES);
	ck_assert(dora_backfill_add(backfill, morning(30), &fixture.results));
	ck_assert(dora_backfill_write(backfill, &first));
	bytes = first.len;
	dora_backfill_free(backfill);
	backfill = dora_backfill_new(bytes + bytes / 4);
	ck_assert(dora_backfill_add(backfill, morning(30), &fixture.results));
	ck_assert(!dora_backfill_add(backfill, morning(31), &fixture.results));
	ck_assert(dora_backfill_write(backfill, &page));
	ck_assert_str_eq(page.at, first.at);
	dora_backfill_free(backfill);
	buf_release(&first);
}
END_TEST

UNIT_MAIN_IN("exporters/dora_series", begin, end, pages_are_the_golden_ones_byte_for_byte,
	     names_that_the_packs_of_alerts_go_by_are_there,
	     what_was_never_seen_has_no_counts_and_says_that_it_is_not_complete, what_could_not_be_read_has_no_series,
	     until_all_is_read_only_windows_that_are_whole_have_series, a_team_is_no_service_and_is_summed_up_with_none,
	     results_with_equal_labels_come_out_once_and_are_counted,
	     an_author_s_label_that_is_taken_is_exported_under_another_name,
	     buckets_are_named_for_the_bounds_that_they_have, no_commit_run_or_person_is_in_a_label,
	     prometheus_own_linter_accepts_the_text_page,
	     history_holds_the_samples_of_a_series_together_in_the_order_of_time,
	     a_moment_that_does_not_fit_leaves_what_was_there_whole,
	     prometheus_takes_the_history_and_answers_with_the_numbers_of_each_day)
