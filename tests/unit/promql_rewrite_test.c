/* What is rewritten and what is told about it. That the numbers are right is shown by
 * tests/promql/rewriting_test.py. */
#include "base/limits.h"
#include "promql/rewrite.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;

static void setup(void) { arena_init(&arena); }

static void teardown(void) { arena_release(&arena); }

static struct promql_node *parse(const char *text)
{
	struct promql_error error;
	struct promql_node *node = promql_parse(&arena, str_of(text), &error);

	ck_assert_msg(node != NULL, "%s: %s", text, error.text);
	return node;
}

static const char *printed(const struct promql_node *node)
{
	struct buf buf;
	struct str copy;

	buf_init(&buf, LIMIT_PROMQL_PRINTED);
	ck_assert(promql_print(&buf, node));
	copy = arena_str(&arena, buf_view(&buf));
	buf_release(&buf);
	return copy.at;
}

static struct rewritten rewrite(const char *text, bool births)
{
	const struct rewrite_options options = {{60000}, {300000}, {3600000}, births};

	return promql_rewrite(&arena, parse(text), &options);
}

#define GAINED                                                                                                         \
	"(last_over_time(x[5m]) unless (last_over_time(x[5m]) < max_over_time(x[1m]) or min_over_time(x[1m]) < "       \
	"last_over_time(x[1h] offset 1m))) - last_over_time(x[1h] offset 1m) or last_over_time(x[5m]) + "              \
	"clamp_min(max_over_time(x[1m]) * (max_over_time(x[1m]) > bool last_over_time(x[5m])) - "                      \
	"last_over_time(x[1h] offset 1m), 0)"

#define PART(operand, number) "label_replace(" operand ", \"__addend__\", \"" number "\", \"\", \"\")"

static const struct {
	const char *what, *query, *rewritten; /* NULL: the query itself */
	unsigned counters;
	bool exact, events;
	const char *note; /* NULL: none */
} rows[] = {
	{"a summed rate becomes a count", "sum(rate(x[$window]))", "sum(" GAINED ")", 1, true, true, NULL},
	{"so does an increase", "sum(increase(x[30d]))", "sum(" GAINED ")", 1, true, true, NULL},
	{"a plain selector is a counter", "x", GAINED, 1, true, true, NULL},
	{"parentheses are added where they are needed", "rate(x[5m]) * 2", "(" GAINED ") * 2", 1, true, true, NULL},
	{"a ratio of rates needs no second", "sum(rate(x[5m])) / sum(rate(x[5m]))", "sum(" GAINED ") / sum(" GAINED ")",
	 2, true, false, NULL},
	{"a rate under a threshold stays per second, and what passes becomes a count", "sum(rate(x[5m])) > 0.5",
	 "(sum((" GAINED ") / 60) > 0.5) * 60", 1, true, true, NULL},
	{"a threshold on the left", "0.5 < sum(rate(x[5m]))", "(0.5 < sum((" GAINED ") / 60)) * 60", 1, true, true,
	 NULL},
	{"a number per second that is added", "1 + rate(x[5m])", "(1 + (" GAINED ") / 60) * 60", 1, true, true, NULL},
	{"a clamp is of numbers per second", "clamp(sum(rate(x[5m])), 0, 100)",
	 "clamp(sum((" GAINED ") / 60), 0, 100) * 60", 1, true, true, NULL},
	{"a clamp at 0 is the same per second and per step", "clamp_min(sum(rate(x[5m])), 0)",
	 "clamp_min(sum(" GAINED "), 0)", 1, true, true, NULL},
	{"a guard against dividing by zero", "clamp_min(sum(rate(x[5m])), 1)",
	 "clamp_min(sum((" GAINED ") / 60), 1) * 60", 1, true, true, NULL},
	{"rounding is of numbers per second", "ceil(sum(rate(x[5m])))", "ceil(sum((" GAINED ") / 60)) * 60", 1, true,
	 true, NULL},
	{"a power is no number of events", "sum(rate(x[5m])) ^ 2", "sum((" GAINED ") / 60) ^ 2", 1, true, false, NULL},
	{"an angle is none either", "sum(rate(x[5m])) atan2 sum(rate(x[5m]))",
	 "sum((" GAINED ") / 60) atan2 sum((" GAINED ") / 60)", 2, true, false, NULL},
	{"a gauge that is kept where a counter grows", "up > rate(x[5m])", "up > (" GAINED ") / 60", 1, true, false,
	 NULL},
	{"a threshold of 0 is the same per second and per step", "sum(rate(x[5m])) > 0", "sum(" GAINED ") > 0", 1, true,
	 true, NULL},
	{"a maximum of rates is one of counts", "max(rate(x[5m]))", "max(" GAINED ")", 1, true, true, NULL},
	{"a comparison that says yes or no", "sum(rate(x[5m])) > bool 0.5", "sum((" GAINED ") / 60) > bool 0.5", 1,
	 true, false, NULL},
	{"a threshold for a range of its own", "sum(increase(x[1h])) > 10", "sum(" GAINED ") > 10", 1, false, true,
	 "'increase(x[1h])' stands beside numbers that were meant for its own range, not for a step"},
	{"a threshold for the window", "sum(increase(x[$window])) > 10", "sum(" GAINED ") > 10", 1, true, true, NULL},
	{"classic histograms", "histogram_quantile(0.9, sum by (le) (rate(x[5m])))",
	 "histogram_quantile(0.9, sum by (le) (" GAINED "))", 1, true, false, NULL},
	{"a fill-up keeps what it fills up a count", "sum(rate(x[5m])) or vector(0)", "sum(" GAINED ") or vector(0)", 1,
	 true, true, NULL},
	{"a join with a gauge", "sum(rate(x[5m]) * on (a) group_left () info)",
	 "sum((" GAINED ") * on (a) group_left () info)", 1, true, true, NULL},
	{"native histograms cannot be subtracted", "histogram_count(sum(rate(x[$window])))",
	 "histogram_count(sum(rate(x[1m])))", 0, false, false,
	 "'rate(x[$window])' may be of native histograms, which cannot be subtracted: it is left as it is"},
	{"irate looks at two samples only", "sum(irate(x[$window]))", "sum(irate(x[1m]))", 0, false, false,
	 "'irate(x[$window])' cannot be counted exactly: it is evaluated once a step"},
	{"subqueries have steps of their own", "max_over_time(rate(x[5m])[1h:])", NULL, 0, false, false,
	 "'rate(x[5m])' stands inside a subquery, which has steps of its own: it is left as it is"},
	{"@ does not move with the grid", "sum(rate(x[5m] @ end()))", NULL, 0, false, false,
	 "'rate(x[5m] @ end())' is not on a plain selector, or has '@': it is left as it is"},
	{"averages of a gauge", "avg_over_time(g[$window])", "avg_over_time(g[1m])", 0, false, false,
	 "'avg_over_time(g[$window])' looks at each step by itself"},
	{"a gauge in a comparison", "sum(up == bool 0)", NULL, 0, false, false,
	 "'up' is not part of a plain sum: it is taken for a gauge"},
	{"no counter at all", "vector(1)", NULL, 0, false, false,
	 "there is no counter in it: its value is taken once a step"},
	{"what is added has a value where either side has one", "sum(rate(x[5m])) + sum(rate(x[5m]))",
	 "sum without (__addend__) (" PART("sum(" GAINED ")", "1") " or " PART("sum(" GAINED ")", "2") ")", 2, true,
	 true, NULL},
	{"differences, in one union", "sum by (a) (rate(x[5m])) - sum by (a) (rate(x[5m])) - max(rate(x[5m])) * 2",
	 "sum without (__addend__) (" PART("sum by (a) (" GAINED ")", "1") " or " PART(
		 "-sum by (a) (" GAINED ")", "2") " or " PART("-(max(" GAINED ") * 2)", "3") ")",
	 3, true, true, NULL},
	{"matching by labels", "rate(x[5m]) - on (a, b) rate(x[5m])",
	 "sum by (a, b) (" PART(GAINED, "1") " or " PART("-(" GAINED ")", "2") ")", 2, true, true, NULL},
	{"matching without labels", "rate(x[5m]) + ignoring (a) rate(x[5m])",
	 "sum without (a, __addend__) (" PART(GAINED, "1") " or " PART(GAINED, "2") ")", 2, true, true, NULL},
	{"functions around the parts and around the whole",
	 "clamp_min(round(sum(rate(x[5m]))) + abs(sum(rate(x[5m]))), 0)",
	 "clamp_min(sum without (__addend__) (" PART("round(sum((" GAINED ") / 60))",
						     "1") " or " PART("abs(sum((" GAINED ") / 60))", "2") "), 0) * 60",
	 2, true, true, NULL},
	{"ratios are left alone: without the one nothing is known of their sum",
	 "sum(rate(x[5m])) / sum(rate(x[5m])) + sum(rate(x[5m])) / sum(rate(x[5m]))",
	 "sum(" GAINED ") / sum(" GAINED ") + sum(" GAINED ") / sum(" GAINED ")", 4, true, false, NULL},
	{"many to one", "rate(x[5m]) + on (a) group_left () rate(x[5m])",
	 "(" GAINED ") + on (a) group_left () (" GAINED ")", 2, false, true,
	 "'rate(x[5m]) + on (a) group_left () rate(x[5m])' leaves out what one side lacks: it joins "
	 "many series to one, or stands too deep among other sums"},
	{"several reasons", "irate(x[5m]) + idelta(y[5m])",
	 "sum without (__addend__) (" PART("irate(x[5m])", "1") " or " PART("idelta(y[5m])", "2") ")", 0, false, false,
	 "'idelta(y[5m])' cannot be counted exactly: it is evaluated once a step, and 1 more"},
};

START_TEST(queries_are_rewritten_and_notes_say_what_is_not)
{
	struct rewritten got = rewrite(rows[_i].query, false);
	const char *want = rows[_i].rewritten ? rows[_i].rewritten : printed(parse(rows[_i].query));

	ck_assert_msg(strcmp(printed(got.node), want) == 0, "%s: %s", rows[_i].what, printed(got.node));
	ck_assert_msg(got.counters == rows[_i].counters, "%s: %u counters", rows[_i].what, got.counters);
	ck_assert_msg(got.exact == rows[_i].exact, "%s: exact %d", rows[_i].what, got.exact);
	ck_assert_msg(got.events == rows[_i].events, "%s: events %d", rows[_i].what, got.events);
	ck_assert_msg(rows[_i].note ? str_is(got.note, rows[_i].note) : got.note.len == 0, "%s: %.*s", rows[_i].what,
		      STR_ARG(got.note));
}
END_TEST

START_TEST(births_ask_for_the_targets_that_the_selector_names)
{
	const char *text = printed(rewrite("rate(x{job=\"a\",code=~\"5..\"}[5m] offset 1h)", true).node);

	ck_assert_ptr_nonnull(
		strstr(text, " and on (job, instance) (max_over_time(up{job=\"a\"}[1h] offset 1h1m) == 1 or time() - "
			     "process_start_time_seconds{job=\"a\"} offset 1h < 3900)"));
}
END_TEST

START_TEST(the_query_itself_is_left_alone)
{
	struct promql_node *query = parse("sum(rate(x[$window]))");
	const struct rewrite_options options = {{60000}, {300000}, {3600000}, true};

	promql_rewrite(&arena, query, &options);
	ck_assert_str_eq(printed(query), "sum(rate(x[$window]))");
}
END_TEST

static const struct {
	const char *what, *query, *group_by, *terms; /* NULL: refused */
} sums[] = {
	{"a summed rate", "sum(rate(a[$window]))", NULL, "+1 a "},
	{"a plain selector", "a{b=\"c\"}", NULL, "+1 a{b=\"c\"} "},
	{"a difference", "sum(rate(a[5m])) - sum(rate(b[5m]))", NULL, "+1 a -1 b "},
	{"differences from left to right", "sum(a) - sum(b) - (sum(c) - sum(d))", NULL, "+1 a -1 b -1 c +1 d "},
	{"a fill-up of nothing", "sum(increase(a[5m])) or vector(0)", NULL, "+1 a "},
	{"a fill-up without labels", "sum(a) or on () vector(0)", NULL, "+1 a "},
	{"multiples", "2 * sum(a) / 4 - -sum(b) * 3", NULL, "+0.5 a +3 b "},
	{"constants in parentheses", "sum(a * (-(2)))", NULL, "-2 a "},
	{"groups that are kept", "sum by (x, y) (rate(a[5m]))", "x", "+1 a "},
	{"groups that are not dropped", "sum without (y) (a)", "x", "+1 a "},
	{"sums of sums", "sum by (x) (sum by (x, y) (a))", "x", "+1 a "},
	{"the same groups in another order", "sum by (x, y) (a) + sum by (y, x) (b)", "x", "+1 a +1 b "},
	{"groups that are lost", "sum(a)", "x", NULL},
	{"groups that are lost inside", "sum by (x) (sum by (y) (a))", "x", NULL},
	{"groups that are dropped", "sum without (x) (a)", "x", NULL},
	{"groups that differ", "sum by (x) (a) - sum by (y) (b)", NULL, NULL},
	{"a fill-up that would be a group", "sum by (x) (a) or vector(0)", "x", NULL},
	{"vectors that are joined", "a - b", NULL, NULL},
	{"vectors that are joined in a sum", "sum(rate(a[5m]) - rate(b[5m]))", NULL, NULL},
	{"rates and increases", "sum(rate(a[5m])) + sum(increase(b[5m]))", NULL, NULL},
	{"rates and plain counters", "sum(rate(a[5m])) + sum(b)", NULL, NULL},
	{"a ratio", "sum(a) / sum(b)", NULL, NULL},
	{"a product", "sum(a) * sum(b)", NULL, NULL},
	{"a constant divided", "2 / sum(a)", NULL, NULL},
	{"a division by nothing", "sum(a) / 0", NULL, NULL},
	{"a constant added", "sum(a) + 1", NULL, NULL},
	{"a fill-up of something", "sum(a) or vector(1)", NULL, NULL},
	{"one or the other", "sum(a) or sum(b)", NULL, NULL},
	{"an offset", "sum(rate(a[5m] offset 1h))", NULL, NULL},
	{"@", "sum(rate(a[5m] @ start()))", NULL, NULL},
	{"a subquery", "sum(increase(a[5m:1m]))", NULL, NULL},
	{"matching", "sum(a) - on () sum(b)", NULL, NULL},
	{"a comparison", "sum(a) > 0", NULL, NULL},
	{"another aggregation", "max(a)", NULL, NULL},
	{"another function", "sum(irate(a[5m]))", NULL, NULL},
	{"a function around it", "abs(sum(a))", NULL, NULL},
	{"labels that are made", "sum(label_replace(a, \"b\", \"c\", \"d\", \"e\"))", NULL, NULL},
	{"no counter", "1", NULL, NULL},
};

START_TEST(sums_of_counters_are_read_and_all_else_is_refused)
{
	struct str group_by = str_of(sums[_i].group_by);
	struct counter_sum sum;
	struct buf listed;

	if (!promql_counter_sum(&arena, parse(sums[_i].query), &group_by, group_by.at != NULL, &sum)) {
		ck_assert_msg(!sums[_i].terms, "%s: refused", sums[_i].what);
		return;
	}
	buf_init(&listed, KIB(4));
	for (size_t i = 0; i < sum.len; i++)
		buf_fmt(&listed, "%+g %s ", sum.terms[i].factor, printed(sum.terms[i].selector));
	ck_assert_msg(sums[_i].terms && str_is(buf_view(&listed), sums[_i].terms), "%s: %.*s", sums[_i].what,
		      STR_ARG(buf_view(&listed)));
	buf_release(&listed);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("promql_rewrite");
	TCase *tc = tcase_create("rewrite");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, queries_are_rewritten_and_notes_say_what_is_not, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, births_ask_for_the_targets_that_the_selector_names);
	tcase_add_test(tc, the_query_itself_is_left_alone);
	tcase_add_loop_test(tc, sums_of_counters_are_read_and_all_else_is_refused, 0, sizeof(sums) / sizeof(sums[0]));
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
