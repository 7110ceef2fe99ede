/* Where SLOs are counted: what files say, and what becomes of it once the settings are known. */
#include "slo/sources.h"
#include "tests/unit/unit.h"

#include "base/file.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct slo_set *set;

static void end(void)
{
	slo_set_unref(set);
	set = NULL;
}

#define SLI ", objective: 99%, sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}"
#define DOCUMENT(head, a, b)                                                                                           \
	"apiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n" head "slos:\n- {name: a" SLI a "}\n- {name: b" SLI b  \
	"}\n"

static void read_one(const char *text)
{
	end();
	set = slo_set_read("a.yaml", str_of(text));
}

static const struct str names[] = {STR_INIT(""), STR_INIT("eu"), STR_INIT("us"), STR_INIT("asia")};

static bool found(const char *rule)
{
	for (size_t i = 0; i < set->findings_len; i++)
		if (strcmp(set->findings[i].rule, rule) == 0)
			return true;
	return false;
}

/* The one of that rule. */
static struct finding finding_of(const char *rule)
{
	struct finding finding = {.rule = NULL};

	ck_assert_msg(found(rule), "there is no finding '%s'", rule);
	for (size_t i = 0; i < set->findings_len; i++)
		if (strcmp(set->findings[i].rule, rule) == 0)
			finding = set->findings[i];
	return finding;
}

START_TEST(an_slo_says_its_source_over_that_of_its_document)
{
	read_one(DOCUMENT("source: eu\n", "", ", source: us"));
	ck_assert_uint_eq(slo_set_errors(set), 0);
	ck_assert(str_is(set->slos[0].source.name, "eu"));
	ck_assert(str_is(set->slos[1].source.name, "us"));
	read_one(DOCUMENT("source: eu\n", "", ", source: default"));
	ck_assert(str_is(set->slos[0].source.name, "eu"));
	ck_assert_uint_eq(set->slos[1].source.name.len, 0);
	read_one(DOCUMENT("", "", ""));
	ck_assert_uint_eq(set->slos[0].source.name.len, 0);
	read_one(DOCUMENT("", ", source: 'a b'", ""));
	ck_assert_uint_eq(slo_set_errors(set), 1);
}
END_TEST

/* The hash is FNV-1a over lines of text, of which the source's is the last one. */
static uint64_t fnv1a_on(uint64_t hash, const char *text)
{
	for (; *text; text++) {
		hash ^= (unsigned char)*text;
		hash *= 1099511628211U;
	}
	return hash;
}

START_TEST(a_name_changes_what_is_counted_and_the_default_source_does_not)
{
	uint64_t plain, named;

	read_one(DOCUMENT("", "", ", source: eu"));
	plain = set->slos[0].counts_hash;
	named = set->slos[1].counts_hash;
	ck_assert_uint_eq(named, fnv1a_on(plain, "source=eu\n"));
	read_one(DOCUMENT("", ", source: default", ", source: us"));
	ck_assert_uint_eq(set->slos[0].counts_hash, plain);
	ck_assert_uint_eq(set->slos[1].counts_hash, fnv1a_on(plain, "source=us\n"));
}
END_TEST

START_TEST(a_name_that_the_settings_have_not_is_an_error_where_it_stands)
{
	read_one(DOCUMENT("source: mars\n", "", ""));
	ck_assert_uint_eq(slo_set_errors(set), 0); /* nobody can know */
	slo_set_find_sources(set, names, COUNT_OF(names));
	ck_assert_uint_eq(slo_set_errors(set), 1); /* of both SLOs: it stands there once */
	ck_assert_uint_eq(set->len, 2);
	ck_assert_str_eq(finding_of("no-such-source").text.at,
			 "source: there is no source 'mars' in the settings; there are 'eu', 'us' and 'asia'");
	ck_assert_uint_eq(finding_of("no-such-source").place.line, 4);
	ck_assert_uint_eq(finding_of("no-such-source").place.col, 9);
	read_one(DOCUMENT("source: asia\n", "", ", source: default"));
	slo_set_find_sources(set, names, COUNT_OF(names));
	ck_assert_uint_eq(slo_set_errors(set), 0);
}
END_TEST

#define METRIC(source, query) "{metricSource: {" source "type: Prometheus, spec: {query: '" query "'}}}"
#define OPENSLO(bad, total)                                                                                            \
	"apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: a}\nspec:\n  service: s\n"                                \
	"  budgetingMethod: Occurrences\n  timeWindow: [{duration: 30d, isRolling: true}]\n"                           \
	"  objectives: [{target: 0.99}]\n  indicator:\n    metadata: {name: a}\n    spec:\n      ratioMetric:\n"       \
	"        counter: true\n        bad: " METRIC(bad, "x_total{code=\"5\"}") "\n        total: " METRIC(          \
		total, "x_total") "\n"

START_TEST(a_reference_of_openslo_is_a_wish)
{
	uint64_t plain;

	read_one(OPENSLO("", ""));
	ck_assert_uint_eq(slo_set_errors(set), 0);
	ck_assert(!set->slos[0].source.soft);
	plain = set->slos[0].counts_hash;

	read_one(OPENSLO("metricSourceRef: eu, ", "metricSourceRef: eu, "));
	ck_assert(set->slos[0].source.soft);
	ck_assert(str_is(set->slos[0].source.name, "eu"));
	ck_assert_uint_eq(set->slos[0].counts_hash, plain);
	for (int again = 0; again < 2; again++) { /* a second time changes nothing */
		slo_set_find_sources(set, names, COUNT_OF(names));
		ck_assert(!set->slos[0].source.soft);
		ck_assert(str_is(set->slos[0].source.name, "eu"));
		ck_assert_uint_eq(set->slos[0].counts_hash, fnv1a_on(plain, "source=eu\n"));
	}
	ck_assert(!found("default-source"));

	read_one(OPENSLO("", "metricSourceRef: mars, "));
	slo_set_find_sources(set, names, COUNT_OF(names));
	ck_assert_uint_eq(slo_set_errors(set), 0);
	ck_assert_uint_eq(set->slos[0].source.name.len, 0);
	ck_assert_uint_eq(set->slos[0].counts_hash, plain);
	ck_assert_int_eq(finding_of("default-source").level, FINDING_NOTE);
	ck_assert_uint_eq(finding_of("default-source").place.line, 15);
}
END_TEST

START_TEST(an_slo_is_counted_at_one_source)
{
	read_one(OPENSLO("metricSourceRef: us, ", "metricSourceRef: eu, "));
	ck_assert(str_is(set->slos[0].source.name, "us"));
	ck_assert_uint_eq(finding_of("two-sources").place.line, 15);
}
END_TEST

START_TEST(what_stands_in_for_a_broken_file_keeps_its_source)
{
	char folder[] = "/tmp/wick-sources-XXXXXX", path[64];
	const char *paths[] = {folder};
	struct slo_set *before;
	struct err err = {0};

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.yaml", folder);
	ck_assert(file_replace(path, STR(OPENSLO("metricSourceRef: eu, ", "")), 0644, &err));
	before = slo_set_load(paths, 1, NULL);
	slo_set_find_sources(before, names, COUNT_OF(names));
	ck_assert(file_replace(path, STR("kind: ["), 0644, &err));
	end();
	set = slo_set_load(paths, 1, before);
	slo_set_find_sources(set, names, COUNT_OF(names));
	ck_assert_uint_eq(set->len, 1);
	ck_assert(str_is(set->slos[0].source.name, "eu"));
	ck_assert_uint_eq(set->slos[0].counts_hash, before->slos[0].counts_hash);
	slo_set_unref(before);
	unlink(path);
	rmdir(folder);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("slo/sources");
	TCase *tests = tcase_create("sources");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tests, NULL, end);
	tcase_add_test(tests, an_slo_says_its_source_over_that_of_its_document);
	tcase_add_test(tests, a_name_changes_what_is_counted_and_the_default_source_does_not);
	tcase_add_test(tests, a_name_that_the_settings_have_not_is_an_error_where_it_stands);
	tcase_add_test(tests, a_reference_of_openslo_is_a_wish);
	tcase_add_test(tests, an_slo_is_counted_at_one_source);
	tcase_add_test(tests, what_stands_in_for_a_broken_file_keeps_its_source);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
