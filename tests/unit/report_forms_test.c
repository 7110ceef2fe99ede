/* A period's report in all its forms: golden files, numbers that are what the report says, and texts from outside that
 * come out inert. WICK_UPDATE_GOLDEN=1 writes the golden files anew, to be read before they are committed. */
#include "tests/unit/golden.h"
#include "tests/unit/period_report_fixture.h"
#include "tests/unit/unit.h"

#include "exporters/reports/period_report.h"
#include "format/json_tree.h"

#include <stdio.h>

static struct period_fixture fixture;
static struct buf out;

static void begin(void)
{
	period_fixture_init(&fixture);
	buf_init(&out, LIMIT_OUTPUT_BYTES);
}

static void end(void)
{
	buf_release(&out);
	period_fixture_release(&fixture);
}

static const char *write_report(enum period_format format)
{
	buf_clear(&out);
	ck_assert(period_report_write(&out, &fixture.report, format));
	return out.at;
}

/* Styles are the pages' own: they may change without a golden file of this one. */
static void leave_out_style(void)
{
	char *from = strstr(out.at, "<style>\n"), *to = strstr(out.at, "</style>");

	ck_assert(from && to && to - from > 1000);
	from += strlen("<style>\n");
	memmove(from, to, (size_t)(out.at + out.len - to) + 1);
	out.len -= (size_t)(to - from);
}

START_TEST(reports_are_the_golden_ones_byte_for_byte)
{
	for (int i = 0; i < PERIOD_FORMATS; i++) {
		char path[64];

		snprintf(path, sizeof(path), "tests/data/golden/period_report.%s", period_format_ends[i]);
		write_report((enum period_format)i);
		if (i == PERIOD_HTML)
			leave_out_style();
		golden_check(path, buf_view(&out));
	}
}
END_TEST

/* What is spent, what is not known, what is left. */
START_TEST(the_worst_comes_first)
{
	ck_assert(str_is(fixture.report.services[0].id, "shop"));
	ck_assert(str_is(fixture.report.services[0].slos[0].slo->name, "checkout"));
	ck_assert(str_is(fixture.report.services[0].slos[1].slo->name, "stock"));
	ck_assert(str_is(fixture.report.services[0].slos[2].slo->name, "search"));
	ck_assert_ptr_eq(fixture.report.sum.worst, &fixture.report.services[0].slos[0]);
}
END_TEST

static double number(const struct json_tree *object, const char *key)
{
	double value = (double)NAN;

	json_tree_number(json_tree_get(object, key), &value);
	return value;
}

START_TEST(json_has_the_numbers_and_null_for_what_is_not_known)
{
	struct err err = {0};
	struct json_tree *document;
	const struct json_tree *sum, *shop, *checkout, *stock, *delivery;

	write_report(PERIOD_JSON);
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	sum = json_tree_get(document, "summary");
	ck_assert(number(sum, "budgets") == 4 && number(sum, "missed") == 1 && number(sum, "unknown") == 1);
	ck_assert(number(sum, "met") == 2 && number(sum, "incidents") == 2 && number(sum, "incidents_open") == 1);
	ck_assert(number(sum, "incident_seconds") == 9000);
	shop = json_tree_at(json_tree_get(document, "services"), 0);
	checkout = json_tree_at(json_tree_get(shop, "slos"), 0);
	stock = json_tree_at(json_tree_get(shop, "slos"), 1);
	ck_assert(number(checkout, "bad") == 6400 && number(checkout, "total") == 1000000);
	ck_assert(fabs(number(checkout, "budget_consumed") - 1.28) < 1e-12);
	ck_assert(fabs(number(checkout, "budget") - 5000) < 1e-6);
	ck_assert(number(json_tree_get(checkout, "raw"), "bad") == 7000);
	ck_assert(fabs(number(json_tree_get(checkout, "before"), "budget_consumed") - 0.25) < 1e-12);
	ck_assert(json_tree_is_false(json_tree_get(checkout, "met")));
	for (size_t i = 0; i < 4; i++)
		ck_assert(isnan(number(stock, (const char *const[]){"sli", "bad", "budget_consumed", "budget"}[i])));
	ck_assert(!json_tree_is_true(json_tree_get(stock, "met")) && !json_tree_is_false(json_tree_get(stock, "met")));
	ck_assert(json_tree_text(json_tree_get(stock, "incidents_from")).at == NULL);
	/* of the deployments in October three come after the first; which is known of both months */
	delivery = json_tree_at(json_tree_get(shop, "deliveries"), 1);
	ck_assert(number(json_tree_get(delivery, "now"), "deployments") ==
		  (double)fixture.deliveries[1].now.deployments);
	ck_assert(number(json_tree_get(delivery, "before"), "deployments") == 0);
	delivery = json_tree_at(json_tree_get(shop, "deliveries"), 0);
	ck_assert(isnan(number(json_tree_get(delivery, "now"), "deployments")));
	json_tree_free(document);
}
END_TEST

/* Of half a month that is known, with no event bad: nobody knows of the rest. */
START_TEST(what_met_its_objective_in_a_part_of_the_period_is_counted_apart_and_not_called_good)
{
	for (size_t i = 0; i < 3; i++)
		if (str_is(fixture.shop[i].slo->name, "search"))
			fixture.shop[i].now.record = period_fixture_record(0, 22320, OCTOBER_STEPS, 22320);
	report_sum_up(&fixture.report);
	ck_assert_uint_eq(fixture.report.sum.met, 1);
	ck_assert_uint_eq(fixture.report.sum.met_of_known, 1);
	ck_assert_ptr_nonnull(
		strstr(write_report(PERIOD_MARKDOWN),
		       "1 met the objective, 1 met it in the part of the period that is known, 1 missed"));
	ck_assert_ptr_nonnull(strstr(write_report(PERIOD_HTML), "<td class=\"\">yes, of what is known</td>"));
	ck_assert_ptr_null(strstr(out.at, "good\">yes, of"));
}
END_TEST

/* Two hours of September, nine minutes of October when it was closed, and nothing bad in any of them. */
START_TEST(numbers_of_a_part_of_a_period_say_of_which_part)
{
	ck_assert_ptr_nonnull(strstr(write_report(PERIOD_MARKDOWN), "| 100.0%, of 0.2% known |"));
	ck_assert_ptr_nonnull(strstr(
		out.at, "the record of the closed period knows under 0.1% of it, and stays as it is: SLI 100.000%, "
			"objective 99.5% met: yes, of what is known, budget left 100.0%. The source knows more"));
	ck_assert_ptr_nonnull(strstr(write_report(PERIOD_HTML), "<td class=\"num\">100.0%, of 0.2% known</td>"));
}
END_TEST

START_TEST(the_cost_of_an_incident_that_is_known_in_part_is_at_least_that)
{
	struct err err = {0};
	struct json_tree *document;
	const struct json_tree *slo;

	fixture.incidents[0].partial = true;
	ck_assert_ptr_nonnull(strstr(write_report(PERIOD_MARKDOWN), "| at least about 120.0%"));
	ck_assert_ptr_nonnull(strstr(write_report(PERIOD_HTML), ">at least about 120.0%"));
	write_report(PERIOD_JSON);
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	slo = json_tree_at(json_tree_get(json_tree_at(json_tree_get(document, "services"), 0), "slos"), 0);
	ck_assert(json_tree_is_true(json_tree_get(json_tree_at(json_tree_get(slo, "incidents"), 0), "partial")));
	ck_assert(json_tree_is_false(json_tree_get(json_tree_at(json_tree_get(slo, "incidents"), 1), "partial")));
	json_tree_free(document);
}
END_TEST

static size_t count(const char *text, char c)
{
	size_t found = 0;

	for (; *text; text++)
		found += *text == c;
	return found;
}

/* Outside of quotes: fields and lines. */
START_TEST(each_line_of_csv_has_as_many_fields_as_its_head)
{
	const char *text;
	size_t fields = 0, wanted = 0, lines = 0;
	bool quoted = false;

	fixture.services[0].name = STR("a,\"b\"\n<script>,c");
	for (text = write_report(PERIOD_CSV); *text; text++) {
		quoted ^= *text == '"';
		fields += !quoted && *text == ',';
		if (quoted || *text != '\n')
			continue;
		wanted = wanted ? wanted : fields;
		ck_assert_uint_eq(fields, wanted);
		fields = 0;
		lines++;
	}
	ck_assert_uint_eq(lines, 1 + 4 + 2);
	ck_assert_uint_gt(wanted, 30);
}
END_TEST

START_TEST(no_text_of_csv_is_a_formula)
{
	fixture.services[0].name = STR("=1+1");
	fixture.services[1].name = STR("@\"x\"");
	fixture.deliveries[0].environment = STR("-a+b");
	write_report(PERIOD_CSV);
	ck_assert_ptr_nonnull(strstr(out.at, ",\"'=1+1\","));
	ck_assert_ptr_nonnull(strstr(out.at, ",\"'@\"\"x\"\"\","));
	ck_assert_ptr_nonnull(strstr(out.at, ",\"'-a+b\","));
}
END_TEST

START_TEST(hostile_names_come_out_inert)
{
	static char long_name[10240];
	static const char hostile[] =
		"</style></title><script>alert(1)</script>\"'`|&\n# x\xE2\x80\xAE\x1b[2J![a](http://x)";
	static char both[sizeof(long_name) + sizeof(hostile)];
	struct err err = {0};
	struct json_tree *document;

	memset(long_name, 'x', sizeof(long_name) - 1);
	snprintf(both, sizeof(both), "%s%s", hostile, long_name);
	fixture.slos[0].name = fixture.slos[2].name = str_of(both);
	fixture.services[0].id = fixture.services[0].name = str_of(hostile);
	fixture.shop[0].now.reason = fixture.shop[1].now.reason = fixture.shop[2].now.reason = str_of(hostile);
	fixture.group.value = str_of(hostile);
	fixture.incidents[0].tiers = str_of(hostile);
	fixture.corrections[0].reason = fixture.corrections[1].author = str_of(hostile);
	fixture.change.now.reason = str_of(hostile);
	fixture.services[0].narrative = str_of(hostile);
	fixture.deliveries[0].reason = str_of(hostile);
	fixture.report.narrator = str_of(hostile);
	write_report(PERIOD_HTML);
	ck_assert_msg(!strstr(out.at, "<script"), "%.200s", strstr(out.at, "<script") - 100);
	ck_assert_ptr_null(strstr(out.at, "\x1b"));
	ck_assert_ptr_null(strstr(out.at, "\xE2\x80\xAE"));
	ck_assert_ptr_eq(strstr(strstr(out.at, "</style>") + 1, "</style>"), NULL);
	write_report(PERIOD_MARKDOWN);
	for (const char *at = out.at; (at = strstr(at, "<script")); at++)
		ck_assert(at[-1] == '\\');
	ck_assert_ptr_null(strstr(out.at, "![a]"));
	ck_assert_ptr_null(strstr(out.at, "\n# x"));
	ck_assert_ptr_null(strstr(out.at, "\x1b"));
	ck_assert_ptr_null(strstr(out.at, "\xE2\x80\xAE"));
	write_report(PERIOD_JSON);
	document = json_tree_read(buf_view(&out), &err);
	ck_assert_msg(document != NULL, "%s", err.text);
	ck_assert_ptr_null(strstr(out.at, "\x1b"));
	json_tree_free(document);
	ck_assert_uint_eq(count(write_report(PERIOD_CSV), '\n'), 1 + 4 + 2);
	ck_assert_ptr_null(strstr(out.at, "\x1b"));
	ck_assert_ptr_null(strstr(out.at, "\xE2\x80\xAE"));
}
END_TEST

START_TEST(the_page_needs_nothing_from_elsewhere)
{
	write_report(PERIOD_HTML);
	ck_assert_ptr_null(strstr(out.at, "http:"));
	ck_assert_ptr_null(strstr(out.at, "https:"));
	ck_assert_ptr_null(strstr(out.at, "src="));
	ck_assert_ptr_null(strstr(out.at, "url("));
	ck_assert_ptr_null(strstr(out.at, "<link"));
	ck_assert_ptr_null(strstr(out.at, "<script"));
}
END_TEST

START_TEST(a_report_of_nothing_says_so)
{
	fixture.report.len = 0;
	fixture.report.changes_len = 0;
	report_sum_up(&fixture.report);
	ck_assert_ptr_nonnull(strstr(write_report(PERIOD_MARKDOWN), "There is no error budget."));
	ck_assert_ptr_null(strstr(out.at, "incident (alerts"));
	for (int i = 0; i < PERIOD_FORMATS; i++)
		write_report((enum period_format)i);
}
END_TEST

UNIT_MAIN_IN("report/forms", begin, end, reports_are_the_golden_ones_byte_for_byte, the_worst_comes_first,
	     json_has_the_numbers_and_null_for_what_is_not_known, each_line_of_csv_has_as_many_fields_as_its_head,
	     no_text_of_csv_is_a_formula, hostile_names_come_out_inert, the_page_needs_nothing_from_elsewhere,
	     a_report_of_nothing_says_so, the_cost_of_an_incident_that_is_known_in_part_is_at_least_that,
	     what_met_its_objective_in_a_part_of_the_period_is_counted_apart_and_not_called_good,
	     numbers_of_a_part_of_a_period_say_of_which_part)
