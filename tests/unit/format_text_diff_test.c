#include "format/text_diff.h"

#include "base/limits.h"

#include <check.h>
#include <stdlib.h>

#define NAMES "--- a\n+++ b\n"

static const struct {
	const char *what, *before, *after, *diff;
} cases[] = {
	{"the same", "a\nb\n", "a\nb\n", ""},
	{"all of it is new", "", "a\n", NAMES "@@ -0,0 +1 @@\n+a\n"},
	{"nothing is left", "a\n", "", NAMES "@@ -1 +0,0 @@\n-a\n"},
	{"a line end that comes", "a", "a\n", NAMES "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
	{"a line moves up", "1\n2\n3\n", "3\n1\n2\n", NAMES "@@ -1,3 +1,3 @@\n+3\n 1\n 2\n-3\n"},
	{"three lines of context", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
	 NAMES "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
	{"changes far from each other", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
	 NAMES "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
	{"changes near each other", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
	 NAMES "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
};

START_TEST(a_diff_says_what_goes_and_what_comes)
{
	struct buf buf;

	buf_init(&buf, MIB(1));
	ck_assert(text_diff(&buf, "a", "b", str_of(cases[_i].before), str_of(cases[_i].after)));
	ck_assert_msg(str_is(buf_view(&buf), cases[_i].diff), "%s:\n%s", cases[_i].what, buf.at);
	buf_release(&buf);
}
END_TEST

START_TEST(texts_that_have_little_in_common_are_shown_one_after_the_other)
{
	struct buf before, after, buf;
	size_t gone = 0, come = 0;

	buf_init(&before, MIB(1));
	buf_init(&after, MIB(1));
	buf_init(&buf, MIB(4));
	for (unsigned i = 0; i < 3000; i++) {
		buf_fmt(&before, "a%u\n", i);
		buf_fmt(&after, "b%u\n", i);
	}
	ck_assert(text_diff(&buf, "a", "b", buf_view(&before), buf_view(&after)));
	for (size_t i = 0; i + 1 < buf.len; i++) {
		gone += buf.at[i] == '\n' && buf.at[i + 1] == '-';
		come += buf.at[i] == '\n' && buf.at[i + 1] == '+';
	}
	ck_assert_uint_eq(gone, 3000);
	ck_assert_uint_eq(come, 3001); /* and the name */
	buf_release(&buf);
	buf_release(&after);
	buf_release(&before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("format/text_diff");
	TCase *tests = tcase_create("diff");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, a_diff_says_what_goes_and_what_comes, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tests, texts_that_have_little_in_common_are_shown_one_after_the_other);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
