#include "format/yaml_layout.h"

#include "base/arena.h"
#include "base/limits.h"

#include <check.h>
#include <stdlib.h>

static const struct {
	const char *what, *text, *written;
} forms[] = {
	{"nothing", "", ""},
	{"blocks are indented by two blanks", "a:\n    b:\n        - c\n        -   d\n",
	 "a:\n  b:\n    - c\n    - d\n"},
	{"lists stand further to the right than their key", "a:\n- b\n- - c\n  - d\n", "a:\n  - b\n  - - c\n    - d\n"},
	{"quotes go where they surely may", "a: 'b'\n\"c\": \"1\"\nd: 'e f'\ng: 'yes'\n",
	 "a: b\nc: \"1\"\nd: 'e f'\ng: 'yes'\n"},
	{"brackets stay while they fit", "a: [b,\n  c ,]\nd: {e:   f, 'g':h}\n", "a: [b, c]\nd: {e: f, g: h}\n"},
	{"a list of maps stands in lines", "a: [{b: c}, {d: e}]\n", "a:\n  - {b: c}\n  - {d: e}\n"},
	{"a pair in a list is a map", "a: [b: c]\n", "a:\n  - {b: c}\n"},
	{"a value that is not there wants a line", "a: {b, c: d}\n", "a:\n  b:\n  c: d\n"},
	{"an item that is not there", "a:\n- b\n-\n# c\n- d\n-\ne: f\n", "a:\n  - b\n  -\n  # c\n  - d\n  -\ne: f\n"},
	{"nothing in brackets", "a: { }\nb: [ ]\n", "a: {}\nb: []\n"},
	{"block texts keep all but their indentation",
	 "a:\n    b: |\n          x\n            y  \n\n\n    c: >-\n      z\n",
	 "a:\n  b: |\n    x\n      y  \n\n  c: >-\n    z\n"},
	{"an indentation that is said is said anew", "a: |4-\n     b\n    c\n", "a: |2-\n   b\n  c\n"},
	{"empty lines that are a text's stay", "a: |+\n  b\n\n\nc: d\n", "a: |+\n  b\n\n\nc: d\n"},
	{"a last line that is not ended is not ended", "a: |\n  b", "a: |-\n  b\n"},
	{"a last line of blanks", "a: |+\n   b\n ", "a: |+\n  b\n"},
	{"a text without lines", "a: |\n\n   \n\nb: >+\n", "a: |\n\nb: >+\n"},
	{"a text of many lines", "a: \"b\n        c  \n\n   d\"\n", "a: \"b\n  c\n\n  d\"\n"},
	{"empty lines", "\n\na:\n\n\n  b: c\n\n\n\n  d: e\n\n\n", "a:\n  b: c\n\n  d: e\n"},
	{"documents", "--- # a\nb: c\n\n---\nd: e\n", "--- # a\nb: c\n\n---\nd: e\n"},
	{"comments before", "# a\n\n# b\nc:\n   # d\n   e: f\n # g\n", "# a\n\n# b\nc:\n  # d\n  e: f\n# g\n"},
	{"comments beside keep their column", "a:  b  # c\nd:     # e\n  f: g # h\n",
	 "a: b   # c\nd:     # e\n  f: g # h\n"},
	{"comments at the end of each level", "a:\n  - b: c\n    # d\n  # e\n# f\n",
	 "a:\n  - b: c\n    # d\n  # e\n# f\n"},
	{"the comment of an item", "a:\n  - # b\n    c: d\n  -\n    # e\n    f: g\n",
	 "a:\n  # b\n  - c: d\n  # e\n  - f: g\n"},
	{"the comment between a key and its value", "a:\n  # b\n  c\nd: # e\n  f # g\n", "# b\na: c\n# e\nd: f # g\n"},
	{"the comment of a block text", "a: |  # b\n  c # d\n", "a: |  # b\n  c # d\n"},
	{"comments behind an anchor", "a: &b  # c\n # d\n d: e\nf:\n- &g # h\n  # i\n  j: k\n",
	 "a: &b  # c\n  # d\n  d: e\nf:\n  - &g # h\n    # i\n    j: k\n"},
	{"anchors, aliases and tags", "a: &b   !!map\n    c: d\ne: *b\nf: !!str   1\n",
	 "a: &b   !!map\n  c: d\ne: *b\nf: !!str 1\n"},
};

static bool layout_of(struct arena *arena, const char *text, struct buf *buf, struct yaml_fault *fault)
{
	struct layout layout;

	return layout_read(arena, str_of(text), &layout, fault) && layout_write(buf, &layout);
}

START_TEST(a_text_is_written_in_its_normal_form)
{
	struct yaml_fault fault = {0};
	struct arena arena;
	struct buf buf;

	arena_init(&arena);
	buf_init(&buf, MIB(1));
	ck_assert_msg(layout_of(&arena, forms[_i].text, &buf, &fault), "%s: %.*s", forms[_i].what, STR_ARG(fault.text));
	ck_assert_msg(str_is(buf_view(&buf), forms[_i].written), "%s:\n%s", forms[_i].what, buf.at);
	buf_clear(&buf);
	ck_assert(layout_of(&arena, forms[_i].written, &buf, &fault));
	ck_assert_msg(str_is(buf_view(&buf), forms[_i].written), "%s, once more:\n%s", forms[_i].what, buf.at);
	buf_release(&buf);
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *text;
	unsigned line, col;
} refused[] = {
	{"a: [b, # c\n  d]\n", 1, 8},     {"a: {b: c\n # d\n}\n", 2, 2}, {"? a\n: b\n", 1, 1},
	{"%YAML 1.1\n---\na: b\n", 1, 1}, {"a: b\n...\n", 2, 1},         {"a: &b # c\n  [d]\n", 1, 7},
	{"a: b\rc: d\n", 1, 5},           {"a: {b\n  c: d}\n", 1, 5},
};

START_TEST(what_cannot_be_kept_is_refused_with_its_place)
{
	struct yaml_fault fault = {0};
	struct arena arena;
	struct buf buf;

	arena_init(&arena);
	buf_init(&buf, MIB(1));
	ck_assert(!layout_of(&arena, refused[_i].text, &buf, &fault));
	ck_assert_uint_eq(fault.line, refused[_i].line);
	ck_assert_uint_eq(fault.col, refused[_i].col);
	ck_assert_uint_gt(fault.text.len, 0);
	buf_release(&buf);
	arena_release(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("format/yaml_layout");
	TCase *tests = tcase_create("layout");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tests, a_text_is_written_in_its_normal_form, 0, sizeof(forms) / sizeof(forms[0]));
	tcase_add_loop_test(tests, what_cannot_be_kept_is_refused_with_its_place, 0,
			    sizeof(refused) / sizeof(refused[0]));
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
