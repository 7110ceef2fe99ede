/* The calendar, and the closed periods of an SLO's page: what is known in part is not called good. */
#include "base/limits.h"
#include "exporters/pages/pages.h"
#include "tests/unit/results_fixture.h"
#include "unit.h"

#include <stdio.h>

static struct fixture fixture;
static struct page_query query;
static struct page_source source;
static struct buf out;

static void begin(void)
{
	fixture_init(&fixture);
	buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES);
	query.len = 0;
	source = (struct page_source){.results = &fixture.results, .health = &fixture.health, .query = &query};
}

static void end(void)
{
	buf_release(&out);
	fixture_release(&fixture);
}

/* October, of which `known` steps have data, none of them with a bad event. */
static struct slo_result *give_october(double known)
{
	static struct slo_window windows[] = {{.calendar = true, .span = {31 * SPAN_DAY}, .name = STR_INIT("month")},
					      {.calendar = true, .span = {7 * SPAN_DAY}, .name = STR_INIT("week")}};
	static struct period_record october;
	static const struct period_record *periods[] = {&october};
	struct slo slo = fixture_slo(&fixture.arena, "", "shop", "checkout");
	struct slo_result *result;

	october = (struct period_record){.window = STR("month"),
					 .name = STR("2023-10"),
					 .begin = {1696118400000},
					 .end = {1698796800000},
					 .objective = 0.995,
					 .counts = {0, 20 * known, known, 0},
					 .steps = 44640,
					 .counted = {0, 20 * known, known, 0},
					 .counted_steps = 44640,
					 .closed_at = {1698800400000}};
	slo.windows = windows;
	slo.windows_len = COUNT_OF(windows);
	result = fixture_add(&fixture, slo, 4000);
	result->periods = periods;
	result->periods_len = 1;
	return result;
}

static void write_calendar(void)
{
	buf_clear(&out);
	ck_assert(calendar_page_write(&out, &source));
}

static void write_slo(void)
{
	buf_clear(&out);
	ck_assert(slo_page_write(&out, &source, STR("shop/checkout")));
}

START_TEST(a_period_that_is_known_is_met_in_green)
{
	give_october(44640);
	write_calendar();
	ck_assert_ptr_nonnull(strstr(out.at, "<span class=\"good\">met, 0.0%</span></td>"));
	write_slo();
	ck_assert_ptr_nonnull(strstr(out.at, "<td class=\"good\">met</td>"));
}
END_TEST

START_TEST(a_period_of_which_little_is_known_is_not_green_and_says_how_little)
{
	static const struct {
		double known;
		const char *text;
	} cases[] = {{40, "under 0.1%"}, {4464, "10.0%"}, {44000, "98.5%"}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char wanted[120];

		fixture.results.len = 0;
		give_october(cases[i].known);
		write_calendar();
		snprintf(
			wanted, sizeof(wanted),
			"<span class=\"warn\">met, of what is known, 0.0%%</span><br><span class=\"soft\">known: %s</span>",
			cases[i].text);
		ck_assert_msg(strstr(out.at, wanted) != NULL, "there is no %s in %s", wanted, out.at);
		write_slo();
		ck_assert_ptr_nonnull(strstr(out.at, "<td class=\"warn\">met, of what is known</td>"));
		snprintf(wanted, sizeof(wanted), "<td class=\"num\">%s</td>", cases[i].text);
		ck_assert_ptr_nonnull(strstr(out.at, wanted));
	}
}
END_TEST

START_TEST(another_window_keeps_the_filters_and_drops_the_place)
{
	give_october(44640);
	query.at[query.len++] = (struct page_parameter){STR("team"), STR("core & co")};
	query.at[query.len++] = (struct page_parameter){STR("before"), STR("2023-11")};
	query.at[query.len++] = (struct page_parameter){STR("page"), STR("2")};
	fixture.slos[0].labels = FIXTURE_LABELS(&fixture.arena, "team", "core & co");
	write_calendar();
	ck_assert_msg(strstr(out.at, "<a href=\"?team=core%20%26%20co&amp;window=week\"") != NULL, "%s", out.at);
}
END_TEST

UNIT_MAIN_IN("exporters/calendar", begin, end, a_period_that_is_known_is_met_in_green,
	     a_period_of_which_little_is_known_is_not_green_and_says_how_little,
	     another_window_keeps_the_filters_and_drops_the_place)
