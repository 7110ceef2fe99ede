/* Charts: what is drawn and told of numbers worked out by hand, what is not known is no line and no bar, and what
 * someone wrote comes out inert. */
#include "base/limits.h"
#include "exporters/pages/assets.h"
#include "exporters/pages/chart.h"
#include "tests/unit/golden.h"
#include "tests/unit/unit.h"

#include <math.h>

#define NONE ((double)NAN)

static struct buf out;

static void begin(void) { buf_init(&out, LIMIT_HTTP_RESPONSE_BYTES); }
static void end(void) { buf_release(&out); }

static size_t times(const char *text)
{
	size_t n = 0;

	for (const char *at = out.at; (at = strstr(at, text)); at += strlen(text))
		n++;
	return n;
}

/* Four hours from 2023-11-14T20:00Z on. */
static const struct instant hours[] = {
	{1699992000000}, {1699995600000}, {1699999200000}, {1700002800000}, {1700006400000}};
static const double left[] = {1, 0.5, NONE, -0.5, NONE};
static const double ideal[] = {1, 0.75, 0.5, 0.25, 0};
static const double bad[] = {NONE, 3, NONE, 1000, 0};

static struct chart whole(struct chart_series *series)
{
	static const struct chart_band bands[] = {
		{{1699995600000}, {1699999200000}, STR_INIT("<script>alert(1)</script>"), TONE_BAD},
		{{1}, {2}, STR_INIT("long ago"), TONE_BAD}};
	static const struct chart_event events[] = {{{1700002800000}, STR_INIT("\"'&</title><script>"), TONE_OTHER},
						    {{1700106400000}, STR_INIT("to come"), TONE_OTHER}};

	series[0] = (struct chart_series){STR("Left <b>"), CHART_LINE, TONE_PLAIN, CHART_PERCENT, left};
	series[1] = (struct chart_series){STR("Even pace"), CHART_DASHED, TONE_SOFT, CHART_PERCENT, ideal};
	series[2] = (struct chart_series){STR("Bad events"), CHART_TOLD, TONE_BAD, CHART_NUMBER, bad};
	return (struct chart){.id = "burn-down",
			      .title = STR("Budget left </strong><i>"),
			      .summary = STR("It is spent: \xd7\x90\xe2\x80\xae\n\x01."),
			      .axis = STR("Until"),
			      .from = hours[0],
			      .to = hours[4],
			      .at = hours,
			      .len = COUNT_OF(hours),
			      .series = series,
			      .series_len = 3,
			      .unit = CHART_PERCENT,
			      .low = 0,
			      .high = 1,
			      .bands = bands,
			      .bands_len = COUNT_OF(bands),
			      .events = events,
			      .events_len = COUNT_OF(events)};
}

START_TEST(a_line_is_drawn_to_scale_and_broken_where_nothing_is_known)
{
	struct chart_series series[3];
	struct chart chart = whole(series);

	chart_write(&out, &chart);
	/* 576 units for four hours from 64 on, 150 units for 150 % from 10 on: 100 % at 10, 50 % at 60, -50 % at 160.
	 * The last known point has no neighbour: a dot. */
	ck_assert_msg(times("class=\"line plain\" d=\"M64.0 10.0L208.0 60.0\"") == 1, "%s", out.at);
	ck_assert_uint_eq(times("class=\"dots plain\" d=\"M496.0 160.0h.1\""), 1);
	ck_assert_uint_eq(times("class=\"dashed soft\" d=\"M64.0 10.0L208.0 35.0L352.0 60.0L496.0 85.0L640.0 110.0\""),
			  1);
	/* the band is an hour wide; what lies outside is not drawn */
	ck_assert_uint_eq(times("<rect class=\"band bad\" x=\"208.0\" y=\"10\" width=\"144.0\" height=\"150\">"), 1);
	ck_assert_uint_eq(times("<rect"), 1);
	ck_assert_uint_eq(times("class=\"event"), 1);
	ck_assert_uint_eq(times("long ago"), 0);
	ck_assert_uint_eq(times("to come"), 0);
	ck_assert_uint_eq(times(">-50%</text>"), 1);
	ck_assert_uint_eq(times(">22:00</text>"), 1);
	/* the table has every point, and a dash for what is not known */
	ck_assert_uint_eq(times("<tr><th scope=\"row\">"), 5);
	ck_assert_uint_eq(times("<td class=\"num\">-50.0%</td><td class=\"num\">25.0%</td><td class=\"num\">1000</td>"),
			  1);
	ck_assert_uint_eq(times("<td class=\"num\">-</td><td class=\"num\">50.0%</td><td class=\"num\">-</td>"), 1);
}
END_TEST

START_TEST(what_someone_wrote_comes_out_inert)
{
	struct chart_series series[3];
	struct chart chart = whole(series);

	chart_write(&out, &chart);
	ck_assert_uint_eq(times("<script"), 0);
	ck_assert_uint_eq(times("<b>"), 0);
	ck_assert_uint_eq(times("<i>"), 0);
	ck_assert_uint_eq(times("style="), 0);
	ck_assert_uint_eq(times("\xe2\x80\xae"), 0);
	ck_assert_uint_eq(times("&lt;script&gt;alert(1)&lt;/script&gt;"), 1);
	ck_assert_uint_eq(times("&quot;&#39;&amp;&lt;/title&gt;&lt;script&gt;"), 1);
	golden_check("tests/data/pages/chart.html", buf_view(&out));
}
END_TEST

START_TEST(bars_stand_on_zero_and_something_is_never_nothing)
{
	struct chart_series series = {STR("Bad"), CHART_BARS, TONE_BAD, CHART_NUMBER, bad};
	struct chart chart = {.id = "events",
			      .title = STR("Bad events"),
			      .axis = STR("Until"),
			      .from = hours[0],
			      .to = hours[4],
			      .at = hours,
			      .len = COUNT_OF(hours),
			      .series = &series,
			      .series_len = 1,
			      .unit = CHART_NUMBER,
			      .low = NONE,
			      .high = NONE};

	chart_write(&out, &chart);
	/* 3 of 1000 would be less than a unit high; 0 and what is not known have no bar */
	ck_assert_msg(times("d=\"M64.0 160.0h143.4v-1.0h-143.4zM352.0 160.0h143.4v-150.0h-143.4z\"") == 1, "%s",
		      out.at);
	ck_assert_uint_eq(times("class=\"legend\""), 0); /* the title says it */
}
END_TEST

START_TEST(names_stand_side_by_side)
{
	static const struct str months[] = {STR_INIT("2026-09"), STR_INIT("<u>"), STR_INIT("\xd7\x90")};
	static const double slis[] = {0.99, NONE, 0.5};
	struct chart_series series = {STR("SLI"), CHART_BARS, TONE_GOOD, CHART_PERCENT, slis};
	struct chart chart = {.id = "months",
			      .title = STR("Months"),
			      .summary = STR("s"),
			      .axis = STR("Month"),
			      .names = months,
			      .len = 3,
			      .series = &series,
			      .series_len = 1,
			      .unit = CHART_PERCENT,
			      .low = 0,
			      .high = 1,
			      .open = true};

	chart_write(&out, &chart);
	/* a third of 576 units is 192; a bar has 70 % of it */
	ck_assert_msg(times("d=\"M92.8 160.0h133.8v-148.5h-133.8zM476.8 160.0h133.8v-75.0h-133.8z\"") == 1, "%s",
		      out.at);
	ck_assert_uint_eq(times("<details open>"), 1);
	ck_assert_uint_eq(times("<u>"), 0);
}
END_TEST

START_TEST(where_nothing_is_known_nothing_is_drawn)
{
	static const double none[] = {NONE, NONE, NONE, NONE, NONE};
	struct chart_series series[] = {{STR("a"), CHART_LINE, TONE_PLAIN, CHART_RATE, none},
					{STR("b"), CHART_DASHED, TONE_SOFT, CHART_RATE, ideal}};
	struct chart chart = {.id = "c",
			      .title = STR("t"),
			      .summary = STR("all is well"),
			      .axis = STR("x"),
			      .at = hours,
			      .len = COUNT_OF(hours),
			      .series = series,
			      .series_len = 2,
			      .unit = CHART_RATE,
			      .low = NONE,
			      .high = NONE};

	chart_write(&out, &chart);
	ck_assert_uint_eq(times("<svg"), 0);
	ck_assert_uint_eq(times("<table"), 0);
	ck_assert_uint_eq(times("all is well"), 0);
	ck_assert_uint_eq(times("Nothing is known"), 1);
}
END_TEST

static const struct {
	enum chart_unit unit;
	double value;
	const char *text;
} numbers[] = {
	{CHART_PERCENT, 0.99999, "99.9%"},
	{CHART_PERCENT, -12.5, "-1250.0%"},
	{CHART_NUMBER, 42222530, "42222530"},
	{CHART_NUMBER, 0.25, "0.25"},
	{CHART_NUMBER, 0, "0"},
	{CHART_RATE, 14.4, "14.40"},
	{CHART_SECONDS, 7500, "2h 5m"},
	{CHART_RATE, NONE, "-"},
	{CHART_SECONDS, NONE, "-"},
};

START_TEST(numbers_are_written_in_their_unit)
{
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		buf_clear(&out);
		chart_number_write(&out, numbers[i].unit, numbers[i].value);
		ck_assert_str_eq(out.at, numbers[i].text);
	}
}
END_TEST

START_TEST(the_style_asks_for_nothing_from_elsewhere)
{
	struct str style = page_asset("chart.css");

	buf_str(&out, style);
	ck_assert_uint_gt(style.len, 500);
	ck_assert_uint_eq(times("url("), 0);
	ck_assert_uint_eq(times("@import"), 0);
	ck_assert_uint_eq(times("</"), 0); /* so that it can stand within <style> */
	for (size_t i = 0; i < CHART_TONES; i++)
		ck_assert_msg(strstr(out.at, chart_tone_classes[i]) != NULL, "%s", chart_tone_classes[i]);
}
END_TEST

UNIT_MAIN_IN("exporters/chart", begin, end, a_line_is_drawn_to_scale_and_broken_where_nothing_is_known,
	     what_someone_wrote_comes_out_inert, bars_stand_on_zero_and_something_is_never_nothing,
	     names_stand_side_by_side, where_nothing_is_known_nothing_is_drawn, numbers_are_written_in_their_unit,
	     the_style_asks_for_nothing_from_elsewhere)
