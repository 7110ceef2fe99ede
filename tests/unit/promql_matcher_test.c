/* Matchers and regular expressions. Which ones are malformed is asked of Prometheus itself in tests/promql. */
#include "base/file.h"
#include "base/limits.h"
#include "promql/matcher.h"
#include "promql/regex.h"

#include <check.h>
#include <stdlib.h>

static struct arena arena;

static void setup(void) { arena_init(&arena); }

static void teardown(void) { arena_release(&arena); }

static const struct {
	const char *what, *pattern, *text;
	bool matches;
} regexes[] = {
	{"anchored at the start", "b", "ab", false},
	{"anchored at the end", "a", "ab", false},
	{"alternatives are anchored as a whole", "a|b", "ab", false},
	{"an empty pattern", "", "", true},
	{"an empty alternative", "a|", "", true},
	{"a dot takes a character, not a byte", ".", "\xc3\xa4", true},
	{"a dot takes a line end", "a.b", "a\nb", true},
	{"a dot takes a broken byte", ".", "\xff", true},
	{"status codes", "5..", "503", true},
	{"one or more", "a+", "", false},
	{"counted", "a{2,3}", "aaaa", false},
	{"counted without end", "a{2,}", "aaaa", true},
	{"braces that are no count", "a{,2}", "a{,2}", true},
	{"lazy", "a*?b", "aab", true},
	{"groups", "(ab|c)+", "abcab", true},
	{"groups with names", "(?P<x>a)(?<y>b)(?:c)", "abc", true},
	{"case", "(?i)prod-K", "PROD-k", true},
	{"case inside of a group only", "(?i:a)b", "AB", false},
	{"the Kelvin sign is a k without case", "(?i)k", "\xe2\x84\xaa", true},
	{"classes", "[a-c_]+", "ab_", true},
	{"negated classes", "[^a-c]", "b", false},
	{"a ']' that is first in a class", "[]a]+", "a]", true},
	{"a '-' that is last in a class", "[a-]+", "a-", true},
	{"classes by name", "[[:alpha:]\\d]+", "a1", true},
	{"digits", "\\d+", "12x", false},
	{"no word characters", "\\W", "_", false},
	{"blanks", "\\s", "\t", true},
	{"escapes by number", "\\x41\\101\\x{e4}", "AA\xc3\xa4", true},
	{"anchors that say what is so anyway", "^a$", "a", true},
	{"an anchor that can never hold", "a^b", "ab", false},
	{"nested stars end", "((a*)*)*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false},
};

START_TEST(regular_expressions_match_whole_texts)
{
	struct regex *regex = regex_new(str_of(regexes[_i].pattern));

	ck_assert_msg(regex != NULL, "%s: not compiled", regexes[_i].what);
	ck_assert_msg(regex_match(regex, str_of(regexes[_i].text)) == regexes[_i].matches, "%s", regexes[_i].what);
	regex_free(regex);
}
END_TEST

/* tests/promql/make_regex_cases.py wrote them: Python's verdict, the pattern, the text. */
START_TEST(random_patterns_match_what_python_matches)
{
	struct err err = {0};
	struct buf cases;
	struct str rest;
	size_t seen = 0;

	buf_init(&cases, MIB(1));
	ck_assert_msg(file_read("tests/promql/regex_cases.txt", &cases, &err), "%s", err.text);
	for (rest = buf_view(&cases); rest.len; seen++) {
		size_t end = str_find(rest, '\n');
		struct str line = str_slice(rest, 0, end), pair = str_slice(line, 2, end);
		size_t tab = str_find(pair, '\t');
		struct regex *regex = regex_new(str_slice(pair, 0, tab));

		ck_assert_msg(regex != NULL, "'%.*s': not compiled", STR_ARG(line));
		ck_assert_msg(regex_match(regex, str_slice(pair, tab + 1, pair.len)) == (line.at[0] == '1'), "'%.*s'",
			      STR_ARG(line));
		regex_free(regex);
		rest = str_slice(rest, end + 1, rest.len);
	}
	ck_assert_uint_gt(seen, 1000);
	buf_release(&cases);
}
END_TEST

START_TEST(what_is_outside_of_the_subset_is_left_to_prometheus)
{
	static const char *const patterns[] = {"\\bx",
					       "\\pL",
					       "\\Qx\\E",
					       "(?m)^x",
					       "(?-s).",
					       "(?i)\xc3\xa4",
					       "((a{10}){10}){10}(b{1000}){0,1}c{1000}d{1000}e{1000}",
					       "[[:^alpha:]]"};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct promql_matcher matcher = {STR("a"), str_of(patterns[i]), MATCH_RE};

		ck_assert_msg(!regex_fault(matcher.value), "%s", patterns[i]);
		ck_assert_msg(!matcher_set_new(&matcher, 1), "%s", patterns[i]);
	}
}
END_TEST

START_TEST(what_is_malformed_is_told_from_it)
{
	static const char *const patterns[] = {"(",
					       ")",
					       "[",
					       "[z-a]",
					       "*",
					       "a**",
					       "a{2}{3}",
					       "a{1001}",
					       "a{3,2}",
					       "\\",
					       "\\q",
					       "\\1",
					       "(?=a)",
					       "(?P<",
					       "[[:nope:]]",
					       "\\x4",
					       "a|*",
					       "\xff",
					       "((a{10}){10}){11}",
					       "(()){1000}{2}"};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		ck_assert_msg(regex_fault(str_of(patterns[i])) != NULL, "%s", patterns[i]);
}
END_TEST

START_TEST(a_set_holds_where_all_matchers_do_and_a_missing_label_is_empty)
{
	struct promql_matcher matchers[] = {
		{STR("a"), STR("1"), MATCH_EQ},    {STR("b"), STR(""), MATCH_EQ},  {STR("c"), STR("x|y"), MATCH_RE},
		{STR("d"), STR("z.*"), MATCH_NRE}, {STR("e"), STR("5"), MATCH_NE},
	};
	struct label at[] = {{STR("a"), STR("1")}, {STR("c"), STR("y")}};
	struct matcher_set *set = matcher_set_new(matchers, 5);

	ck_assert(matcher_set_match(set, (struct labels){at, 2}));
	at[1].value = STR("xy");
	ck_assert(!matcher_set_match(set, (struct labels){at, 2}));
	ck_assert(!matcher_set_match(set, (struct labels){at, 1}));
	matcher_set_free(set);
}
END_TEST

static const struct {
	const char *what;
	enum match_op op;
	const char *value, *words; /* each followed by a blank */
} lists[] = {
	{"a plain value", MATCH_EQ, "a.b", "a.b "},
	{"a list of words", MATCH_RE, "GET|POST|a\\.b", "GET POST a.b "},
	{"words with a part in common", MATCH_RE, "prod-(a|b)-(1|2)", "prod-a-1 prod-a-2 prod-b-1 prod-b-2 "},
	{"the same word twice", MATCH_RE, "a|(a|b)", "a b "},
	{"a dot is no word", MATCH_RE, "5..", ""},
	{"a case that does not matter is no word", MATCH_RE, "(?i)a", ""},
	{"too many to list", MATCH_RE, "(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)(a|b|c|d|e)", ""},
	{"half a surrogate pair is in no text", MATCH_RE, "a|b\\x{dd41}", "a "},
	{"what must not be", MATCH_NE, "a", ""},
	{"what must not match", MATCH_NRE, "a|b", ""},
};

START_TEST(allowed_values_are_listed_where_they_can_be)
{
	struct promql_matcher matcher = {STR("a"), str_of(lists[_i].value), lists[_i].op};
	struct str *values = NULL;
	size_t len = matcher_values(&arena, &matcher, &values);
	struct buf listed;

	buf_init(&listed, KIB(4));
	for (size_t i = 0; i < len; i++)
		buf_fmt(&listed, "%.*s ", STR_ARG(values[i]));
	ck_assert_msg(str_is(buf_view(&listed), lists[_i].words), "%s: %.*s", lists[_i].what,
		      STR_ARG(buf_view(&listed)));
	buf_release(&listed);
}
END_TEST

START_TEST(a_quoted_text_matches_itself_alone)
{
	const struct str text = STR("a.b*c+(d|e)[f]{2}^$?\\-\"");
	struct regex *regex;
	struct buf quoted;

	buf_init(&quoted, KIB(1));
	ck_assert(matcher_quote(&quoted, text));
	regex = regex_new(buf_view(&quoted));
	ck_assert(regex_match(regex, text));
	ck_assert(!regex_match(regex, STR("axb*c+(d|e)[f]{2}^$?\\-\"")));
	regex_free(regex);
	buf_release(&quoted);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("promql_matcher");
	TCase *tc = tcase_create("matcher");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, regular_expressions_match_whole_texts, 0, sizeof(regexes) / sizeof(regexes[0]));
	tcase_add_test(tc, random_patterns_match_what_python_matches);
	tcase_add_test(tc, what_is_outside_of_the_subset_is_left_to_prometheus);
	tcase_add_test(tc, what_is_malformed_is_told_from_it);
	tcase_add_test(tc, a_set_holds_where_all_matchers_do_and_a_missing_label_is_empty);
	tcase_add_loop_test(tc, allowed_values_are_listed_where_they_can_be, 0, sizeof(lists) / sizeof(lists[0]));
	tcase_add_test(tc, a_quoted_text_matches_itself_alone);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
