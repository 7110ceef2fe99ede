/* Composites in definition files: members across files and whatever their order, and every way in which they can be
 * wrong. */
#include "slo/definitions.h"
#include "tests/unit/unit.h"

#include "base/file.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct slo_set *set, *next;
static struct buf text;
static char folder[64];

static void begin(void)
{
	set = next = NULL;
	buf_init(&text, MIB(4));
	snprintf(folder, sizeof(folder), "/tmp/wick-composites-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static const char *path_of(const char *name)
{
	static char path[160];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void end(void)
{
	slo_set_unref(set);
	slo_set_unref(next);
	buf_release(&text);
	unlink(path_of("a.yaml"));
	unlink(path_of("b.yaml"));
	rmdir(folder);
}

static const char *all_findings(const struct slo_set *of)
{
	buf_clear(&text);
	for (size_t i = 0; i < of->findings_len; i++)
		buf_fmt(&text, "%u:%u %s [%s]\n", of->findings[i].place.line, of->findings[i].place.col,
			of->findings[i].text.at, of->findings[i].rule);
	return text.len ? text.at : "";
}

#define HEAD            "apiVersion: wick/v1\nkind: ServiceLevels\nservice: shop\nslos:\n"
#define PLAIN(name)     "- {name: " name ", objective: 99%, sli: {probe: up}}\n"
#define OF(name, inner) "- {name: " name ", objective: 99%, sli: {composite: {" inner "}}}\n"
#define M(id)           "{slo: " id "}"

static const struct slo *slo_of(const struct slo_set *of, const char *id)
{
	const struct slo *slo = slo_set_find(of, str_of(id));

	ck_assert_msg(slo != NULL, "there is no '%s': %s", id, all_findings(of));
	return slo;
}

START_TEST(members_are_found_in_any_file_and_order)
{
	const struct definition_text texts[] = {
		{STR("a.yaml"),
		 STR(HEAD OF("journey", "members: [" M("shop/cart") ", {slo: bank/pay/card, weight: 2.5}, " M(
						"shop/inner") "], weighting: events, noData: bad, delay: 5m")
			     OF("inner", "members: [" M("shop/cart") "]"))},
		{STR("b.yaml"),
		 STR("apiVersion: wick/v1\nkind: ServiceLevels\nnamespace: bank\nservice: pay\nslos:\n" PLAIN("card"))},
		{STR("c.yaml"), STR("apiVersion: sloth/v1\nversion: prometheus/v1\nservice: shop\nslos:\n"
				    "- {name: other, objective: 99, sli: {raw: {error_ratio_query: 'x'}}}\n")},
		{STR("d.yaml"), STR(HEAD PLAIN("cart"))},
	};
	const struct composite *journey;
	const struct slo *cart;

	set = slo_set_read_all(texts, 4);
	ck_assert_uint_eq(set->len, 4 + (slo_set_find(set, STR("shop/other")) != NULL));
	journey = slo_of(set, "shop/journey")->sli.composite;
	ck_assert_uint_eq(journey->len, 3);
	ck_assert_ptr_eq(journey->members[0].slo, slo_of(set, "shop/cart"));
	ck_assert_ptr_eq(journey->members[1].slo, slo_of(set, "bank/pay/card"));
	ck_assert_ptr_eq(journey->members[2].slo, slo_of(set, "shop/inner"));
	ck_assert_double_eq(journey->members[0].weight, 1);
	ck_assert_double_eq(journey->members[1].weight, 2.5);
	ck_assert_int_eq(journey->weighting, WEIGHTED_BY_EVENTS);
	ck_assert_int_eq(journey->missing, MISSING_BAD);
	ck_assert_int_eq(journey->delay.ms, 5 * SPAN_MINUTE);
	/* each composite above it, once, though there are two ways to one of them */
	cart = slo_of(set, "shop/cart");
	ck_assert_uint_eq(cart->above_len, 2);
	ck_assert_ptr_eq(cart->above[0], slo_of(set, "shop/inner"));
	ck_assert_ptr_eq(cart->above[1], slo_of(set, "shop/journey"));
	ck_assert_uint_eq(slo_of(set, "shop/journey")->above_len, 0);
}
END_TEST

START_TEST(without_a_word_members_weigh_alike_and_what_is_missing_is_ignored)
{
	const struct composite *composite;

	set = slo_set_read("a.yaml", STR(HEAD PLAIN("cart") OF("all", "members: [" M("shop/cart") "]")));
	composite = slo_of(set, "shop/all")->sli.composite;
	ck_assert_int_eq(composite->weighting, WEIGHTED_EQUALLY);
	ck_assert_int_eq(composite->missing, MISSING_IGNORED);
	ck_assert_int_eq(composite->delay.ms, 10 * SPAN_MINUTE);
	ck_assert(slo_per_step(slo_of(set, "shop/all")));
}
END_TEST

/* Its closed periods and alerts hang on it. */
START_TEST(another_member_makes_it_no_other_slo)
{
	uint64_t hash;

	set = slo_set_read("a.yaml", STR(HEAD PLAIN("a") PLAIN("b") OF("all", "members: [" M("shop/a") "]")));
	hash = slo_of(set, "shop/all")->counts_hash;
	next = slo_set_read("a.yaml",
			    STR(HEAD PLAIN("a") PLAIN("b") OF("all", "weighting: events, members: [" M("shop/b") "]")));
	ck_assert(slo_of(next, "shop/all")->counts_hash == hash);
	ck_assert(slo_of(next, "shop/a")->counts_hash != hash);
}
END_TEST

/* `kept`: SLOs that are there all the same. */
static const struct {
	const char *yaml, *findings;
	size_t kept;
} faults[] = {
	{HEAD PLAIN("cart") OF("all", "members: [" M("shop/crat") "]"),
	 "6:65 slo: there is no SLO 'shop/crat' in any of the files; did you mean 'shop/cart'? [unknown-member]\n", 1},
	{HEAD PLAIN("cart") OF("all", "members: [" M("elsewhere/altogether") "]"),
	 "6:65 slo: there is no SLO 'elsewhere/altogether' in any of the files [unknown-member]\n", 1},
	{HEAD PLAIN("cart") OF("all", "members: [" M("shop/all") "]"),
	 "6:65 slo: 'shop/all' is a member of itself [circle]\n", 1},
	{HEAD PLAIN("x") OF("a", "members: [" M("shop/b") "]") OF("b", "members: [" M("shop/c") ", " M("shop/x") "]")
		 OF("c", "members: [" M("shop/a") "]") OF("d", "members: [" M("shop/c") "]"),
	 "8:63 slo: composites go round in a circle: shop/a -> shop/b -> shop/c -> shop/a [circle]\n"
	 "9:63 slo: 'shop/c' has an error of its own [broken-member]\n",
	 1},
	{HEAD PLAIN("x") OF("a", "members: [" M("shop/x") ", " M("shop/x") "]"),
	 "6:78 slo: 'shop/x' is a member already, in line 6; give it a higher weight [duplicate]\n", 0},
	{HEAD PLAIN("x") OF("a", "members: [{slo: shop/x, weight: 1.7e308}]"),
	 "6:79 weight: '1.7e308' is out of range; it must be from 0 to 1000000 [out-of-range]\n", 0},
	{HEAD PLAIN("x") OF("a", "members: [{slo: shop/x, weight: 0}]"),
	 "6:79 weight: '0' must be above 0 [out-of-range]\n", 0},
	{HEAD OF("a", "members: []"), "5:56 members: the list is empty; it wants at least one item [empty]\n", 0},
	{HEAD OF("a", "weighting: equal"), "5:46 members: is missing in composite [missing-key]\n", 0},
	{HEAD OF("a", "members: [{weight: 2}]"), "5:57 slo: is missing in a member [missing-key]\n", 0},
	{HEAD PLAIN("x") OF("a", "members: [" M("shop/x") "], noData: hold"),
	 "6:81 noData: 'hold' is not one of its values: ignore, good or bad [not-a-choice]\n", 0},
	{HEAD PLAIN("x") OF("a", "members: [" M("shop/x") "], delay: 2d"),
	 "6:80 delay: '2d' is out of range; it must be from 0s to 1d [out-of-range]\n", 0},
	{HEAD PLAIN("x") "- {name: a, objective: 99%, groupBy: [zone], sli: {composite: {members: [" M(
		 "shop/x") "]}}}\n",
	 "6:38 groupBy: a composite has no groups of its own: it reads its members as wholes [composite-groups]\n", 0},
	{HEAD PLAIN("x") "- {name: a, objective: 99%, budgeting: {noData: bad}, sli: {composite: {members: [" M(
		 "shop/x") "]}}}\n",
	 "6:40 budgeting: nothing is counted for a composite: it is for its members, and noData stands in composite, too "
	 "[composite-budgeting]\n",
	 0},
	{HEAD "- {name: a, objective: 99%, sli: {probe: up, composite: {members: [" M("shop/x") "]}}}\n",
	 "5:57 sli: has both probe and composite; give one of them [sli-kinds]\n", 0},
	{HEAD "- {name: a, objective: 99%, sli: {composite: shop/x}}\n",
	 "5:46 composite: wants a map of keys and values, not a text [wrong-type]\n", 0},
};

START_TEST(what_is_wrong_is_said_at_its_place)
{
	set = slo_set_read("a.yaml", str_of(faults[_i].yaml));
	ck_assert_str_eq(all_findings(set), faults[_i].findings);
	ck_assert_uint_eq(set->len, faults[_i].kept);
	ck_assert(set->files[0].broken && set->files[0].errors > 0 && set->files[0].error.len > 0);
	ck_assert_uint_gt(slo_set_errors(set), 0);
}
END_TEST

static void put(const char *name, const char *yaml)
{
	struct err err = {0};

	ck_assert_msg(file_replace(path_of(name), str_of(yaml), 0600, &err), "%s", err.text);
}

static struct slo_set *load(struct slo_set *before)
{
	const char *const paths[] = {folder};

	return slo_set_load(paths, 1, before);
}

START_TEST(a_composite_with_an_error_stays_what_it_was)
{
	const struct composite *composite;

	put("a.yaml", HEAD PLAIN("cart") PLAIN("pay"));
	put("b.yaml", HEAD OF("all", "members: [" M("shop/cart") ", " M("shop/pay") "]")
			      OF("outer", "members: [" M("shop/all") "]"));
	set = load(NULL);
	ck_assert_uint_eq(set->len, 4);
	/* a circle, and one that it is a member of */
	put("b.yaml", HEAD OF("all", "members: [" M("shop/outer") "]") OF("outer", "members: [" M("shop/all") "]"));
	next = load(set);
	ck_assert_uint_eq(next->errors, 1);
	ck_assert_uint_eq(next->len, 4);
	composite = slo_of(next, "shop/all")->sli.composite;
	ck_assert_uint_eq(composite->len, 2);
	ck_assert_ptr_eq(composite->members[1].slo, slo_of(next, "shop/pay"));
	ck_assert(next->files[1].broken && next->files[1].kept && !next->files[0].broken);
	/* a member goes: what was there cannot stand any more */
	slo_set_unref(set);
	set = next;
	put("a.yaml", HEAD PLAIN("cart"));
	next = load(set);
	ck_assert_uint_eq(next->len, 1);
	ck_assert_uint_gt(next->errors, 0);
	/* all is well again */
	slo_set_unref(set);
	set = next;
	put("a.yaml", HEAD PLAIN("cart") PLAIN("pay"));
	put("b.yaml", HEAD OF("all", "members: [" M("shop/pay") "]"));
	next = load(set);
	ck_assert_msg(next->errors == 0 && next->len == 3, "%s", all_findings(next));
}
END_TEST

START_TEST(a_broken_file_keeps_its_composites_with_members_of_this_set)
{
	put("a.yaml", HEAD PLAIN("cart"));
	put("b.yaml", HEAD OF("all", "members: [{slo: shop/cart, weight: 3}], noData: good"));
	set = load(NULL);
	put("b.yaml", HEAD "- {nam: all}\n");
	next = load(set);
	slo_set_unref(set);
	set = NULL;
	ck_assert(next->files[1].kept);
	ck_assert_ptr_eq(slo_of(next, "shop/all")->sli.composite->members[0].slo, slo_of(next, "shop/cart"));
	ck_assert_double_eq(slo_of(next, "shop/all")->sli.composite->members[0].weight, 3);
	ck_assert_int_eq(slo_of(next, "shop/all")->sli.composite->missing, MISSING_GOOD);
	ck_assert_uint_eq(slo_of(next, "shop/cart")->above_len, 1);
}
END_TEST

/* A chain of composites, each of the next; and one of many, many times. */
static void put_chain(size_t len)
{
	buf_clear(&text);
	buf_cstr(&text, HEAD PLAIN("c0"));
	for (size_t i = 1; i <= len; i++)
		buf_fmt(&text, "- {name: c%zu, objective: 99%%, sli: {composite: {members: [{slo: shop/c%zu}]}}}\n", i,
			i - 1);
	set = slo_set_read("a.yaml", buf_view(&text));
}

START_TEST(there_are_limits_to_how_deep_and_how_many)
{
	put_chain(LIMIT_COMPOSITE_DEPTH);
	ck_assert_uint_eq(set->errors, 0);
	slo_set_unref(set);
	put_chain(LIMIT_COMPOSITE_DEPTH + 1);
	ck_assert_uint_eq(set->errors, 1);
	ck_assert_uint_eq(set->len, LIMIT_COMPOSITE_DEPTH + 1);
	ck_assert_str_eq(set->findings[0].rule, "too-deep");
	slo_set_unref(set);
	put_chain(20000); /* deep files do not run away with the stack */
	ck_assert_uint_eq(set->len, LIMIT_COMPOSITE_DEPTH + 1);
	slo_set_unref(set);

	buf_clear(&text);
	buf_cstr(&text, HEAD);
	for (size_t i = 0; i <= LIMIT_COMPOSITE_MEMBERS; i++)
		buf_fmt(&text, "- {name: p%zu, objective: 99%%, sli: {probe: up}}\n", i);
	for (size_t i = 0; i < 11; i++) {
		buf_fmt(&text, "- {name: c%zu, objective: 99%%, sli: {composite: {members: [{slo: shop/p0}", i);
		for (size_t k = 1; k < LIMIT_COMPOSITE_MEMBERS; k++)
			buf_fmt(&text, ", {slo: shop/p%zu}", k);
		buf_cstr(&text, "]}}}\n");
	}
	buf_cstr(&text, "- {name: all, objective: 99%, sli: {composite: {members: [{slo: shop/c0}");
	for (size_t k = 1; k < 11; k++)
		buf_fmt(&text, ", {slo: shop/c%zu}", k);
	buf_cstr(&text, "]}}}\n");
	set = slo_set_read("a.yaml", buf_view(&text));
	ck_assert_str_eq(all_findings(set),
			 "117:225 slo: with 'shop/c10' it is read through more than 1000 SLOs [too-many]\n");
	ck_assert_uint_eq(set->len, LIMIT_COMPOSITE_MEMBERS + 1 + 11);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("slo/composite");
	TCase *tests = tcase_create("composite");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, members_are_found_in_any_file_and_order);
	tcase_add_test(tests, without_a_word_members_weigh_alike_and_what_is_missing_is_ignored);
	tcase_add_test(tests, another_member_makes_it_no_other_slo);
	tcase_add_loop_test(tests, what_is_wrong_is_said_at_its_place, 0, sizeof(faults) / sizeof(faults[0]));
	tcase_add_test(tests, a_composite_with_an_error_stays_what_it_was);
	tcase_add_test(tests, a_broken_file_keeps_its_composites_with_members_of_this_set);
	tcase_add_test(tests, there_are_limits_to_how_deep_and_how_many);
	tcase_set_timeout(tests, 60);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
