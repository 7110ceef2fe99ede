/* What is kept of other tools' definitions: paths, trees that are written again, and what becomes of the fields. */
#include "exporters/definitions/conversion.h"
#include "format/yaml_tree.h"
#include "slo/kept_path.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

static struct arena arena;

static void begin(void) { arena_init(&arena); }
static void end(void) { arena_release(&arena); }

static struct yaml_node *tree(const char *text)
{
	struct yaml_file file;

	ck_assert_msg(yaml_read(&arena, str_of(text), &file) && file.len == 1, "not one document: %s", text);
	return file.documents[0];
}

static struct str text_of(const struct yaml_node *node)
{
	struct buf out;
	struct str text;

	buf_init(&out, MIB(1));
	yaml_tree_write(&out, node);
	text = arena_str(&arena, buf_view(&out));
	buf_release(&out);
	return text;
}

START_TEST(a_path_leads_to_what_it_was_made_of)
{
	static const char *const keys[] = {"a", "a.b", "", "a b", "[0]", "\"", "\\", "\\\"]", "ä", "a-b_c9", "a\nb"};
	const struct yaml_node *root;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct str path = kept_path_key(&arena, STR("x"), str_of(keys[i]));
		struct kept_end spot;
		struct yaml_node *made = tree("{x: {other: 1}}");

		path = kept_path_key(&arena, kept_path_item(&arena, path, 0), STR("y"));
		ck_assert_msg(kept_path_legal(path), "'%s' is no path", path.at);
		ck_assert(kept_path_set(&arena, made, path, tree("{z: 5}"), &spot));
		ck_assert(str_is(spot.key, "y") && str_is(spot.within, keys[i]));
		root = kept_path_find(&arena, made, path);
		ck_assert(root && str_is(yaml_get(root, "z")->text, "5"));
		root = yaml_get(yaml_get(made, "x"), keys[i]);
		ck_assert(root && root->kind == YAML_LIST && root->len == 1);
		ck_assert(str_is(yaml_get(yaml_get(made, "x"), "other")->text, "1"));
	}
}
END_TEST

START_TEST(what_is_no_path_is_refused)
{
	static const char *const wrong[] = {"",     ".",     "a.",    ".a",      "a..b",   "a[",  "a[]",
					    "a[b]", "a[-1]", "[0].a", "a[\"b\"", "a[\"b]", "a b", "a[0]b"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ck_assert_msg(!kept_path_legal(str_of(wrong[i])), "'%s' is taken for a path", wrong[i]);
}
END_TEST

START_TEST(a_path_through_something_else_leads_nowhere)
{
	static const char *const ways[] = {"text.a", "list.a", "list[3]", "map[0]", "list[1].a"};
	struct kept_end spot;

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		ck_assert_msg(!kept_path_set(&arena, tree("{text: t, list: [1, 2], map: {}}"), str_of(ways[i]),
					     tree("{a: b}"), &spot),
			      "'%s' leads somewhere", ways[i]);
	ck_assert(kept_path_set(&arena, tree("{list: [1, 2]}"), STR("list[2].new"), tree("{a: b}"), &spot));
	ck_assert(kept_path_set(&arena, tree("{none: ~}"), STR("none.a[0]"), tree("{a: b}"), &spot));
}
END_TEST

START_TEST(a_tree_reads_back_as_it_was_written)
{
	static const char *const texts[] = {
		"a: 1\nb: '1'\nc: true\nd: 'true'\ne:\nf: ~\ng: ''\nh: \"a\\tb\\x07\"\n",
		"a: {}\nb: []\nc: [[], [[1]], {}, {a: [{b: c, d: [e]}]}]\n",
		"a: |\n  two\n  lines\nb: >\n  folded\n\n  text\nc: plain over\n  two lines\n",
		"a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
		"'a b': 1\n'': 2\n'1': 3\n2: 4\n'- x': 5\n? \"a\\nb\"\n: 6\n",
		"a: 'x: y'\nb: 'x #y'\nc: '- x'\nd: \"'\"\ne: '@x'\nf: '%x'\ng: 2020-01-01\nh: 1:30\ni: 0x1f\n",
		"- 1\n- [2]\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct yaml_node *was = tree(texts[i]);
		struct str text = was->kind == YAML_MAP ? text_of(was) : STR("");

		if (was->kind != YAML_MAP) { /* what is written is a map */
			was = tree(arena_fmt(&arena, "x: [%s]", "1, [2]").at);
			text = text_of(was);
		}
		ck_assert_msg(yaml_tree_same(was, tree(text.at)), "of %s\ncame %s", texts[i], text.at);
		ck_assert_msg(str_eq(text_of(yaml_tree_copy(&arena, was)), text), "a copy of %s", texts[i]);
	}
}
END_TEST

/* The text in another language, and what is said of it. */
static struct str converted(const char *text, const char *language, struct str *said)
{
	struct definition_text definition = {STR("in.yaml"), str_of(text)};
	struct slo_set *set = slo_set_read_kept(&definition, 1);
	struct conversion conversion;
	struct buf out, lost;
	struct str made;
	size_t to = 0;

	while (strcmp(definition_language_names()[to], language) != 0)
		to++;
	ck_assert_msg(slo_set_errors(set) == 0, "errors in %s", text);
	buf_init(&out, MIB(1));
	buf_init(&lost, MIB(1));
	conversion_init(&conversion, definition_languages[to], set);
	conversion_write(&conversion, NULL, &out);
	for (size_t i = 0; i < set->findings_len; i++)
		if (strcmp(set->findings[i].rule, "no-effect") == 0 &&
		    !conversion_carries(&conversion, set->findings[i].place))
			buf_fmt(&lost, "%.*s\n", STR_ARG(set->findings[i].text));
	for (size_t i = 0; i < conversion.lost.len; i++)
		buf_fmt(&lost, "%.*s\n", STR_ARG(conversion.lost.at[i].text));
	made = arena_str(&arena, buf_view(&out));
	*said = arena_str(&arena, buf_view(&lost));
	buf_release(&out);
	buf_release(&lost);
	conversion_release(&conversion);
	slo_set_unref(set);
	return made;
}

static const char catalogue[] = "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec:\n  sloPeriod: 28d\n"
				"  page:\n    quick: {errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}\n"
				"    slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}\n"
				"  ticket:\n    quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: 1d}\n"
				"    slow: {errorBudgetPercent: 10, shortWindow: 6h, longWindow: 3d}\n";
static const char slo_of_sloth[] =
	"version: prometheus/v1\nservice: shop\nslos:\n- name: up\n  objective: 99\n  alerting: {name: Up}\n  sli: {events: "
	"{error_query: 'sum(rate(x_total{code=\"5\"}[{{.window}}]))', total_query: 'sum(rate(x_total[{{.window}}]))'}}\n";

START_TEST(a_catalogue_gives_an_slo_its_window_back)
{
	struct str said, native, back, both = arena_fmt(&arena, "%s---\n%s", catalogue, slo_of_sloth);

	native = converted(both.at, "wick", &said);
	ck_assert_msg(said.len == 0, "lost: %s", said.at);
	ck_assert(strstr(native.at, "window: 28d") && strstr(native.at, "kind: Kept"));
	back = converted(native.at, "sloth", &said);
	ck_assert_msg(said.len == 0, "lost: %s", said.at);
	ck_assert(strstr(back.at, "sloPeriod: 28d") && strstr(back.at, "name: Up"));
}
END_TEST

START_TEST(what_is_kept_twice_is_written_once)
{
	struct str said, native, back, both = arena_fmt(&arena, "%s---\n%s", catalogue, slo_of_sloth);

	native = converted(both.at, "wick", &said);
	back = converted(
		arena_fmt(&arena, "%s---\n%s", native.at, strstr(native.at, "apiVersion: wick/v1\nkind: Kept")).at,
		"sloth", &said);
	ck_assert_msg(said.len == 0, "lost: %s", said.at);
	ck_assert(strstr(back.at, "sloPeriod: 28d") && !strstr(strstr(back.at, "sloPeriod: 28d") + 1, "sloPeriod"));
}
END_TEST

START_TEST(a_catalogue_for_another_window_is_said_to_be_wrong)
{
	struct str said, back;

	back = converted(
		arena_fmt(&arena,
			  "apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n- {name: up, objective: "
			  "99%%, sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}}\n---\napiVersion: "
			  "wick/v1\nkind: Kept\ndocument: {apiVersion: sloth.slok.dev/v1, kind: AlertWindows%s",
			  ", spec: {sloPeriod: 28d, page: {quick: {errorBudgetPercent: 2, shortWindow: 5m, "
			  "longWindow: 1h}, slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}}, "
			  "ticket: {quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: 1d}, slow: "
			  "{errorBudgetPercent: 10, shortWindow: 6h, longWindow: 3d}}}}\n")
			.at,
		"sloth", &said);
	ck_assert(strstr(back.at, "sloPeriod: 28d"));
	ck_assert_msg(strstr(said.at, "of other windows than its own"), "said: %s", said.at);
}
END_TEST

START_TEST(a_label_that_was_renamed_has_its_name_again)
{
	struct str said, native, back;

	native =
		converted("apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: web, labels: "
			  "{pyrra.dev/my-team: a, role: b}}\nspec: {target: '99', window: 30d, indicator: {bool_gauge: "
			  "{metric: up}}}\n",
			  "wick", &said);
	ck_assert(strstr(native.at, "my_team: a"));
	back = converted(native.at, "pyrra", &said);
	ck_assert(strstr(back.at, "pyrra.dev/my-team: a") && strstr(back.at, "role: b"));
	ck_assert(!strstr(back.at, "my_team"));
	ck_assert_msg(said.len == 0, "lost: %s", said.at);
}
END_TEST

START_TEST(a_spelling_of_a_bound_is_pyrras_and_counts_as_long_as_it_is_the_bound)
{
	static const char pyrra[] = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: "
				    "web}\nspec: {target: '99', window: 30d, indicator: {latency: {success: {metric: "
				    "'h_bucket{le=\"5.0\"}'}, total: {metric: h_count}}}}\n";
	struct str said, native = converted(pyrra, "wick", &said), back;
	char *threshold;

	back = converted(native.at, "pyrra", &said);
	ck_assert_msg(strstr(back.at, "le=\"5.0\"") && said.len == 0, "lost: %s, of %s", said.at, back.at);
	threshold = strstr((char *)(uintptr_t)native.at, "threshold: 5");
	ck_assert(threshold != NULL);
	threshold[strlen("threshold: ")] = '6';
	back = converted(native.at, "pyrra", &said);
	ck_assert_msg(strstr(back.at, "le=\"6\"") && !strstr(back.at, "5.0"), "came %s", back.at);
	ck_assert_msg(strstr(said.at, "6 may have to be 6.0"), "said: %s", said.at);
}
END_TEST

START_TEST(kept_fields_are_held_to_their_rules)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"kept: {nonsense: {a: b}}", "unknown key 'nonsense'"},
		{"kept: {openslo/v1: [a]}", "must be a map, not a list"},
		{"kept: {openslo/v1: {'a..b': c}}", "'a..b' is no path"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str text = arena_fmt(&arena,
					    "apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n%s\nslos: [{name: "
					    "a, objective: 99%%, sli: {probe: up}}]\n",
					    cases[i].text);
		struct slo_set *set = slo_set_read("in.yaml", text);

		ck_assert(set->errors == 1 && set->findings[0].place.line == 4);
		ck_assert_msg(strstr(set->findings[0].text.at, cases[i].says), "says %s", set->findings[0].text.at);
		slo_set_unref(set);
	}
}
END_TEST

START_TEST(a_kept_document_is_one_of_another_language)
{
	static const char *const wrong[] = {"{a: b}", "[a]", "{apiVersion: wick/v1, kind: Policy}",
					    "{apiVersion: v1, kind: Pod}", "text"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct str text = arena_fmt(&arena, "apiVersion: wick/v1\nkind: Kept\ndocument: %s\n", wrong[i]);
		struct slo_set *set = slo_set_read("in.yaml", text);

		ck_assert_msg(set->errors == 1, "%s is taken", wrong[i]);
		slo_set_unref(set);
	}
}
END_TEST

UNIT_MAIN_IN("exporters/kept", begin, end, a_path_leads_to_what_it_was_made_of, what_is_no_path_is_refused,
	     a_path_through_something_else_leads_nowhere, a_tree_reads_back_as_it_was_written,
	     a_catalogue_gives_an_slo_its_window_back, what_is_kept_twice_is_written_once,
	     a_catalogue_for_another_window_is_said_to_be_wrong, a_label_that_was_renamed_has_its_name_again,
	     a_spelling_of_a_bound_is_pyrras_and_counts_as_long_as_it_is_the_bound, kept_fields_are_held_to_their_rules,
	     a_kept_document_is_one_of_another_language)
