/* A backtest as an HTML file: what an author wrote comes out inert, and what is not known is no line. */
#include "exporters/backtest.h"
#include "exporters/backtest_page.h"
#include "format/json_write.h"
#include "tests/unit/alerting_fixture.h"
#include "tests/unit/unit.h"

#include <math.h>

enum { STEP = SPAN_HOUR };

static struct buf out;

static void begin(void) { buf_init(&out, 1 << 20); }
static void end(void) { buf_release(&out); }

static size_t times(const char *text)
{
	size_t n = 0;

	for (const char *at = out.at; (at = strstr(at, text)); at += strlen(text))
		n++;
	return n;
}

START_TEST(hostile_names_come_out_inert_and_gaps_are_no_line)
{
	struct tier tier = {.name = STR("<b>\"'&"), .severity = STR("<i>"), .kind = TIER_BURN};
	struct backtest_alert alert = {
		.tier = &tier, .active_at = {2 * STEP}, .fired_at = {2 * STEP}, .left = -0.5, .spent = NAN};
	struct backtest_point curve[] = {{{STEP}, 1}, {{2 * STEP}, -0.5}, {{3 * STEP}, NAN}, {{4 * STEP}, 0.25}};
	struct label team = {STR("team"), STR("</h2><script>")};
	struct slo slo = {.id = STR("a<script>/b"),
			  .objective = 0.99,
			  .objective_text = STR("99%"),
			  .window = {SPAN_DAY},
			  .windows = fixture_windows((struct span){SPAN_DAY}),
			  .windows_len = 1};
	struct backtest backtest = {.slo = &slo,
				    .group = {&team, 1},
				    .from = {0},
				    .to = {4 * STEP},
				    .alerts = &alert,
				    .len = 1,
				    .curve = curve,
				    .curve_len = COUNT_OF(curve),
				    .least = -0.5,
				    .known = 0.75};

	backtest_page_begin(&out);
	backtest_page_write(&out, &backtest, STR("<u>"));
	ck_assert(backtest_page_end(&out));
	ck_assert_uint_eq(times("<script"), 0);
	ck_assert_uint_eq(times("<b>"), 0);
	ck_assert_uint_eq(times("<u>"), 0);
	ck_assert_uint_eq(times("&lt;b&gt;&quot;&#39;&amp;"), 2); /* in the drawing and in the table */
	/* 160 units for 150 %: all of it at 8, nothing left at 114.7, the worst at 168; the line begins anew behind the
	 * gap. */
	ck_assert_msg(times("d=\"M273.0 8.0L482.0 168.0M900.0 88.0\"") == 1, "%s", out.at);
	ck_assert_uint_eq(times("<rect class=\"other\" x=\"482.0\" y=\"8\" width=\"418.0\""), 1);
	ck_assert_uint_eq(times(" so far</td><td>-</td><td>-50.0 %</td>"), 1);
	ck_assert_uint_eq(times(">-50 %</text>"), 1);
}
END_TEST

START_TEST(where_nothing_is_known_nothing_is_drawn)
{
	struct slo slo = {.id = STR("a/b"),
			  .objective = 0.99,
			  .objective_text = STR("99%"),
			  .window = {SPAN_DAY},
			  .windows = fixture_windows((struct span){SPAN_DAY}),
			  .windows_len = 1};
	struct backtest backtest = {.slo = &slo, .to = {STEP}, .least = NAN, .known = 0};

	backtest_page_write(&out, &backtest, STR(""));
	ck_assert_uint_eq(times("<svg"), 0);
	ck_assert_uint_eq(times("0.0 % of the time is known"), 1);
	ck_assert_uint_eq(times("No alert would have fired."), 1);
}
END_TEST

/* It counts from the beginning of what was played, and is nothing that happened in it. */
START_TEST(what_fired_before_has_no_date_and_is_not_counted)
{
	struct tier tiers[] = {{.name = STR("quick"), .severity = STR("page"), .kind = TIER_BURN},
			       {.name = STR("slow"), .severity = STR("page"), .kind = TIER_BURN}};
	struct alerting alerting = {.tiers = tiers, .len = COUNT_OF(tiers)};
	struct backtest_alert alerts[] = {
		{&tiers[0], true, {STEP / 2}, {STEP / 2}, {3 * STEP}, NAN, 20, NAN, NAN},
		{&tiers[1], true, {STEP / 2}, {STEP / 2}, {2 * STEP}, NAN, 20, NAN, NAN},
		{&tiers[0], false, {6 * STEP}, {6 * STEP}, {7 * STEP}, 20, 20, 0.1, 0.5},
	};
	struct slo slo = {.id = STR("a/b"),
			  .objective = 0.99,
			  .objective_text = STR("99%"),
			  .window = {SPAN_DAY},
			  .windows = fixture_windows((struct span){SPAN_DAY}),
			  .windows_len = 1,
			  .alerting = &alerting};
	struct backtest backtest = {
		.slo = &slo, .from = {STEP}, .to = {9 * STEP}, .alerts = alerts, .len = 3, .least = 0.5, .known = 1};
	struct table_style style = {.ascii = true};
	struct json_writer json;

	ck_assert(backtest_write(&out, &backtest, &style));
	ck_assert_msg(times("  quick            page      already firing        2h ") == 1, "%s", out.at);
	buf_clear(&out);
	ck_assert(backtest_write_comparison(&out, &backtest, &backtest));
	ck_assert_msg(times("already firing, then 1, 1h") == 2 && times("already firing, then 0") == 2, "%s", out.at);
	buf_clear(&out);
	json_begin(&json, &out, false);
	backtest_json(&json, &backtest);
	ck_assert_msg(times("\"already_firing\":true,\"active_at\":null,\"fired_at\":null,") == 2, "%s", out.at);
	ck_assert_uint_eq(times("\"already_firing\":false,\"active_at\":\"1970-"), 1);
	buf_clear(&out);
	backtest_page_write(&out, &backtest, STR(""));
	ck_assert_uint_eq(times("</td><td>already firing</td><td>2h"), 1);
	ck_assert_uint_eq(times(", already firing</title>"), 2);
}
END_TEST

UNIT_MAIN_IN("exporters/backtest_page", begin, end, hostile_names_come_out_inert_and_gaps_are_no_line,
	     where_nothing_is_known_nothing_is_drawn, what_fired_before_has_no_date_and_is_not_counted)
