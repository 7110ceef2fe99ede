/* The exposition: golden pages, labels that cannot collide, and the reference page. promtool, where it is installed, is
 * the second opinion on the format. WICK_UPDATE_GOLDEN=1 writes the golden files anew, to be read before they are
 * committed. */
#include "results_fixture.h"
#include "unit.h"

#include "base/file.h"
#include "base/limits.h"
#include "exporters/exposition.h"

#include <stdio.h>

static struct fixture fixture;
static struct buf page;

static void setup(void)
{
	fixture_init(&fixture);
	buf_init(&page, LIMIT_HTTP_RESPONSE_BYTES);
}

static void teardown(void)
{
	fixture_release(&fixture);
	buf_release(&page);
}

static const char *write_page(enum exposition_format format)
{
	buf_clear(&page);
	ck_assert(exposition_write(&page, &fixture.results, &fixture.health, NULL, format));
	return page.at;
}

static size_t count(const char *text, const char *what)
{
	size_t found = 0;

	for (; (text = strstr(text, what)); text++)
		found++;
	return found;
}

/* The file's content against `text`, from `marker` on if there is one. */
static void check_golden(const char *path, const char *marker, struct str text)
{
	struct buf file;
	struct err err = {0};
	struct str head = {"", 0};

	buf_init(&file, LIMIT_FILE_BYTES);
	if (!file_read(path, &file, &err) && !getenv("WICK_UPDATE_GOLDEN"))
		ck_abort_msg("%s", err.text);
	if (marker) {
		const char *found = file.at ? strstr(file.at, marker) : NULL;

		ck_assert_msg(found, "'%s' has no line '%s'", path, marker);
		head = (struct str){file.at, (size_t)(found - file.at)};
	}
	if (getenv("WICK_UPDATE_GOLDEN")) {
		struct buf whole;

		buf_init(&whole, LIMIT_FILE_BYTES);
		buf_str(&whole, head);
		buf_str(&whole, text);
		ck_assert_msg(file_replace(path, buf_view(&whole), 0644, &err), "%s", err.text);
		buf_release(&whole);
	} else {
		ck_assert_msg(str_eq(str_slice(buf_view(&file), head.len, file.len), text),
			      "'%s' differs; WICK_UPDATE_GOLDEN=1 writes it anew", path);
	}
	buf_release(&file);
}

static void add_golden_slos(void)
{
	struct arena *arena = &fixture.arena;
	struct slo slo = fixture_slo(arena, "", "anvila-api", "availability");
	struct slo_result *result;

	slo.labels = FIXTURE_LABELS(arena, "team", "platform");
	fixture_add(&fixture, slo, 1250);

	slo = fixture_slo(arena, "edge", "anvila-api", "reachable");
	slo.window = (struct span){SPAN_DAY};
	slo.windows = fixture_windows(slo.window);
	slo.alerting = fixture_alerting(slo.window);
	slo.sli.kind = SLI_PROBE;
	result = fixture_add(&fixture, slo, 6000);
	result->group = FIXTURE_LABELS(arena, "instance", "10.0.0.1:9115");
	result->state = DATA_PARTIAL;
	result->budgets->coverage = 0.4;
	result->budgets->remaining_observed = -2.0;

	result = fixture_add(&fixture, slo, 2500);
	result->group = FIXTURE_LABELS(arena, "instance", "everything-else");
	result->rest = true;
	result->rest_groups = 12;

	fixture_add(&fixture, fixture_slo(arena, "", "новый", "no data yet"), -1);
}

static const char *const golden_paths[EXPOSITION_FORMATS] = {
	[EXPOSITION_TEXT] = "tests/data/golden/exposition.txt",
	[EXPOSITION_OPENMETRICS] = "tests/data/golden/exposition.openmetrics",
};

START_TEST(pages_are_the_golden_ones_byte_for_byte)
{
	setup();
	add_golden_slos();
	fixture.health.sources_len = 2;
	for (size_t format = 0; format < EXPOSITION_FORMATS; format++) {
		write_page((enum exposition_format)format);
		check_golden(golden_paths[format], NULL, buf_view(&page));
	}
	teardown();
}
END_TEST

START_TEST(the_reference_page_shows_every_family_of_the_tables)
{
	setup();
	ck_assert(exposition_reference_write(&page));
	check_golden("docs/metrics.md", "## Of each SLO", buf_view(&page));
	teardown();
}
END_TEST

START_TEST(prometheus_own_linter_accepts_the_text_page)
{
	FILE *promtool;

	setup();
	add_golden_slos();
	fixture.health.sources_len = 2;
	write_page(EXPOSITION_TEXT);
	if (system("command -v promtool >/dev/null") == 0) {
		promtool = popen("promtool check metrics", "we");
		ck_assert_ptr_nonnull(promtool);
		ck_assert_uint_eq(fwrite(page.at, 1, page.len, promtool), page.len);
		ck_assert_int_eq(pclose(promtool), 0);
	}
	teardown();
}
END_TEST

START_TEST(before_the_first_results_a_page_still_speaks_of_the_daemon)
{
	setup();
	ck_assert(exposition_write(&page, NULL, &fixture.health, NULL, EXPOSITION_OPENMETRICS));
	ck_assert_ptr_nonnull(strstr(page.at, "\nwick_ready 1\n"));
	ck_assert_ptr_null(strstr(page.at, "wick_slo_"));
	ck_assert_str_eq(page.at + page.len - strlen("# EOF\n"), "# EOF\n");
	teardown();
}
END_TEST

START_TEST(numbers_that_are_not_known_are_absent_and_so_is_a_family_without_any)
{
	const char *text;

	setup();
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a", "b"), -1);
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_null(strstr(text, "NaN"));
	ck_assert_ptr_null(strstr(text, "wick_slo_sli_ratio"));
	ck_assert_ptr_null(strstr(text, "wick_slo_data_timestamp_seconds"));
	ck_assert_ptr_nonnull(strstr(text, "wick_slo_data_state{service=\"a\",slo=\"b\",state=\"no_data\"} 1\n"));
	ck_assert_ptr_nonnull(strstr(text, "wick_slo_objective_ratio{service=\"a\",slo=\"b\"} 0.995\n"));
	teardown();
}
END_TEST

START_TEST(burn_windows_as_long_as_the_slo_window_do_not_come_twice)
{
	struct slo slo;
	const char *text;

	setup();
	slo = fixture_slo(&fixture.arena, "", "a", "b");
	slo.window = (struct span){6 * SPAN_HOUR};
	slo.windows = fixture_windows(slo.window);
	slo.alerting = fixture_alerting(slo.window);
	fixture_add(&fixture, slo, 0);
	text = write_page(EXPOSITION_TEXT);
	ck_assert_uint_eq(count(text, "wick_slo_sli_ratio{service=\"a\",slo=\"b\",window=\"6h\"}"), 1);
	ck_assert_ptr_null(strstr(text, "window=\"1d\""));
	teardown();
}
END_TEST

START_TEST(only_alerts_that_are_pending_or_firing_have_series)
{
	struct alerting alerting;
	struct tier tiers[2];
	struct alert alerts[2] = {{.state = {ALERT_FIRING, {1700000000000}, {1700000060000}, {0}, {0}},
				   .value = 20,
				   .bad = 610,
				   .total = 2400},
				  {.state = {ALERT_INACTIVE, {0}, {1690000000000}, {0}, {1690000060000}}}};
	struct slo slo;
	const char *text;

	setup();
	slo = fixture_slo(&fixture.arena, "", "a", "b");
	slo.labels = FIXTURE_LABELS(&fixture.arena, "team", "core");
	tiers[0] = *alerting_tier(slo.alerting, STR("page-fast"));
	tiers[0].labels = FIXTURE_LABELS(&fixture.arena, "room", "a \"b\"", "team", "other");
	tiers[0].annotations =
		FIXTURE_LABELS(&fixture.arena, "dashboard", "https://g.example/{{ $labels.slo }}?{{ $value }}");
	tiers[1] = *alerting_tier(slo.alerting, STR("budget-50"));
	alerting = *slo.alerting;
	alerting.tiers = tiers;
	alerting.len = 2;
	alerting.runbook = STR("https://r.example");
	slo.alerting = &alerting;
	fixture_add(&fixture, slo, 0)->alerts = alerts;
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_nonnull(strstr(
		text,
		"\nwick_slo_alert_firing{service=\"a\",slo=\"b\",team=\"core\",factor=\"14.4\","
		"kind=\"burn\",long=\"1h\",room=\"a \\\"b\\\"\",severity=\"page\",short=\"5m\",tier=\"page-fast\"} 1\n"));
	ck_assert_uint_eq(count(text, "\nwick_slo_alert_firing{"), 1);
	ck_assert_ptr_nonnull(strstr(text, "tier=\"page-fast\"} 1700000000\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nwick_slo_alert_bad_events{service=\"a\""));
	ck_assert_ptr_nonnull(strstr(text, "tier=\"page-fast\"} 610\n"));
	ck_assert_ptr_nonnull(strstr(text, "tier=\"page-fast\"} 2400\n"));
	/* the labels are filled in, the number is left to rules */
	ck_assert_ptr_nonnull(strstr(text, "tier=\"page-fast\",annotation_dashboard=\"https://g.example/b?$value\","
					   "annotation_runbook_url=\"https://r.example\"} 1\n"));
	alerts[0].value = NAN; /* not known */
	ck_assert_ptr_null(strstr(write_page(EXPOSITION_TEXT), "wick_slo_alert_bad_events{"));
	alerts[0].state.phase = ALERT_PENDING;
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_nonnull(strstr(text, "tier=\"page-fast\"} 0\n"));
	alerts[0].state = (struct alert_state){ALERT_INACTIVE, {0}, {0}, {0}, {0}};
	ck_assert_ptr_null(strstr(write_page(EXPOSITION_TEXT), "wick_slo_alert"));
	teardown();
}
END_TEST

START_TEST(the_last_closed_period_has_series_and_the_one_before_has_none)
{
	struct period_record months[2] = {{.window = STR("month"), .name = STR("2023-09"), .objective = 0.99},
					  {.window = STR("month"), .name = STR("2023-10"), .objective = 0.995}};
	const struct period_record *list[2] = {&months[0], &months[1]};
	struct slo_window windows[2];
	struct slo_result *result;
	struct slo slo;
	const char *text;

	setup();
	slo = fixture_slo(&fixture.arena, "", "a", "b");
	windows[0] = *slo.windows;
	windows[1] = (struct slo_window){.calendar = true, .span = {30 * SPAN_DAY}, .name = STR("month")};
	slo.windows = windows;
	slo.windows_len = 2;
	for (size_t i = 0; i < 2; i++) {
		months[i].counts = (struct counts){.bad = 6900, .total = 1e6, .covered = 44640};
		months[i].steps = 44640;
	}
	result = fixture_add(&fixture, slo, 0);
	result->periods = list;
	result->periods_len = 2;
	text = write_page(EXPOSITION_TEXT);
	ck_assert_uint_eq(count(text, "\nwick_slo_closed_period_missed{"), 1);
	ck_assert_ptr_nonnull(
		strstr(text, "\nwick_slo_closed_period_missed{service=\"a\",slo=\"b\",window=\"month\"} 1\n"));
	ck_assert_ptr_nonnull(strstr(
		text, "\nwick_slo_closed_period_objective_ratio{service=\"a\",slo=\"b\",window=\"month\"} 0.995\n"));
	ck_assert_ptr_nonnull(strstr(text,
				     "\nwick_slo_closed_period_events{service=\"a\",slo=\"b\",window=\"month\",outcome="
				     "\"good\"} 993100\n"));
	ck_assert_ptr_nonnull(strstr(
		text,
		"\nwick_slo_closed_period_events{service=\"a\",slo=\"b\",window=\"month\",outcome=\"bad\"} 6900\n"));
	months[1].counts.bad = 100;
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_nonnull(
		strstr(text, "\nwick_slo_closed_period_missed{service=\"a\",slo=\"b\",window=\"month\"} 0\n"));
	months[1].counts = (struct counts){.bad = 3750, .total = 5e5, .covered = 22320}; /* half of it is known */
	ck_assert_ptr_null(strstr(write_page(EXPOSITION_TEXT), "\nwick_slo_closed_period_missed{"));
	teardown();
}
END_TEST

START_TEST(a_name_that_is_taken_is_exported_under_another_one)
{
	struct arena *arena = &fixture.arena;
	struct slo slo;
	const char *text;

	setup();
	slo = fixture_slo(arena, "", "api", "up");
	slo.labels = FIXTURE_LABELS(arena, "service", "theirs", "exported_service", "too", "window", "w", "__name__",
				    "x", "zone", "author", "empty", "");
	fixture_add(&fixture, slo, 0)->group = FIXTURE_LABELS(arena, "service", "grouped", "zone", "a");
	fixture_add(&fixture, slo, 0)->group = FIXTURE_LABELS(arena, "service", "other", "zone", "a");
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_nonnull(strstr(
		text,
		"wick_slo_objective_ratio{exported_exported_exported_service=\"too\",exported_exported_service=\"theirs\","
		"exported_service=\"grouped\",exported_window=\"w\",exported_zone=\"author\",service=\"api\","
		"slo=\"up\",zone=\"a\"} 0.995\n"));
	ck_assert_uint_eq(count(text, "wick_slo_objective_ratio{"), 2);
	ck_assert_ptr_nonnull(strstr(text, "\nwick_exposition_conflicts 0\n"));
	teardown();
}
END_TEST

/* A rule would give all groups the name of its alert, and they would be one. */
START_TEST(a_group_by_the_name_of_alerts_stays_apart_from_it)
{
	setup();
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "api", "up"), 0)->group =
		FIXTURE_LABELS(&fixture.arena, "alertname", "DiskFull", "pack", "host");
	ck_assert_ptr_nonnull(strstr(write_page(EXPOSITION_TEXT),
				     "wick_slo_objective_ratio{exported_alertname=\"DiskFull\",exported_pack=\"host\","
				     "service=\"api\",slo=\"up\"} 0.995\n"));
	teardown();
}
END_TEST

START_TEST(a_namespace_of_a_group_is_not_that_of_the_slo)
{
	struct slo slo;
	const char *text;

	setup();
	slo = fixture_slo(&fixture.arena, "", "api", "up");
	fixture_add(&fixture, slo, 0)->group = FIXTURE_LABELS(&fixture.arena, "namespace", "prod");
	fixture_add(&fixture, fixture_slo(&fixture.arena, "prod", "api", "up"), 0);
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_nonnull(strstr(
		text, "wick_slo_objective_ratio{exported_namespace=\"prod\",service=\"api\",slo=\"up\"} 0.995\n"));
	ck_assert_ptr_nonnull(
		strstr(text, "wick_slo_objective_ratio{namespace=\"prod\",service=\"api\",slo=\"up\"} 0.995\n"));
	ck_assert_ptr_nonnull(strstr(text, "\nwick_exposition_conflicts 0\n"));
	teardown();
}
END_TEST

START_TEST(results_with_equal_labels_come_out_once_and_are_counted)
{
	struct arena *arena = &fixture.arena;
	struct slo slo;
	const char *text;

	setup();
	slo = fixture_slo(arena, "", "api", "up");
	fixture_add(&fixture, slo, 0)->group = FIXTURE_LABELS(arena, "a.b", "x");
	fixture_add(&fixture, slo, 10)->group = FIXTURE_LABELS(arena, "a:b", "x");
	fixture_add(&fixture, slo, 20)->group = FIXTURE_LABELS(arena, "a:b", "y");
	text = write_page(EXPOSITION_TEXT);
	ck_assert_uint_eq(count(text, "\nwick_slo_objective_ratio{a_b=\"x\",service=\"api\",slo=\"up\"}"), 1);
	ck_assert_uint_eq(count(text, "\nwick_slo_objective_ratio{"), 2);
	ck_assert_ptr_nonnull(strstr(text, "\nwick_exposition_conflicts 1\n"));
	teardown();
}
END_TEST

/* Every line is a comment or a sample: nothing that stands in a value begins a line of its own. */
static void check_lines(const char *text)
{
	for (const char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		ck_assert_ptr_nonnull(end);
		ck_assert_msg(strncmp(line, "# ", 2) == 0 || strncmp(line, "wick_", 5) == 0 ||
				      strncmp(line, "process_", 8) == 0,
			      "'%.*s'", (int)(end - line), line);
	}
}

START_TEST(hostile_label_values_come_out_inert)
{
	struct arena *arena = &fixture.arena;
	struct slo slo;
	char *big = xmalloc(10241);
	const char *text;

	setup();
	memset(big, '"', 10240);
	big[10240] = '\0';
	slo = fixture_slo(arena, "", "a\"} 1\nevil 2\n", "back\\slash\\");
	slo.labels = FIXTURE_LABELS(arena, "bad", "\xFF\xC0\x80z", "big", big, "smile", "\xF0\x9F\x98\x80\r");
	slo.labels.at[0].value.len = 4;
	fixture_add(&fixture, slo, 0);
	slo.labels = (struct labels){0};
	slo.name = (struct str){"n\0l", 3};
	fixture_add(&fixture, slo, 0);
	text = write_page(EXPOSITION_OPENMETRICS);
	ck_assert_uint_eq(strlen(text), page.len);
	check_lines(text);
	ck_assert_ptr_nonnull(strstr(text, "{bad=\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\",big=\"\\\"\\\"\\\""));
	ck_assert_ptr_nonnull(strstr(
		text, ",service=\"a\\\"} 1\\nevil 2\\n\",slo=\"back\\\\slash\\\\\",smile=\"\xF0\x9F\x98\x80\r\"}"));
	ck_assert_ptr_nonnull(strstr(text, ",slo=\"n\xEF\xBF\xBDl\"}"));
	ck_assert(str_utf8(buf_view(&page)));
	free(big);
	teardown();
}
END_TEST

START_TEST(the_same_broken_file_is_named_once)
{
	const char *text;

	setup();
	fixture.broken[1] = fixture.broken[0];
	fixture.health.files_broken = 2;
	text = write_page(EXPOSITION_TEXT);
	ck_assert_uint_eq(count(text, "\nwick_definition_file_broken{file=\"slo/broken \\\"one\\\".yaml\"} 1\n"), 1);
	teardown();
}
END_TEST

START_TEST(a_page_that_does_not_fit_is_refused_and_not_cut)
{
	struct buf small;

	setup();
	add_golden_slos();
	fixture.health.sources_len = 2;
	buf_init(&small, 4096);
	ck_assert(!exposition_write(&small, &fixture.results, &fixture.health, NULL, EXPOSITION_TEXT));
	buf_release(&small);
	teardown();
}
END_TEST

START_TEST(raw_numbers_stand_beside_corrected_ones_and_only_where_there_are_some)
{
	const char *text;

	setup();
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a", "plain"), 1000);
	fixture_correct(&fixture, fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a", "b"), 1000));
	text = write_page(EXPOSITION_TEXT);
	ck_assert_ptr_nonnull(strstr(text, "wick_slo_raw_sli_ratio{service=\"a\",slo=\"b\",window=\"30d\"} 0.999\n"));
	ck_assert_ptr_nonnull(strstr(
		text, "wick_slo_raw_error_budget_remaining_ratio{service=\"a\",slo=\"b\",window=\"30d\"} 0.8\n"));
	ck_assert_ptr_nonnull(strstr(text, "wick_slo_error_budget_remaining_ratio{service=\"a\",slo=\"b\"} 0.9\n"));
	ck_assert_ptr_nonnull(strstr(text, "wick_slo_excluded_seconds{service=\"a\",slo=\"b\",window=\"30d\"} 1800\n"));
	ck_assert_ptr_nonnull(
		strstr(text, "wick_slo_adjusted_bad_events{service=\"a\",slo=\"b\",window=\"30d\"} -500\n"));
	ck_assert_ptr_nonnull(strstr(text, "wick_slo_excluded{service=\"a\",slo=\"b\"} 1\n"));
	ck_assert_uint_eq(count(text, "wick_slo_excluded{"), 1);
	ck_assert_uint_eq(count(text, "wick_slo_raw_sli_ratio{"), 1);
	teardown();
}
END_TEST

UNIT_MAIN("exporters/exposition", raw_numbers_stand_beside_corrected_ones_and_only_where_there_are_some,
	  pages_are_the_golden_ones_byte_for_byte, the_reference_page_shows_every_family_of_the_tables,
	  prometheus_own_linter_accepts_the_text_page, before_the_first_results_a_page_still_speaks_of_the_daemon,
	  numbers_that_are_not_known_are_absent_and_so_is_a_family_without_any,
	  burn_windows_as_long_as_the_slo_window_do_not_come_twice, only_alerts_that_are_pending_or_firing_have_series,
	  the_last_closed_period_has_series_and_the_one_before_has_none,
	  a_name_that_is_taken_is_exported_under_another_one, a_group_by_the_name_of_alerts_stays_apart_from_it,
	  a_namespace_of_a_group_is_not_that_of_the_slo, results_with_equal_labels_come_out_once_and_are_counted,
	  hostile_label_values_come_out_inert, the_same_broken_file_is_named_once,
	  a_page_that_does_not_fit_is_refused_and_not_cut)
