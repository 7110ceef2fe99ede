/* The table for terminals: order, alignment, narrow terminals, and texts that would like to do something there. */
#include "results_fixture.h"
#include "unit.h"

#include "base/limits.h"
#include "exporters/screen.h"
#include "exporters/slo_json.h"
#include "exporters/table_json.h"

static struct fixture fixture;
static struct buf out;

static void setup(void)
{
	fixture_init(&fixture);
	buf_init(&out, MIB(4));
}

static void teardown(void)
{
	fixture_release(&fixture);
	buf_release(&out);
}

static const char *table(struct table_style style)
{
	buf_clear(&out);
	ck_assert(table_write_results(&out, &fixture.results, &style));
	return out.at;
}

static void add_all(void)
{
	struct arena *arena = &fixture.arena;
	struct slo_result *result;

	fixture_add(&fixture, fixture_slo(arena, "", "anvila-api", "availability"), 1250);
	result = fixture_add(&fixture, fixture_slo(arena, "", "новый", "日本"), 6000);
	result->state = DATA_PARTIAL;
	result->reason = STR("40 % of the window is known");
	result->budgets->coverage = 0.4;
	fixture_add(&fixture, fixture_slo(arena, "", "x", "none"), -1);
	result = fixture_add(&fixture, fixture_slo(arena, "edge", "probe", "up"), 0);
	result->group = FIXTURE_LABELS(arena, "instance", "10.0.0.1:9115");
	result->averaged = true;
}

START_TEST(the_rest_says_how_many_groups_it_stands_for)
{
	struct slo_result *result;

	setup();
	result = fixture_add(&fixture, fixture_slo(&fixture.arena, "", "shop", "calls"), 1250);
	result->group = FIXTURE_LABELS(&fixture.arena, "customer", "everything-else");
	result->rest = true;
	result->rest_groups = 41;
	ck_assert_ptr_nonnull(strstr(table((struct table_style){0}), "shop/calls {customer=everything-else} of 41 "));
	teardown();
}
END_TEST

START_TEST(the_worst_comes_first_and_columns_are_aligned_by_display_width)
{
	setup();
	add_all();
	ck_assert_str_eq(
		table((struct table_style){0}),
		"SLO                                     OBJECTIVE       SLI  BUDGET LEFT          BURN 1H  BURN 6H  COVERAGE  DATA\n"
		"новый/日本                                  99.5%   99.400%  ░░░░░░░░░░   -20.0%     0.50     1.00       40%  partial\n"
		"x/none                                      99.5%         -                    -        -        -        0%  no_data\n"
		"anvila-api/availability                     99.5%   99.875%  ███████▌░░    75.0%     0.50     1.00      100%  ok\n"
		"edge/probe/up {instance=10.0.0.1:9115}      99.5%  100.000%  ██████████   100.0%     0.50     1.00      100%  ok, averaged\n"
		"\n"
		"новый/日本: partial: 40 % of the window is known\n");
	teardown();
}
END_TEST

START_TEST(on_a_narrow_terminal_no_line_is_too_long_and_the_budget_stays)
{
	setup();
	add_all();
	for (unsigned width = 200; width >= 44; width--) {
		const char *line = table((struct table_style){.width = width}), *end;

		for (; *line && *line != '\n'; line = end + 1) {
			end = strchr(line, '\n');
			ck_assert_msg(screen_width((struct str){line, (size_t)(end - line)}) <= width, "%u: '%.*s'",
				      width, (int)(end - line), line);
		}
		ck_assert_ptr_nonnull(strstr(out.at, "-20.0%"));
		ck_assert_ptr_nonnull(strstr(out.at, "no_data"));
	}
	teardown();
}
END_TEST

START_TEST(colours_come_only_when_asked_for)
{
	setup();
	add_all();
	ck_assert_ptr_null(strchr(table((struct table_style){0}), '\033'));
	ck_assert_ptr_nonnull(strstr(table((struct table_style){.color = true}), "\033[31m-20.0%\033[0m"));
	teardown();
}
END_TEST

START_TEST(bars_can_do_without_block_characters)
{
	setup();
	fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a", "b"), 1250);
	ck_assert_ptr_nonnull(strstr(table((struct table_style){.ascii = true}), "  #######...  "));
	teardown();
}
END_TEST

START_TEST(no_text_can_do_anything_to_the_terminal)
{
	struct slo_result *result;

	setup();
	result = fixture_add(&fixture, fixture_slo(&fixture.arena, "", "a\033]0;title\007", "b\n\r\x7F"), 0);
	result->state = DATA_ERROR;
	result->reason = STR("\xFF\xE2\x80\xAE\xC2\x9B");
	result->group = FIXTURE_LABELS(&fixture.arena, "k\033[2J", "\tv");
	table((struct table_style){0});
	for (size_t i = 0; i < out.len; i++)
		ck_assert_msg((unsigned char)out.at[i] >= ' ' || out.at[i] == '\n', "byte %d", out.at[i]);
	ck_assert_ptr_nonnull(strstr(out.at, "a^[]0;title^G/b^J^M^? {k^[[2J=^Iv}"));
	ck_assert_ptr_nonnull(strstr(out.at, ": error: \\xFF\\u202E\\u009B\n"));
	teardown();
}
END_TEST

static const struct {
	double ratio;
	int decimals;
	const char *text, *about;
} percents[] = {
	{0.75, 1, "75.0%", "an everyday number"},
	{0.999996, 3, "99.999%", "never rounded up"},
	{-0.0004, 1, "-0.1%", "below zero stays below zero"},
	{0.29, 0, "29%", "0.29 * 100 is a little less than 29"},
	{1, 3, "100.000%", "all"},
	{-5.04, 1, "-504.0%", "far below"},
	{(double)NAN, 1, "-", "not known"},
};

START_TEST(percent_are_never_better_than_the_truth)
{
	setup();
	for (size_t i = 0; i < COUNT_OF(percents); i++) {
		buf_clear(&out);
		table_percent_write(&out, percents[i].ratio, percents[i].decimals);
		ck_assert_msg(str_is(buf_view(&out), percents[i].text), "%s: '%s'", percents[i].about, out.at);
	}
	teardown();
}
END_TEST

START_TEST(objectives_are_shown_as_they_are_meant)
{
	static const struct {
		double objective;
		const char *text;
	} rows[] = {{0.995, "99.5%"},         {0.9, "90%"}, {0.999, "99.9%"}, {0.99999, "99.999%"},
		    {0.9999999, "99.99999%"}, {0.07, "7%"}};

	setup();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		buf_clear(&out);
		table_objective_write(&out, rows[i].objective);
		ck_assert_str_eq(out.at, rows[i].text);
	}
	teardown();
}
END_TEST

START_TEST(alerts_that_fire_are_counted_behind_the_state)
{
	struct table_row rows[3];

	setup();
	add_all();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		rows[i] = table_row_of(&fixture.list[0]);
		rows[i].state = DATA_OK;
		rows[i].averaged = i == 2;
		rows[i].firing = (unsigned)i;
	}
	ck_assert(table_write(&out, rows, COUNT_OF(rows), &(struct table_style){0}));
	ck_assert_ptr_nonnull(strstr(out.at, "%  ok\n"));
	ck_assert_ptr_nonnull(strstr(out.at, "%  ok, 1 alert fires\n"));
	ck_assert_ptr_nonnull(strstr(out.at, "%  ok, averaged, 2 alerts fire\n"));
	teardown();
}
END_TEST

START_TEST(no_slos_are_said_to_be_none)
{
	setup();
	ck_assert_str_eq(table((struct table_style){0}), "no SLOs\n");
	teardown();
}
END_TEST

/* The daemon's answer, read back, gives the table that the results give. */
START_TEST(a_table_from_json_is_the_table_from_the_results)
{
	struct table_row *rows;
	struct json_tree *document;
	struct err err = {0};
	struct buf json, read;
	size_t len;

	setup();
	add_all();
	buf_init(&json, MIB(1));
	buf_init(&read, MIB(1));
	ck_assert(slo_json_write_api(&json, &fixture.results, NULL, NULL));
	document = json_tree_read(buf_view(&json), &err);
	ck_assert_msg(document && table_rows_read(&fixture.arena, document, &rows, &len, &err), "%s", err.text);
	ck_assert(table_write(&read, rows, len, &(struct table_style){0}));
	ck_assert_str_eq(read.at, table((struct table_style){0}));
	json_tree_free(document);
	buf_release(&json);
	buf_release(&read);
	teardown();
}
END_TEST

START_TEST(what_is_not_the_daemons_answer_is_refused)
{
	static const struct {
		const char *json, *error;
	} wrong[] = {
		{"[]", "it has no list 'slos'"},
		{"{}", "it has no list 'slos'"},
		{"{\"slos\":{}}", "it has no list 'slos'"},
		{"{\"slos\":[7]}", "entry 1 of 'slos' is no SLO's"},
		{"{\"slos\":[{\"id\":\"a\",\"objective\":0.9,\"state\":\"merry\"}]}", "entry 1 of 'slos' is no SLO's"},
		{"{\"slos\":[{\"id\":\"a\",\"objective\":1,\"state\":\"ok\"}]}", "entry 1 of 'slos' is no SLO's"},
	};

	setup();
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct err err = {0};
		struct json_tree *document = json_tree_read(str_of(wrong[i].json), &err);
		struct table_row *rows;
		size_t len;

		ck_assert_ptr_nonnull(document);
		ck_assert(!table_rows_read(&fixture.arena, document, &rows, &len, &err));
		ck_assert_str_eq(err.text, wrong[i].error);
		json_tree_free(document);
	}
	teardown();
}
END_TEST

UNIT_MAIN("exporters/table", the_rest_says_how_many_groups_it_stands_for,
	  the_worst_comes_first_and_columns_are_aligned_by_display_width,
	  on_a_narrow_terminal_no_line_is_too_long_and_the_budget_stays, colours_come_only_when_asked_for,
	  bars_can_do_without_block_characters, no_text_can_do_anything_to_the_terminal,
	  percent_are_never_better_than_the_truth, objectives_are_shown_as_they_are_meant,
	  alerts_that_fire_are_counted_behind_the_state, no_slos_are_said_to_be_none,
	  a_table_from_json_is_the_table_from_the_results, what_is_not_the_daemons_answer_is_refused)
