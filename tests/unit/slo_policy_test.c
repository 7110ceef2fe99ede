/* Error budget policies: what is made of `kind: Policy`, which SLO means which, and every way in which it can be
 * wrong. */
#include "slo/definitions.h"
#include "tests/unit/unit.h"

#include "base/limits.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

static struct slo_set *set;
static struct buf text;

static void begin(void)
{
	set = NULL;
	buf_init(&text, MIB(1));
}

static void end(void)
{
	slo_set_unref(set);
	buf_release(&text);
}

static const char *all_findings(void)
{
	buf_clear(&text);
	for (size_t i = 0; i < set->findings_len; i++)
		buf_fmt(&text, "%u:%u %s [%s]\n", set->findings[i].place.line, set->findings[i].place.col,
			set->findings[i].text.at, set->findings[i].rule);
	return text.len ? text.at : "";
}

#define POLICY(name, levels) "apiVersion: wick/v1\nkind: Policy\nname: " name "\nlevels: " levels "\n"
#define SLOS(head, own)                                                                                                \
	"---\napiVersion: wick/v1\nkind: ServiceLevels\nservice: s\n" head "slos:\n"                                   \
	"- {name: n, objective: 99.9%, sli: {events: {bad: 'x_total{code=\"5\"}', total: x_total}}" own "}\n"
#define STRICT "{review: {consumed: 25%, agreed: look}, freeze: {consumed: 80%, agreed: stop}}"

static void read_all(const char *yaml)
{
	slo_set_unref(set);
	set = slo_set_read("a.yaml", str_of(yaml));
}

static const struct policy *policy_of(const char *yaml)
{
	read_all(yaml);
	ck_assert_msg(slo_set_errors(set) == 0 && set->len == 1, "%s", all_findings());
	return set->slos[0].policy;
}

START_TEST(without_a_word_the_default_holds)
{
	ck_assert_ptr_eq(policy_of(SLOS("", "")), &policy_default);
	ck_assert_ptr_eq(policy_of(SLOS("policy: default\n", "")), &policy_default);
}
END_TEST

START_TEST(a_policy_named_default_is_that_of_all_who_name_none)
{
	const struct policy *policy = policy_of(POLICY("default", STRICT) SLOS("", ""));

	ck_assert_ptr_ne(policy, &policy_default);
	ck_assert(policy->steps[POLICY_NORMAL].given);
	ck_assert(!policy->steps[POLICY_APPROVAL].given);
	ck_assert_double_eq(policy->steps[POLICY_FREEZE].consumed, 0.8);
	ck_assert(str_is(policy->steps[POLICY_REVIEW].agreed, "look"));
}
END_TEST

START_TEST(the_slo_has_the_last_word_over_its_document)
{
	ck_assert(str_is(policy_of(POLICY("strict", STRICT) SLOS("policy: strict\n", ""))->name, "strict"));
	ck_assert(str_is(policy_of(POLICY("strict", STRICT) SLOS("", ", policy: strict"))->name, "strict"));
	ck_assert_ptr_eq(policy_of(POLICY("strict", STRICT) SLOS("policy: strict\n", ", policy: default")),
			 &policy_default);
	ck_assert_ptr_null(policy_of(SLOS("", ", policy: none")));
	ck_assert(!slo_has_policy(&set->slos[0]));
}
END_TEST

START_TEST(a_level_is_in_force_from_its_part_of_the_budget_on)
{
	const struct policy *strict = policy_of(POLICY("default", STRICT) SLOS("", ""));

	ck_assert_int_eq(policy_level_at(strict, 0), POLICY_NORMAL);
	ck_assert_int_eq(policy_level_at(strict, -0.1), POLICY_NORMAL);
	ck_assert_int_eq(policy_level_at(strict, nextafter(0.25, 0)), POLICY_NORMAL);
	ck_assert_int_eq(policy_level_at(strict, 0.25), POLICY_REVIEW);
	ck_assert_int_eq(policy_level_at(strict, 0.79), POLICY_REVIEW); /* it has no approval */
	ck_assert_int_eq(policy_level_at(strict, 0.8), POLICY_FREEZE);
	ck_assert_int_eq(policy_level_at(strict, HUGE_VAL), POLICY_FREEZE);
	ck_assert_int_eq(policy_level_at(&policy_default, 0.5), POLICY_REVIEW);
	ck_assert_int_eq(policy_level_at(&policy_default, 0.75), POLICY_APPROVAL);
	ck_assert_int_eq(policy_level_at(&policy_default, 1), POLICY_FREEZE);
}
END_TEST

START_TEST(what_is_not_known_is_not_normal)
{
	ck_assert_int_eq(policy_level_at(&policy_default, (double)NAN), POLICY_UNKNOWN);
	ck_assert_int_eq(policy_level_at(NULL, 0), POLICY_UNKNOWN);
}
END_TEST

START_TEST(a_name_that_is_not_defined_is_an_error_and_the_slo_stays)
{
	read_all(POLICY("strict", STRICT) SLOS("policy: strikt\n", ""));
	ck_assert_str_eq(all_findings(), "9:9 policy: there is no policy 'strikt' in any of the files; did you mean "
					 "'strict'? [unknown-policy]\n");
	ck_assert_uint_eq(slo_set_errors(set), 1);
	ck_assert_uint_eq(set->len, 1);
	ck_assert_ptr_null(set->slos[0].policy);
	ck_assert(slo_has_policy(&set->slos[0]));
}
END_TEST

/* 99.9 % leaves room for 1000 times the budget, 80 % for 5 times. */
START_TEST(a_level_that_no_outage_reaches_is_a_warning)
{
	static const char yaml[] =
		POLICY("late", "{review: {consumed: 500%, agreed: look}, freeze: {consumed: 600%, agreed: stop}}") SLOS(
			"policy: late\n", "}\n- {name: m, objective: 80%, sli: {probe: up}, alerting: {disable: true}");

	read_all(yaml);
	ck_assert_uint_eq(set->len, 2);
	ck_assert_str_eq(all_findings(),
			 "12:3 policy: 'freeze' of 'late' begins at 600 % of the budget, and with an "
			 "objective of '80%' no more than 500 % can be consumed [level-never-reached]\n");
	ck_assert_uint_eq(slo_set_errors(set), 0);
}
END_TEST

static const struct {
	const char *yaml, *finding;
} faults[] = {
	{POLICY("p", "{freeze: {consumed: 100%}}"), "4:18 agreed: is missing in freeze [missing-key]\n"},
	{POLICY("p", "{freeze: {agreed: stop}}"), "4:18 consumed: is missing in freeze [missing-key]\n"},
	{POLICY("p", "{freeze: {consumed: 0%, agreed: x}}"),
	 "4:29 consumed: '0%' is out of range; it must be above 0 and at most 1000 % [out-of-range]\n"},
	{POLICY("p", "{freeze: {consumed: much, agreed: x}}"),
	 "4:29 consumed: 'much' is no part; write '2%' or 0.02 [wrong-type]\n"},
	{POLICY("p", "{normal: {consumed: 0%, agreed: x}}"), "4:19 unknown key 'consumed' in normal [unknown-key]\n"},
	{POLICY("p", "{frozen: {consumed: 100%, agreed: x}}"), "4:10 unknown key 'frozen' in levels [unknown-key]\n"},
	{POLICY("p", "{review: {consumed: 80%, agreed: x}, freeze: {consumed: 80%, agreed: y}}"),
	 "4:65 consumed: 'freeze' begins at '80%', which is not later than 'review' [policy-order]\n"},
	{POLICY("p", "{normal: {agreed: x}}"),
	 "4:9 levels: has neither review nor approval nor freeze: such a policy says nothing; 'policy: none' in an SLO "
	 "says that it has none [policy-empty]\n"},
	{POLICY("none", STRICT), "3:7 name: 'none' is what SLOs without a policy say [reserved]\n"},
	{POLICY("p", STRICT) "---\n" POLICY("p", STRICT),
	 "6:1 the policy 'p' is defined already at a.yaml:1:1 [duplicate]\n"},
	{"apiVersion: wick/v1\nkind: Policy\nname: p\n", "1:1 levels: is missing in the policy [missing-key]\n"},
};

START_TEST(each_fault_is_said_with_its_place)
{
	read_all(faults[_i].yaml);
	ck_assert_str_eq(all_findings(), faults[_i].finding);
	ck_assert_uint_eq(set->policies_len, 0);
}
END_TEST

/* --- across files and reloads ----------------------------------------------------------------------------------------
 */

static char folder[] = "/tmp/wick-policy-XXXXXX";

static void write_file(const char *name, const char *yaml)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(yaml, file);
	fclose(file);
}

static void load(void)
{
	const char *const paths[] = {folder};
	struct slo_set *before = set;

	set = slo_set_load(paths, 1, before);
	slo_set_unref(before);
}

static void remove_file(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

START_TEST(a_policy_of_another_file_lasts_while_that_is_broken_and_goes_with_it)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_file("z.yaml", POLICY("strict", STRICT));
	write_file("a.yaml", SLOS("policy: strict\n", ""));
	load();
	ck_assert_msg(slo_set_errors(set) == 0, "%s", all_findings());
	ck_assert_double_eq(set->slos[0].policy->steps[POLICY_FREEZE].consumed, 0.8);
	write_file("z.yaml", POLICY("strict", "{freeze: 3}"));
	load();
	ck_assert_uint_eq(slo_set_errors(set), 1);
	ck_assert_ptr_nonnull(set->slos[0].policy);
	ck_assert_double_eq(set->slos[0].policy->steps[POLICY_FREEZE].consumed, 0.8);
	ck_assert(set->files[1].broken && set->files[1].kept);
	load(); /* the last good version lasts for longer than one reload */
	ck_assert_ptr_nonnull(set->slos[0].policy);
	remove_file("z.yaml");
	load();
	ck_assert_uint_eq(slo_set_errors(set), 1);
	ck_assert_ptr_null(set->slos[0].policy);
	ck_assert_uint_eq(set->len, 1);
	remove_file("a.yaml");
	rmdir(folder);
}
END_TEST

START_TEST(a_default_that_is_broken_from_the_beginning_is_not_replaced_by_ours)
{
	strcpy(folder, "/tmp/wick-policy-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	write_file("a.yaml", SLOS("", ""));
	write_file("z.yaml", POLICY("default", "{freeze: 3}"));
	load();
	ck_assert_uint_eq(slo_set_errors(set), 1);
	ck_assert_ptr_null(set->slos[0].policy);
	ck_assert(slo_has_policy(&set->slos[0]));
	write_file("z.yaml", POLICY("other", "{freeze: 3}"));
	load();
	ck_assert_ptr_eq(set->slos[0].policy, &policy_default);
	write_file("z.yaml", POLICY("default", STRICT) "---\nkind: 3\n");
	load();
	ck_assert_ptr_null(set->slos[0].policy);
	write_file("z.yaml", POLICY("default", STRICT));
	load();
	ck_assert_double_eq(set->slos[0].policy->steps[POLICY_FREEZE].consumed, 0.8);
	remove_file("z.yaml");
	load();
	ck_assert_ptr_eq(set->slos[0].policy, &policy_default);
	remove_file("a.yaml");
	rmdir(folder);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("slo/policy");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_test(tcase, without_a_word_the_default_holds);
	tcase_add_test(tcase, a_policy_named_default_is_that_of_all_who_name_none);
	tcase_add_test(tcase, the_slo_has_the_last_word_over_its_document);
	tcase_add_test(tcase, a_level_is_in_force_from_its_part_of_the_budget_on);
	tcase_add_test(tcase, what_is_not_known_is_not_normal);
	tcase_add_test(tcase, a_name_that_is_not_defined_is_an_error_and_the_slo_stays);
	tcase_add_test(tcase, a_level_that_no_outage_reaches_is_a_warning);
	tcase_add_loop_test(tcase, each_fault_is_said_with_its_place, 0, (int)COUNT_OF(faults));
	tcase_add_test(tcase, a_policy_of_another_file_lasts_while_that_is_broken_and_goes_with_it);
	tcase_add_test(tcase, a_default_that_is_broken_from_the_beginning_is_not_replaced_by_ours);
	return unit_run("slo/policy", tcase);
}
