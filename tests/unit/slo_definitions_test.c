/* Sets of definition files: what is found, what is kept, what is noticed. */
#include "slo/definitions.h"

#include "base/file.h"
#include "base/limits.h"
#include "slo/finding_write.h"
#include "slo/reference.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];
static struct slo_set *set, *next;

static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/wick-definitions-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	set = next = NULL;
}

static const char *path_of(const char *name)
{
	static char paths[4][160];
	static size_t turn;

	turn = (turn + 1) % 4;
	snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", folder, name);
	return paths[turn];
}

static void remove_file(const char *name) { unlink(path_of(name)); }

static void end(void)
{
	static const char *const names[] = {"a.yaml", "b.yaml", "c.yaml", "huge.yaml", "sub/d.yaml"};

	slo_set_unref(set);
	slo_set_unref(next);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove_file(names[i]);
	rmdir(path_of("sub"));
	rmdir(folder);
}

static void put(const char *name, const char *text)
{
	struct err err = {0};

	ck_assert_msg(file_replace(path_of(name), str_of(text), 0600, &err), "%s", err.text);
}

/* A file with one SLO; `objective` tells versions apart. */
static void put_slo(const char *name, const char *service, const char *objective)
{
	char text[512];

	snprintf(
		text, sizeof(text),
		"apiVersion: wick/v1\nkind: ServiceLevels\nservice: %s\nlabels: {team: x}\nslos:\n"
		"- {name: n, objective: %s, groupBy: [zone], sli: {events: {bad: 'x_total{c=\"5\"}', total: x_total}}}\n",
		service, objective);
	put(name, text);
}

static struct slo_set *load(struct slo_set *before)
{
	const char *const paths[] = {folder};

	return slo_set_load(paths, 1, before);
}

/* Both fail the test where there is none. */
static const struct slo *slo_of(const struct slo_set *in, const char *id)
{
	static const struct slo none;

	for (size_t i = 0; i < in->len; i++)
		if (str_is(in->slos[i].id, id))
			return &in->slos[i];
	ck_abort_msg("there is no SLO '%s'", id);
	return &none;
}

static const struct definition_file *file_of(const struct slo_set *in, const char *path)
{
	static const struct definition_file none;

	for (size_t i = 0; i < in->files_len; i++)
		if (str_is(in->files[i].path, path))
			return &in->files[i];
	ck_abort_msg("there is no file '%s'", path);
	return &none;
}

START_TEST(a_folder_is_read_with_all_that_is_below_it)
{
	const char *const paths[] = {"tests/data/definitions/folder", "tests/data/definitions/folder/api.yaml"};
	static const char *const ids[] = {"api/availability", "api/strict-availability", "web/reachable",
					  "worker/jobs"};

	set = slo_set_load(paths, 2, NULL);
	ck_assert_uint_eq(slo_set_errors(set), 0);
	ck_assert_uint_eq(set->files_len, 2);
	ck_assert(str_is(set->files[0].path, "tests/data/definitions/folder/api.yaml"));
	ck_assert(str_is(set->files[1].path, "tests/data/definitions/folder/deeper/windows.yml"));
	ck_assert_uint_eq(set->len, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_msg(str_is(set->slos[i].id, ids[i]), "%s", set->slos[i].id.at);
	ck_assert_uint_eq(slo_of(set, "worker/jobs")->place.line, 5);
	ck_assert_uint_eq(slo_of(set, "api/strict-availability")->place.line, 10);
}
END_TEST

START_TEST(the_examples_have_nothing_wrong_and_show_every_kind_that_is_counted)
{
	const char *const paths[] = {"slo/examples"};
	unsigned kinds = 0;

	set = slo_set_load(paths, 1, NULL);
	ck_assert_uint_eq(set->findings_len, 0);
	for (size_t i = 0; i < set->len; i++)
		kinds |= 1u << set->slos[i].sli.kind;
	/* composites are in docs/composites.md: the examples can be rules without a daemon, too */
	ck_assert_uint_eq(kinds, (1u << SLI_COMPOSITE) - 1);
	slo_of(set, "anvila-api/availability");
	slo_of(set, "anvila-api/latency");
	slo_of(set, "anvila-api/reachable");
}
END_TEST

START_TEST(one_bad_file_does_not_take_the_others_down)
{
	put_slo("a.yaml", "a", "99%");
	put_slo("b.yaml", "b", "100%");
	set = load(NULL);
	ck_assert_uint_eq(set->len, 1);
	slo_of(set, "a/n");
	ck_assert(!file_of(set, path_of("a.yaml"))->broken);
	ck_assert(file_of(set, path_of("b.yaml"))->broken);
	ck_assert(!file_of(set, path_of("b.yaml"))->kept);
	ck_assert_ptr_nonnull(
		strstr(file_of(set, path_of("b.yaml"))->error.at, "b.yaml:6:24: objective: '100%' leaves no budget"));
}
END_TEST

START_TEST(a_broken_file_keeps_its_last_good_version_for_as_long_as_it_is_broken)
{
	put_slo("a.yaml", "a", "99%");
	put_slo("b.yaml", "b", "98%");
	set = load(NULL);
	put("b.yaml", "[");
	for (int i = 0; i < 3; i++) {
		next = load(set);
		slo_set_unref(set);
		set = next;
		next = NULL;
		ck_assert_uint_eq(set->len, 2);
		ck_assert(file_of(set, path_of("b.yaml"))->kept);
		ck_assert_uint_eq(slo_set_errors(set), 1);
		ck_assert(str_is(slo_of(set, "b/n")->objective_text, "98%"));
		ck_assert(str_is(slo_of(set, "b/n")->sli.bad.text, "x_total{c=\"5\"}"));
		ck_assert(str_is(slo_of(set, "b/n")->group_by[0], "zone"));
		ck_assert(str_is(slo_of(set, "b/n")->labels.at[0].value, "x"));
	}
	put_slo("b.yaml", "b", "97%");
	next = load(set);
	ck_assert(!file_of(next, path_of("b.yaml"))->broken);
	ck_assert(str_is(slo_of(next, "b/n")->objective_text, "97%"));
}
END_TEST

START_TEST(a_file_that_is_deleted_takes_its_slos_with_it)
{
	put_slo("a.yaml", "a", "99%");
	put_slo("b.yaml", "b", "99%");
	set = load(NULL);
	remove_file("b.yaml");
	next = load(set);
	ck_assert_uint_eq(next->len, 1);
	ck_assert_uint_eq(slo_set_errors(next), 0);
}
END_TEST

START_TEST(a_folder_that_vanishes_is_said_and_keeps_what_was_there)
{
	const char *const paths[] = {path_of("sub")};

	ck_assert_int_eq(mkdir(paths[0], 0700), 0);
	put_slo("sub/d.yaml", "d", "99%");
	set = slo_set_load(paths, 1, NULL);
	ck_assert_uint_eq(set->len, 1);
	remove_file("sub/d.yaml");
	ck_assert_int_eq(rmdir(paths[0]), 0);
	for (int i = 0; i < 2; i++) {
		next = slo_set_load(paths, 1, set);
		ck_assert_uint_eq(slo_set_errors(next), 1);
		ck_assert_str_eq(next->findings[0].rule, "unreadable");
		ck_assert_uint_eq(next->len, 1);
		ck_assert_uint_eq(next->files_len, 2);
		ck_assert(file_of(next, paths[0])->broken);
		ck_assert(file_of(next, path_of("sub/d.yaml"))->kept);
		slo_set_unref(set);
		set = next;
		next = NULL;
	}
}
END_TEST

START_TEST(a_named_file_that_vanishes_keeps_its_slos)
{
	const char *const paths[] = {path_of("a.yaml")};

	put_slo("a.yaml", "a", "99%");
	set = slo_set_load(paths, 1, NULL);
	remove_file("a.yaml");
	next = slo_set_load(paths, 1, set);
	ck_assert_uint_eq(next->len, 1);
	ck_assert_uint_eq(next->files_len, 1);
	ck_assert(next->files[0].kept);
}
END_TEST

START_TEST(the_same_slo_in_two_files_is_an_error_of_the_later)
{
	put_slo("a.yaml", "x", "99%");
	put_slo("b.yaml", "x", "98%");
	set = load(NULL);
	ck_assert_uint_eq(set->len, 1);
	ck_assert(str_is(set->slos[0].objective_text, "99%"));
	ck_assert(file_of(set, path_of("b.yaml"))->broken);
	ck_assert_ptr_nonnull(strstr(set->findings[0].text.at, "'x/n' is defined already at"));
	ck_assert_ptr_nonnull(strstr(set->findings[0].text.at, "a.yaml:6:3"));
}
END_TEST

START_TEST(an_slo_that_moves_to_a_file_is_not_kept_by_the_one_it_left)
{
	put_slo("b.yaml", "x", "98%");
	set = load(NULL);
	put_slo("a.yaml", "x", "99%");
	put("b.yaml", "[");
	next = load(set);
	ck_assert_uint_eq(next->len, 1);
	ck_assert(str_is(next->slos[0].objective_text, "99%"));
	ck_assert(!file_of(next, path_of("b.yaml"))->kept);
}
END_TEST

START_TEST(a_gigabyte_of_yaml_is_refused_by_its_size)
{
	FILE *file = fopen(path_of("huge.yaml"), "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(ftruncate(fileno(file), 1 << 30), 0);
	fclose(file);
	set = load(NULL);
	ck_assert_uint_eq(slo_set_errors(set), 1);
	ck_assert_ptr_nonnull(strstr(set->findings[0].text.at, "over the limit of 8388608"));
}
END_TEST

START_TEST(an_empty_folder_and_an_empty_file_are_warnings)
{
	set = load(NULL);
	ck_assert_uint_eq(set->findings_len, 1);
	ck_assert_int_eq(set->findings[0].level, FINDING_WARNING);
	put("a.yaml", "# nothing yet\n");
	next = load(NULL);
	ck_assert_uint_eq(next->findings_len, 1);
	ck_assert_int_eq(next->findings[0].level, FINDING_WARNING);
	ck_assert(!next->files[0].broken);
}
END_TEST

START_TEST(findings_beyond_the_limit_are_counted)
{
	struct buf text;

	buf_init(&text, MIB(1));
	buf_cstr(&text, "apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\nslos:\n");
	for (int i = 0; i < LIMIT_FINDINGS; i++)
		buf_fmt(&text, "- {name: n%d, objective: 2, sli: {}}\n", i);
	set = slo_set_read("a.yaml", buf_view(&text));
	ck_assert_uint_eq(slo_set_errors(set), 2 * LIMIT_FINDINGS);
	ck_assert_uint_eq(set->findings_len, LIMIT_FINDINGS);
	ck_assert_uint_eq(set->findings_dropped, LIMIT_FINDINGS);
	buf_release(&text);
}
END_TEST

START_TEST(a_watch_sees_files_come_change_and_go)
{
	const char *const paths[] = {folder};
	struct slo_watch *watch;

	put_slo("a.yaml", "a", "99%");
	watch = slo_watch_new(paths, 1);
	ck_assert(!slo_watch_changed(watch));
	put_slo("a.yaml", "a", "98%");
	ck_assert(slo_watch_changed(watch));
	ck_assert(!slo_watch_changed(watch));
	put_slo("b.yaml", "b", "99%");
	ck_assert(slo_watch_changed(watch));
	remove_file("b.yaml");
	ck_assert(slo_watch_changed(watch));
	ck_assert_int_eq(rename(path_of("a.yaml"), path_of("c.yaml")), 0);
	ck_assert(slo_watch_changed(watch));
	remove_file("c.yaml");
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert(slo_watch_changed(watch));
	ck_assert(!slo_watch_changed(watch));
	slo_watch_free(watch);
}
END_TEST

/* The findings of a file with faults, as one format writes them. */
static char *written(enum finding_format format)
{
	const char *const paths[] = {"tests/data/definitions/faults.yaml"};
	struct buf buf;

	set = slo_set_load(paths, 1, NULL);
	buf_init(&buf, MIB(1));
	ck_assert(findings_write(&buf, format, set->findings, set->findings_len, 0));
	return buf.at;
}

START_TEST(findings_are_written_as_lines)
{
	static const char lines[] =
		"tests/data/definitions/faults.yaml:1:1: error: service: is missing in the document\n"
		"tests/data/definitions/faults.yaml:3:1: error: unknown key 'servce' in the document; did you mean 'service'?\n"
		"tests/data/definitions/faults.yaml:6:16: error: objective: '100%' leaves no budget; it must be above 0 and below 100 %\n"
		"tests/data/definitions/faults.yaml:11:24: error: bad: "; /* and what the PromQL parser says */
	char *text = written(FINDING_TEXT);

	ck_assert_msg(strncmp(text, lines, sizeof(lines) - 1) == 0, "%s", text);
	free(text);
}
END_TEST

START_TEST(findings_are_written_as_sarif)
{
	char *text = written(FINDING_SARIF);
	json_t *sarif = json_loads(text, 0, NULL), *run = json_array_get(json_object_get(sarif, "runs"), 0);
	json_t *results = json_object_get(run, "results"), *first = json_array_get(results, 1), *location, *region;

	ck_assert_str_eq(json_string_value(json_object_get(sarif, "version")), "2.1.0");
	ck_assert_uint_eq(json_array_size(results), 4);
	ck_assert_str_eq(json_string_value(json_object_get(first, "ruleId")), "unknown-key");
	ck_assert_str_eq(json_string_value(json_object_get(first, "level")), "error");
	location = json_object_get(json_array_get(json_object_get(first, "locations"), 0), "physicalLocation");
	region = json_object_get(location, "region");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(location, "artifactLocation"), "uri")),
			 "tests/data/definitions/faults.yaml");
	ck_assert_int_eq(json_integer_value(json_object_get(region, "startLine")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(region, "startColumn")), 1);
	json_decref(sarif);
	free(text);
}
END_TEST

START_TEST(findings_are_written_as_json)
{
	char *text = written(FINDING_JSON);
	json_t *json = json_loads(text, 0, NULL), *third = json_array_get(json_object_get(json, "findings"), 2);

	ck_assert_int_eq(json_integer_value(json_object_get(json, "errors")), 4);
	ck_assert_str_eq(json_string_value(json_object_get(third, "key")), "objective");
	ck_assert_int_eq(json_integer_value(json_object_get(third, "line")), 6);
	ck_assert_int_eq(json_integer_value(json_object_get(third, "column")), 16);
	json_decref(json);
	free(text);
}
END_TEST

START_TEST(markdown_reads_nothing_of_a_finding_as_markup)
{
	struct finding finding = {
		FINDING_NOTE, {"a_b.yaml", 3, 4}, STR_INIT("'<b>|`*[x](y)' & #1"), STR_INIT(""), "rule", NULL};
	struct buf buf;

	buf_init(&buf, KIB(1));
	ck_assert(findings_write(&buf, FINDING_MARKDOWN, &finding, 1, 0));
	ck_assert_str_eq(buf.at, "### wick check: 0 errors, 0 warnings, 1 note\n\n| | where | what |\n|---|---|---|\n"
				 "| note | a\\_b.yaml:3 | '\\<b\\>\\|\\`\\*\\[x\\](y)' \\& \\#1 |\n");
	buf_release(&buf);
}
END_TEST

START_TEST(github_reads_nothing_of_a_finding_as_a_command)
{
	struct finding finding = {
		FINDING_WARNING, {"a,b:c.yaml", 1, 2}, STR_INIT("50% of\r\n::error::x"), STR_INIT(""), "rule", NULL};
	struct buf buf;

	buf_init(&buf, KIB(1));
	ck_assert(findings_write(&buf, FINDING_GITHUB, &finding, 1, 0));
	ck_assert_str_eq(buf.at,
			 "::warning file=a%2Cb%3Ac.yaml,line=1,col=2,title=wick rule::50%25 of%0D%0A::error::x\n");
	buf_release(&buf);
}
END_TEST

/* Rows that say what kind of number a key wants, and tables that are easily left out. */
START_TEST(the_reference_page_has_budgeting_objectives_and_units_of_numbers)
{
	static const char *const parts[] = {
		"\n## What spends the budget: `budgeting`\n\n| key | type | default | values | meaning |\n",
		"\n| `method` | word | `occurrences` | `occurrences`, `timeslices`, `ratioTimeslices` | ",
		"\n| `slice` | duration in whole minutes | ",
		"\n## One of several objectives: each of `objectives`\n\n",
		"\n| `objective` | objective | required |  | As that of an SLO. |\n",
		"\n| `unit` | word | `by-name` | `by-name`, `s`, `ms`, `us`, `ns` | ",
		"\n| `weight` | number | `1` | above 0, up to 1000000 | ",
		"\n| `bad` | number |  | -1e+15 to 1e+15 | ",
	};
	struct buf page;

	buf_init(&page, MIB(1));
	ck_assert(slo_reference_write(&page));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		ck_assert_msg(strstr(page.at, parts[i]) != NULL, "there is no %s", parts[i]);
	/* bytes are for texts */
	ck_assert(!strstr(page.at, "| number |  | at most") && !strstr(page.at, "| number | `1` | at most"));
	buf_release(&page);
}
END_TEST

START_TEST(the_reference_page_is_what_the_tables_say)
{
	struct buf page, file;
	struct err err = {0};

	buf_init(&page, MIB(1));
	buf_init(&file, MIB(1));
	ck_assert(slo_reference_write(&page));
	ck_assert_msg(file_read("docs/slo-language.md", &file, &err), "%s", err.text);
	ck_assert_msg(str_eq(buf_view(&page), buf_view(&file)),
		      "write it again: wick check --reference > docs/slo-language.md");
	buf_release(&page);
	buf_release(&file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("definitions");
	TCase *tests = tcase_create("definitions");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, a_folder_is_read_with_all_that_is_below_it);
	tcase_add_test(tests, the_examples_have_nothing_wrong_and_show_every_kind_that_is_counted);
	tcase_add_test(tests, one_bad_file_does_not_take_the_others_down);
	tcase_add_test(tests, a_broken_file_keeps_its_last_good_version_for_as_long_as_it_is_broken);
	tcase_add_test(tests, a_file_that_is_deleted_takes_its_slos_with_it);
	tcase_add_test(tests, a_folder_that_vanishes_is_said_and_keeps_what_was_there);
	tcase_add_test(tests, a_named_file_that_vanishes_keeps_its_slos);
	tcase_add_test(tests, the_same_slo_in_two_files_is_an_error_of_the_later);
	tcase_add_test(tests, an_slo_that_moves_to_a_file_is_not_kept_by_the_one_it_left);
	tcase_add_test(tests, a_gigabyte_of_yaml_is_refused_by_its_size);
	tcase_add_test(tests, an_empty_folder_and_an_empty_file_are_warnings);
	tcase_add_test(tests, findings_beyond_the_limit_are_counted);
	tcase_add_test(tests, a_watch_sees_files_come_change_and_go);
	tcase_add_test(tests, findings_are_written_as_lines);
	tcase_add_test(tests, findings_are_written_as_sarif);
	tcase_add_test(tests, findings_are_written_as_json);
	tcase_add_test(tests, github_reads_nothing_of_a_finding_as_a_command);
	tcase_add_test(tests, markdown_reads_nothing_of_a_finding_as_markup);
	tcase_add_test(tests, the_reference_page_has_budgeting_objectives_and_units_of_numbers);
	tcase_add_test(tests, the_reference_page_is_what_the_tables_say);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
