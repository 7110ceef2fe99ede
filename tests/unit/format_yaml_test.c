#include "format/yaml.h"

#include "base/buf.h"
#include "base/limits.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;
static struct yaml_file file;

static void begin(void) { arena_init(&arena); }
static void end(void) { arena_release(&arena); }

static bool read_bytes(const char *bytes, size_t len) { return yaml_read(&arena, (struct str){bytes, len}, &file); }
static bool read_text(const char *text) { return read_bytes(text, strlen(text)); }

/* A tree as one line: maps in braces, lists in brackets, quoted texts in single quotes. */
static void show(struct buf *buf, const struct yaml_node *node)
{
	buf_cstr(buf, node->kind == YAML_MAP ? "{" : node->kind == YAML_LIST ? "[" : node->quoted ? "'" : "");
	if (node->kind == YAML_SCALAR)
		buf_str(buf, node->text);
	for (size_t i = 0; i < node->len; i++) {
		buf_cstr(buf, i ? "," : "");
		if (node->kind == YAML_MAP) {
			show(buf, node->pairs[i].key);
			buf_char(buf, '=');
		}
		show(buf, node->kind == YAML_MAP ? node->pairs[i].value : node->items[i]);
	}
	buf_cstr(buf, node->kind == YAML_MAP ? "}" : node->kind == YAML_LIST ? "]" : node->quoted ? "'" : "");
}

static const char *shown(void)
{
	struct buf buf;
	const char *text;

	buf_init(&buf, MIB(1));
	for (size_t i = 0; i < file.len; i++) {
		buf_cstr(&buf, i ? " " : "");
		show(&buf, file.documents[i]);
	}
	text = arena_str(&arena, buf_view(&buf)).at;
	buf_release(&buf);
	return text;
}

static const struct {
	const char *what, *text, *tree;
} good[] = {
	{"nothing at all", "", ""},
	{"only a comment", "# nothing\n", ""},
	{"plain texts stay as they are written", "a: on\nb: 1.0\nc: null\nd: 0x1F\ne: ~\n",
	 "{a=on,b=1.0,c=null,d=0x1F,e=~}"},
	{"quotes are remembered", "a: 'on'\nb: \"1\\u00e9\"\n", "{a='on',b='1\xC3\xA9'}"},
	{"a block is a text", "a: |\n  x\n  y\n", "{a='x\ny\n'}"},
	{"a folded block", "a: >-\n  x\n  y\n", "{a='x y'}"},
	{"nested", "a:\n- b: [1, {c: d}]\n- e\n", "{a=[{b=[1,{c=d}]},e]}"},
	{"several documents", "a\n---\nb: 1\n...\n---\n[c]\n", "a {b=1} [c]"},
	{"line ends of Windows", "a: 1\r\nb:\r\n  - 2\r\n", "{a=1,b=[2]}"},
	{"a byte order mark",
	 "\xEF\xBB\xBF"
	 "a: 1\n",
	 "{a=1}"},
	{"an alias stands for its anchor", "a: &x {b: 1}\nc: *x\n", "{a={b=1},c={b=1}}"},
	{"an anchor may be given again", "- &x 1\n- *x\n- &x 2\n- *x\n", "[1,1,2,2]"},
	{"an alias as a key", "- &x k\n- {*x : 1}\n", "[k,{k=1}]"},
	{"a merge key", "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", "{a={b=1,c=2},d={c=3,b=1}}"},
	{"of merged maps the first wins", "- &x {b: 1}\n- &y {b: 2, c: 2}\n- {<<: [*x, *y], d: 3}\n",
	 "[{b=1},{b=2,c=2},{d=3,b=1,c=2}]"},
	{"a merged map that was merged itself", "- &x {a: 1}\n- &y {<<: *x, b: 2}\n- {<<: *y}\n",
	 "[{a=1},{b=2,a=1},{b=2,a=1}]"},
	{"a merge key in quotes is a key", "{'<<': 1}\n", "{'<<'=1}"},
	{"YAML's own tags", "a: !!str 1\nb: !!int 2\nc: !!map {}\n", "{a='1',b=2,c={}}"},
	{"an empty value", "a:\nb: ''\n", "{a=,b=''}"},
};

START_TEST(texts_are_read_as_their_authors_meant_them)
{
	bool ok = read_text(good[_i].text);

	ck_assert_msg(ok, "%s: %s", good[_i].what, ok ? "" : file.faults[0].text.at);
	ck_assert_msg(strcmp(shown(), good[_i].tree) == 0, "%s: %s", good[_i].what, shown());
}
END_TEST

static const struct {
	const char *what, *text;
	size_t len; /* 0: a C string */
	unsigned line, col;
	const char *reason;
} bad[] = {
	{"a NUL byte", "a: 1\nb: x\0y\n", 12, 2, 5, "NUL"},
	{"a NUL by escape", "a: \"x\\0y\"\n", 0, 1, 4, "NUL"},
	{"a byte that is not UTF-8", "a: 1\nb: \xC3\xA9\xFF\n", 0, 2, 5, "not UTF-8"},
	{"an overlong form", "a: \xC0\xAF\n", 0, 1, 4, "not UTF-8"},
	{"UTF-16, little end first",
	 "\xFF\xFE"
	 "a\0:\0",
	 6, 1, 1, "UTF-16"},
	{"UTF-16, big end first", "\xFE\xFF\0a\0:", 6, 1, 1, "UTF-16"},
	{"UTF-16 without a mark", "a\0:\0", 4, 1, 2, "NUL"},
	{"two byte order marks",
	 "\xEF\xBB\xBF\xEF\xBB\xBF"
	 "a: 1\n",
	 0, 1, 1, "second byte order mark"},
	{"a control character", "a: 1\nb: \x01\n", 0, 2, 4, "control characters"},
	{"a key twice", "a: 1\nb: 2\na: 3\n", 0, 3, 1, "the key 'a' stands here twice, first in line 1, column 1"},
	{"a key twice, in quotes", "{a: 1, 'a': 2}\n", 0, 1, 8, "twice"},
	{"a list as a key", "? [a]\n: 1\n", 0, 1, 3, "a key must be a text, not a list"},
	{"an alias without an anchor", "a: *x\n", 0, 1, 4, "no anchor '&x'"},
	{"an anchor of another document", "--- &x 1\n---\n- *x\n", 0, 3, 3, "no anchor"},
	{"an alias inside of what it names", "a: &x\n  - *x\n", 0, 2, 5, "inside of what it names"},
	{"a merge key with a text", "a: {<<: b}\n", 0, 1, 9, "takes a map"},
	{"a merge key with a list of texts", "a: {<<: [b]}\n", 0, 1, 10, "takes a map"},
	{"a tag of one's own", "a: !secret b\n", 0, 1, 4, "the tag '!secret' is not supported"},
	{"a tag that runs code elsewhere", "!!python/object:os.system {}\n", 0, 1, 1, "is not supported"},
	{"a tab that indents", "a:\n\tb: 1\n", 0, 2, 1, "a tab cannot indent"},
	{"a bracket that is not closed", "a: [1, 2\n", 0, 2, 1, "not YAML"},
	{"a quote that is not closed", "a: 'x\n", 0, 2, 1, "not YAML"},
	{"a map that goes on with less", "a:\n    b: 1\n  c: 2\n", 0, 3, 3, "not YAML"},
	{"a colon too many", "a: b: c\n", 0, 1, 5, "not YAML"},
};

START_TEST(what_is_wrong_is_said_where_it_stands)
{
	const char *what = bad[_i].what;

	ck_assert_msg(!read_bytes(bad[_i].text, bad[_i].len ? bad[_i].len : strlen(bad[_i].text)), "%s: accepted",
		      what);
	ck_assert_msg(file.faults_len == 1, "%s: %zu faults", what, file.faults_len);
	ck_assert_msg(strstr(file.faults[0].text.at, bad[_i].reason), "%s: %s", what, file.faults[0].text.at);
	ck_assert_msg(file.faults[0].line == bad[_i].line && file.faults[0].col == bad[_i].col, "%s: at %u:%u", what,
		      file.faults[0].line, file.faults[0].col);
}
END_TEST

START_TEST(every_duplicate_key_is_said_in_one_run)
{
	ck_assert(!read_text("a: 1\na: 2\nb: {c: 1, c: 2, c: 3}\n"));
	ck_assert_uint_eq(file.faults_len, 3);
	ck_assert_str_eq(shown(), "{a=1,b={c=1}}");
}
END_TEST

START_TEST(duplicates_are_found_among_many_keys)
{
	struct buf text;

	buf_init(&text, MIB(1));
	for (int i = 0; i < 1000; i++)
		buf_fmt(&text, "k%d: 1\n", i);
	ck_assert(yaml_read(&arena, buf_view(&text), &file));
	ck_assert_uint_eq(file.documents[0]->len, 1000);
	buf_cstr(&text, "k500: 2\n");
	ck_assert(!yaml_read(&arena, buf_view(&text), &file));
	ck_assert_uint_eq(file.faults[0].line, 1001);
	buf_release(&text);
}
END_TEST

/* Nine levels of ten aliases each stand for a thousand million nodes. */
START_TEST(a_billion_laughs_are_refused)
{
	struct buf text;

	buf_init(&text, MIB(1));
	buf_cstr(&text, "- &l0 lol\n");
	for (int i = 1; i < 10; i++) {
		buf_fmt(&text, "- &l%d [", i);
		for (int k = 0; k < 10; k++)
			buf_fmt(&text, "*l%d,", i - 1);
		buf_cstr(&text, "]\n");
	}
	ck_assert(!yaml_read(&arena, buf_view(&text), &file));
	ck_assert_ptr_nonnull(strstr(file.faults[0].text.at, "too large: more than 2000000 nodes"));
	ck_assert_uint_lt(arena.bytes, MIB(1));
	buf_release(&text);
}
END_TEST

START_TEST(merges_that_multiply_are_refused)
{
	struct buf text;

	buf_init(&text, MIB(1));
	buf_cstr(&text, "- &m {");
	for (int i = 0; i < 1000; i++)
		buf_fmt(&text, "k%d: 1,", i);
	buf_cstr(&text, "}\n");
	for (int i = 0; i < 3000; i++)
		buf_cstr(&text, "- {<<: *m}\n");
	ck_assert(!yaml_read(&arena, buf_view(&text), &file));
	ck_assert_ptr_nonnull(strstr(file.faults[0].text.at, "too large"));
	buf_release(&text);
}
END_TEST

static bool read_nested(int levels)
{
	struct buf text;
	bool ok;

	buf_init(&text, MIB(1));
	buf_fill(&text, '[', (size_t)levels);
	buf_fill(&text, ']', (size_t)levels);
	ok = yaml_read(&arena, buf_view(&text), &file);
	buf_release(&text);
	return ok;
}

START_TEST(nesting_has_a_limit)
{
	ck_assert(read_nested(LIMIT_YAML_DEPTH));
	ck_assert(!read_nested(LIMIT_YAML_DEPTH + 1));
	ck_assert_ptr_nonnull(strstr(file.faults[0].text.at, "nested more than 64 levels deep"));
	ck_assert_uint_eq(file.faults[0].col, LIMIT_YAML_DEPTH + 1);
	ck_assert(!read_nested(100000));
}
END_TEST

START_TEST(nesting_by_aliases_has_the_same_limit)
{
	struct buf text;

	buf_init(&text, MIB(1));
	buf_cstr(&text, "- &a0 [x]\n");
	for (int i = 1; i < 100; i++)
		buf_fmt(&text, "- &a%d [*a%d]\n", i, i - 1);
	ck_assert(!yaml_read(&arena, buf_view(&text), &file));
	ck_assert_ptr_nonnull(strstr(file.faults[0].text.at, "levels deep by the alias"));
	buf_release(&text);
}
END_TEST

START_TEST(nodes_know_their_places_in_characters)
{
	ck_assert(read_text("\xEF\xBB\xBF\xC3\xA9: \xE2\x82\xAC\r\nb: [x,\r\n  &n yy]\r\n"));
	const struct yaml_node *map = file.documents[0], *list = yaml_get(map, "b");

	ck_assert_uint_eq(map->pairs[0].key->col, 1);
	ck_assert_uint_eq(map->pairs[0].value->line, 1);
	ck_assert_uint_eq(map->pairs[0].value->col, 4);
	ck_assert_uint_eq(list->line, 2);
	ck_assert_uint_eq(list->col, 4);
	ck_assert_uint_eq(list->items[1]->line, 3);
	ck_assert_uint_eq(list->items[1]->col, 3);
}
END_TEST

/* Each text has one '@' in its value; where it stands in the source is counted by hand. */
static const struct {
	const char *what, *text;
	unsigned line, col;
} places[] = {
	{"plain", "k: ab @ c\n", 1, 7},
	{"plain over lines", "k: ab\n   cd @ e\n", 2, 7},
	{"single quotes", "k: 'a''b @'\n", 1, 10},
	{"double quotes with escapes", "k: \"a\\\"b\\n \\u00e9 @\"\n", 1, 19},
	{"double quotes over lines", "k: \"ab\n  c\\\n  d @\"\n", 3, 5},
	{"a block", "k: |\n  ab\n\n    c @\n", 4, 7},
	{"a block that is stripped, with a comment", "k: |- # why\n  ab\n  c@\n", 3, 4},
	{"a folded block", "k: >\n  ab\n  cd\n\n  @\n", 5, 3},
	{"behind an anchor", "k: &x 'a @'\n", 1, 10},
	{"behind a tag", "k: !!str a @\n", 1, 12},
	{"behind characters of several bytes", "k: \xC3\xA9\xE2\x82\xAC @\n", 1, 7},
	{"with line ends of Windows", "k: |\r\n  ab\r\n  c @\r\n", 3, 5},
};

START_TEST(a_byte_of_a_value_is_found_in_the_source)
{
	unsigned line, col;
	const struct yaml_node *value;

	ck_assert_msg(read_text(places[_i].text), "%s", places[_i].what);
	value = yaml_get(file.documents[0], "k");
	yaml_locate(file.source, value, str_find(value->text, '@'), &line, &col);
	ck_assert_msg(line == places[_i].line && col == places[_i].col, "%s: %u:%u", places[_i].what, line, col);
}
END_TEST

START_TEST(texts_that_are_written_read_back_as_themselves)
{
	static const char *const texts[] = {"",
					    "plain",
					    "on",
					    "null",
					    "1.0",
					    "-1",
					    "a: b",
					    "a #b",
					    "'q'",
					    "\"",
					    "a\nb",
					    "\t",
					    "\x7F",
					    "\xC3\xA9",
					    "[x]",
					    "*x",
					    "http://h:1/p?q=1",
					    "/a/b.c",
					    "a:",
					    "<<",
					    "NaN",
					    "yes",
					    "@",
					    "\\",
					    "- x",
					    "x-",
					    "30s",
					    "C:\\x",
					    "\xC2\x85",
					    "a \xE2\x80\xA8 b",
					    "\xEF\xBB\xBFx",
					    "\xC2\x9F",
					    "\xEF\xBF\xBE",
					    "\xF0\x9F\x95\xAF"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct buf buf;

		buf_init(&buf, KIB(1));
		buf_cstr(&buf, "k: ");
		ck_assert(yaml_write_text(&buf, str_of(texts[i])));
		ck_assert_msg(yaml_read(&arena, arena_str(&arena, buf_view(&buf)), &file), "%s", buf.at);
		ck_assert_msg(str_is(yaml_get(file.documents[0], "k")->text, texts[i]), "%s", buf.at);
		ck_assert(!yaml_null(yaml_get(file.documents[0], "k")));
		buf_release(&buf);
	}
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))

int main(void)
{
	Suite *suite = suite_create("yaml");
	TCase *tests = tcase_create("yaml");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_loop_test(tests, texts_are_read_as_their_authors_meant_them, 0, COUNT(good));
	tcase_add_loop_test(tests, what_is_wrong_is_said_where_it_stands, 0, COUNT(bad));
	tcase_add_test(tests, every_duplicate_key_is_said_in_one_run);
	tcase_add_test(tests, duplicates_are_found_among_many_keys);
	tcase_add_test(tests, a_billion_laughs_are_refused);
	tcase_add_test(tests, merges_that_multiply_are_refused);
	tcase_add_test(tests, nesting_has_a_limit);
	tcase_add_test(tests, nesting_by_aliases_has_the_same_limit);
	tcase_add_test(tests, nodes_know_their_places_in_characters);
	tcase_add_loop_test(tests, a_byte_of_a_value_is_found_in_the_source, 0, COUNT(places));
	tcase_add_test(tests, texts_that_are_written_read_back_as_themselves);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
