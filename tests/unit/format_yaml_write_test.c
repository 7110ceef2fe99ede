/* YAML as it is put together, and what it reads back as. */
#include "format/yaml.h"
#include "format/yaml_write.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

static struct arena arena;
static struct buf out;
static struct yaml_writer yaml;

static void begin(void)
{
	arena_init(&arena);
	buf_init(&out, MIB(1));
	yaml_begin(&yaml, &out, 0);
}

static void end(void)
{
	buf_release(&out);
	arena_release(&arena);
}

START_TEST(maps_and_lists_nest)
{
	const struct str words[] = {STR("a"), STR("no"), STR("b c")};
	struct label labels[] = {{STR("team"), STR("x")}, {STR("y"), STR("1")}};

	yaml_plain(&yaml, "kind", "A");
	yaml_list(&yaml, "items");
	for (size_t i = 0; i < 2; i++) {
		yaml_item(&yaml);
		yaml_map(&yaml, "first");
		yaml_number(&yaml, "number", 0.5);
		yaml_map_end(&yaml);
		yaml_bool(&yaml, "fine", i == 0);
		yaml_item_end(&yaml);
	}
	yaml_list_end(&yaml);
	yaml_texts(&yaml, "words", words, 3);
	yaml_labels(&yaml, "labels", (struct labels){labels, 2});
	yaml_query(&yaml, "query", STR("x{a=\"it's\"}"));
	ck_assert_str_eq(out.at, "kind: A\n"
				 "items:\n"
				 "  - first:\n"
				 "      number: 0.5\n"
				 "    fine: true\n"
				 "  - first:\n"
				 "      number: 0.5\n"
				 "    fine: false\n"
				 "words: [a, \"no\", \"b c\"]\n"
				 "labels:\n"
				 "  team: x\n"
				 "  \"y\": \"1\"\n"
				 "query: 'x{a=\"it''s\"}'\n");
}
END_TEST

START_TEST(what_nothing_is_put_into_leaves_no_trace)
{
	yaml_map(&yaml, "alerting");
	yaml_labels(&yaml, "labels", (struct labels){NULL, 0});
	yaml_list(&yaml, "tiers");
	yaml_list_end(&yaml);
	yaml_texts(&yaml, "words", NULL, 0);
	yaml_map_end(&yaml);
	yaml_plain(&yaml, "end", "1");
	ck_assert_str_eq(out.at, "end: 1\n");
}
END_TEST

static const char *const lines[] = {
	"one\ntwo",      "one\ntwo\n",    "one\n\n two\n\nthree",
	"a\n\n",         "\na",           "\n",
	" a\nb",         "a\n\tb\n",      "a \nb ",
	"# a\n- b: c\n", "a\r\nb",        "a\nb\x01",
	"a: |\n  b",     "a\n ",          "a\n \n",
	"a\n  \nb",      "--- a\n--- b",  "...\n...\nx",
	"%a\n%b",        "a\n\xC2\x85 z",
};

START_TEST(lines_read_back_as_themselves)
{
	const struct str text = str_of(lines[_i]);
	const struct yaml_node *list;
	struct yaml_file file;

	yaml_list(&yaml, "list");
	yaml_item(&yaml);
	yaml_text(&yaml, "text", text);
	yaml_query(&yaml, "query", text);
	yaml_plain(&yaml, "behind", "1");
	yaml_item_end(&yaml);
	yaml_list_end(&yaml);
	ck_assert_msg(yaml_read(&arena, buf_view(&out), &file), "%s", out.at);
	list = yaml_get(file.documents[0], "list");
	ck_assert_msg(str_eq(yaml_get(list->items[0], "text")->text, text), "%s", out.at);
	ck_assert_msg(str_eq(yaml_get(list->items[0], "query")->text, text), "%s", out.at);
	ck_assert(str_is(yaml_get(list->items[0], "behind")->text, "1"));
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("format/yaml_write");

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, maps_and_lists_nest);
	tcase_add_test(tests, what_nothing_is_put_into_leaves_no_trace);
	tcase_add_loop_test(tests, lines_read_back_as_themselves, 0, (int)COUNT_OF(lines));
	return unit_run("format/yaml_write", tests);
}
