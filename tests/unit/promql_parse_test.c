/* The parser and the canonical spelling. What Prometheus itself says to these expressions is asked in tests/promql. */
#include "base/limits.h"
#include "base/mem.h"
#include "promql/ast.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;

static void setup(void) { arena_init(&arena); }

static void teardown(void) { arena_release(&arena); }

static struct promql_node *parse(const char *text, struct promql_error *error)
{
	return promql_parse(&arena, str_of(text), error);
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

static const struct {
	const char *what, *source, *canonical;
} spellings[] = {
	{"blanks and comments go", " a  + # and b\n b ", "a + b"},
	{"* binds tighter than +", "a+b*c", "a + b * c"},
	{"^ groups to the right", "a^b^c", "a ^ b ^ c"},
	{"parentheses stay where they were", "(a+b)*((c))", "(a + b) * ((c))"},
	{"a sign binds less than ^", "-1^2", "-1 ^ 2"},
	{"a sign in the exponent", "a^-b", "a ^ -b"},
	{"signs of numbers are read into them", "- -1", "1"},
	{"signs of vectors stay", "--a", "--a"},
	{"a leading 0 means octal, as in Go", "0755", "493"},
	{"08 is no octal number", "08", "8"},
	{"hexadecimal", "0x1F", "31"},
	{"underscores of Prometheus 3", "1_000.5", "1000.5"},
	{"infinities and NaN in any case", "INF + -inf + nAn", "Inf + -Inf + NaN"},
	{"a duration as a number of Prometheus 3", "1h30m * 2", "5400 * 2"},
	{"quotes of all kinds", "label_join(a, 'x', \"y\\\"\", `z\\n`)", "label_join(a, \"x\", \"y\\\"\", \"z\\\\n\")"},
	{"escapes of Go", "'\\x41\\101\\u00e4\\U0001F600\\''", "\"AA\xc3\xa4\xf0\x9f\x98\x80'\""},
	{"bytes that are not UTF-8", "a{b=\"\\xff\"}", "a{b=\"\\xff\"}"},
	{"empty braces go", "a{}", "a"},
	{"the name as a matcher", "{__name__=\"a\",b!=\"c\",}", "a{b!=\"c\"}"},
	{"a name that is no plain one", "{__name__=\"a.b\"}", "{__name__=\"a.b\"}"},
	{"quoted names of Prometheus 3", "{\"a.b\",\"c d\"=~\"e\"}", "{__name__=\"a.b\",\"c d\"=~\"e\"}"},
	{"a name that is a keyword stays in braces", "{__name__=\"bool\"}", "{__name__=\"bool\"}"},
	{"two matchers of the name", "{__name__=~\"a.*\",__name__!=\"ab\"}", "{__name__=~\"a.*\",__name__!=\"ab\"}"},
	{"keywords as names", "sum + by + offset + start + topk + and", "sum + by + offset + start + topk + and"},
	{"keywords as labels", "a{by=\"1\",inf=\"2\",bool=\"3\"}", "a{by=\"1\",inf=\"2\",bool=\"3\"}"},
	{"recorded names", "job:a:rate5m{x=\"y\"}", "job:a:rate5m{x=\"y\"}"},
	{"ranges", "rate(a[90s])", "rate(a[1m30s])"},
	{"a range in seconds, of Prometheus 3", "rate(a[300])", "rate(a[5m])"},
	{"offset and @ in either order", "a[5m] offset -1h @ 12.5", "a[5m] @ 12.5 offset -1h"},
	{"@ start() and end()", "a @ start() + b @ end()", "a @ start() + b @ end()"},
	{"subqueries", "max_over_time(rate(a[5m])[1h:] offset 5m)", "max_over_time(rate(a[5m])[1h:] offset 5m)"},
	{"subqueries with a step", "a[ 1h : 30s ]", "a[1h:30s]"},
	{"the window's spellings", "rate(a[$__window]) + rate(b[{{.window}}]) + rate(c[1h:{{ .window }}] offset 1m)",
	 "rate(a[$window]) + rate(b[$window]) + rate(c[1h:$window] offset 1m)"},
	{"by after the operand", "sum(a) by (b, c,)", "sum by (b, c) (a)"},
	{"by nothing differs from no by", "sum by () (a)", "sum by () (a)"},
	{"keywords in any case", "SUM WITHOUT(b)(a) AND c", "sum without (b) (a) and c"},
	{"an aggregation with a parameter", "topk by(x)(5,a)", "topk by (x) (5, a)"},
	{"matching", "a/on(x)group_left(y)b", "a / on (x) group_left (y) b"},
	{"matching without labels to copy", "a * ignoring(x) group_right b", "a * ignoring (x) group_right () b"},
	{"quoted labels of Prometheus 3", "sum by (\"a.b\", \"c\") (a)", "sum by (\"a.b\", c) (a)"},
	{"a comparison of scalars", "1 > bool 2", "1 > bool 2"},
	{"atan2 is an operator", "a ATAN2 b", "a atan2 b"},
};

START_TEST(canonical_spelling_is_as_expected_and_reads_back_as_the_same_tree)
{
	struct promql_error error;
	struct promql_node *node = parse(spellings[_i].source, &error), *again;

	ck_assert_msg(node != NULL, "%s: %s", spellings[_i].what, error.text);
	ck_assert_msg(strcmp(printed(node), spellings[_i].canonical) == 0, "%s: %s", spellings[_i].what, printed(node));
	again = parse(printed(node), &error);
	ck_assert_msg(again && promql_equal(node, again), "%s: does not read back", spellings[_i].what);
}
END_TEST

static const struct {
	const char *what, *source, *text;
	unsigned line, col;
} faults[] = {
	{"nothing", "  # only a comment", "the expression is empty", 1, 19},
	{"an operator without its right side", "a +", "the text ends in an expression, expected a value", 1, 4},
	{"the line and the column in characters", "a +\n \"\xc3\xa4\" }",
	 "unexpected '}' after an expression, expected an operator or the end", 2, 6},
	{"an unknown function names the nearest", "increese(a[5m])",
	 "unknown function 'increese', did you mean 'increase'", 1, 1},
	{"an instant vector where a range is needed", "sum(rate(a))",
	 "argument 1 of 'rate' must be a range vector, got an instant vector", 1, 10},
	{"too few arguments", "clamp(a)", "'clamp' takes 3 arguments, got 1", 1, 1},
	{"too many for an optional one", "round(a, 1, 2)", "'round' takes at most 2 arguments, got 3", 1, 1},
	{"a parameter that is missing", "topk(a)", "'topk' takes two arguments, got 1 arguments", 1, 1},
	{"a vector as a parameter", "quantile(a, b)",
	 "the parameter of 'quantile' must be a scalar, got an instant vector", 1, 10},
	{"scalars compared without bool", "1 == 2", "'==' between two scalars needs 'bool'", 1, 3},
	{"bool where nothing is compared", "a + bool b", "'bool' can only follow a comparison, not '+'", 1, 3},
	{"a set operator on a scalar", "a or 1", "'or' needs an instant vector on both sides, got a scalar", 1, 3},
	{"many to many", "a and on (x) group_left () b", "'and' cannot have 'group_left' or 'group_right'", 1, 3},
	{"a label matched and copied", "a + on (x) group_left (x) b",
	 "label 'x' stands in 'on' and in the group modifier at once", 1, 3},
	{"a range vector as an operand", "a[5m] + 1",
	 "an operand of '+' must be a scalar or an instant vector, got a range vector", 1, 1},
	{"a string as an operand", "-'a'", "an operand of '-' must be a scalar or an instant vector, got a string", 1,
	 2},
	{"a selector of everything", "{a=~\".*\"}",
	 "a selector needs a name or a matcher that an empty value does not match", 1, 1},
	{"a name set twice", "a{__name__=\"b\"}", "the metric's name is set twice", 1, 1},
	{"a malformed regular expression", "a{b=~\"(\"}", "bad regular expression: a group has no ')'", 1, 6},
	{"a range on something else", "sum(a)[5m]",
	 "a range can only follow a selector; a subquery needs a colon: [1h:]", 1, 7},
	{"a range behind an offset", "a offset 1m [5m]", "a range must stand before 'offset' and '@'", 1, 13},
	{"two offsets", "a offset 1m offset 2m", "'offset' is given twice", 1, 13},
	{"an offset on a sum", "sum(a) offset 5m", "'offset' can only follow a selector or a subquery", 1, 8},
	{"no duration", "a[5x]",
	 "'5x' is neither a number nor a duration of at most 100 years such as 30s, 5m, 1h30m or 4w", 1, 3},
	{"a duration of nothing", "a[0s]", "a duration in brackets must be above 0", 1, 3},
	{"a window outside of brackets", "a * $window",
	 "'$' can only begin the placeholder $window, inside of brackets", 1, 5},
	{"a string without an end", "a{b=\"c}", "'\"c}' has no closing quote", 1, 5},
	{"an unknown escape", "a{b=\"c\\d\"}", "unknown or malformed escape in a string", 1, 7},
	{"a comma at the end of arguments", "sum(a,)", "unexpected ')' in an expression, expected a value", 1, 7},
	{"group_left without on", "a * group_left b", "unexpected 'group_left' in an expression, expected a value", 1,
	 5},
	{"a number that does not fit", "1e999", "'1e999' is no number, or one that does not fit", 1, 1},
};

START_TEST(faults_are_named_with_their_place)
{
	struct promql_error error;

	ck_assert_msg(!parse(faults[_i].source, &error), "%s: accepted", faults[_i].what);
	ck_assert_msg(strcmp(error.text, faults[_i].text) == 0, "%s: %s", faults[_i].what, error.text);
	ck_assert_msg(error.line == faults[_i].line && error.col == faults[_i].col, "%s: at %u:%u", faults[_i].what,
		      error.line, error.col);
}
END_TEST

static char *repeat(const char *piece, size_t count, const char *end)
{
	size_t len = strlen(piece);
	char *text = xmalloc(len * count + strlen(end) + 1);

	for (size_t i = 0; i < count; i++)
		memcpy(text + i * len, piece, len);
	memcpy(text + len * count, end, strlen(end) + 1);
	return text;
}

START_TEST(a_chain_of_5000_terms_is_read_printed_and_copied)
{
	struct promql_error error;
	char *text = repeat("a + ", 4999, "a");
	struct promql_node *node = parse(text, &error);

	ck_assert_msg(node != NULL, "%s", error.text);
	ck_assert_str_eq(printed(promql_copy(&arena, node)), text);
	ck_assert_int_eq(promql_type(node), PROMQL_VECTOR);
	ck_assert(!promql_has_window(node));
	free(text);
}
END_TEST

START_TEST(what_is_nested_too_deeply_is_refused)
{
	static const char *const pieces[] = {"(", "-", "sum(", "a ^ ", "rate(", "a + (", "x[1h:", "{"};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct promql_error error;
		char *text = repeat(pieces[i], 10000, "a");

		ck_assert_ptr_null(parse(text, &error));
		free(text);
	}
}
END_TEST

START_TEST(what_is_too_long_is_refused)
{
	struct promql_error error;
	char *text = repeat(" ", LIMIT_PROMQL_BYTES, "a");

	ck_assert_ptr_null(parse(text, &error));
	ck_assert_str_eq(error.text, "the expression has 131073 bytes, more than 131072");
	free(text);
}
END_TEST

START_TEST(a_tree_made_by_hand_is_printed_with_the_parentheses_it_needs)
{
	struct promql_error error;
	struct promql_node *product = parse("a * b", &error), *sum = parse("c + d", &error),
			   *power = parse("e ^ f", &error);

	product->args[1] = sum;
	ck_assert_str_eq(printed(product), "a * (c + d)");
	power->args[0] = parse("-2", &error);
	ck_assert_str_eq(printed(power), "(-2) ^ f");
	sum->args[0] = power;
	ck_assert_str_eq(printed(product), "a * ((-2) ^ f + d)");
}
END_TEST

START_TEST(the_window_is_found_and_filled_in)
{
	struct promql_error error;
	struct promql_node *node = parse("rate(a[{{ .window }}]) / max_over_time(b[1h:$window])", &error);

	ck_assert(promql_has_window(node));
	ck_assert_str_eq(printed(node), "rate(a[$window]) / max_over_time(b[1h:$window])");
	node = promql_with_window(&arena, node, (struct span){60000});
	ck_assert(!promql_has_window(node));
	ck_assert_str_eq(printed(node), "rate(a[1m]) / max_over_time(b[1h:1m])");
}
END_TEST

static void note_kind(struct promql_node *node, void *context)
{
	char *at = context;

	at[strlen(at)] = "ns[:faB-("[node->kind];
}

START_TEST(the_walk_goes_from_parents_to_children_and_from_left_to_right)
{
	struct promql_error error;
	char seen[32] = "";

	promql_walk(parse("-(sum(a) + rate(b[5m]) * 2)", &error), note_kind, seen);
	ck_assert_str_eq(seen, "-(Ba[Bf[n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("promql_parse");
	TCase *tc = tcase_create("parse");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, canonical_spelling_is_as_expected_and_reads_back_as_the_same_tree, 0,
			    sizeof(spellings) / sizeof(spellings[0]));
	tcase_add_loop_test(tc, faults_are_named_with_their_place, 0, sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(tc, a_chain_of_5000_terms_is_read_printed_and_copied);
	tcase_add_test(tc, what_is_nested_too_deeply_is_refused);
	tcase_add_test(tc, what_is_too_long_is_refused);
	tcase_add_test(tc, a_tree_made_by_hand_is_printed_with_the_parentheses_it_needs);
	tcase_add_test(tc, the_window_is_found_and_filled_in);
	tcase_add_test(tc, the_walk_goes_from_parents_to_children_and_from_left_to_right);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
