/* What Kubernetes takes as names and labels, by the regular expressions of its documentation: a second way, by regcomp.
 */
#include "base/buf.h"
#include "exporters/alerting/resource_names.h"
#include "tests/unit/unit.h"

#include <regex.h>
#include <stdio.h>

#define LOWER  "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define DOMAIN LOWER "(\\." LOWER ")*"
#define WORD   "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

static char long_name[260];

/* `len` times the letter a. */
static const char *letters(size_t len)
{
	memset(long_name, 'a', len);
	long_name[len] = '\0';
	return long_name;
}

static bool matches(const char *pattern, const char *text)
{
	char whole[200];
	regex_t regex;
	bool found;

	snprintf(whole, sizeof(whole), "^(%s)$", pattern);
	ck_assert_int_eq(regcomp(&regex, whole, REG_EXTENDED | REG_NOSUB), 0);
	found = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

/* All texts of up to four of these characters: the check and the expression say the same of each. */
static void compare(const char *pattern, bool (*check)(struct str, struct err *))
{
	static const char characters[] = "aZ0-._/ \xC3";
	size_t count = sizeof(characters) - 1, accepted = 0, all = 1;

	for (size_t len = 1; len <= 4; len++) {
		all *= count;
		for (size_t number = 0; number < all; number++) {
			char text[8] = "";
			size_t rest = number;
			struct err err = {{0}};
			bool ok;

			for (size_t i = 0; i < len; i++, rest /= count)
				text[i] = characters[rest % count];
			ok = check(str_of(text), &err);
			ck_assert_msg(ok == matches(pattern, text), "'%s' is %s", text, ok ? "taken" : err.text);
			ck_assert(ok == (err.text[0] == '\0'));
			accepted += ok;
		}
	}
	ck_assert_uint_gt(accepted, 10);
}

static bool label_name(struct str text, struct err *err)
{
	char label[20];

	snprintf(label, sizeof(label), "%.*s=x", STR_ARG(text));
	return resource_labels_check(str_of(label), err);
}

static bool label_value(struct str text, struct err *err)
{
	char label[20];

	snprintf(label, sizeof(label), "x=%.*s", STR_ARG(text));
	return resource_labels_check(str_of(label), err);
}

START_TEST(names_and_values_are_what_the_expressions_say)
{
	compare(DOMAIN, resource_name_check);
	compare(LOWER, resource_namespace_check);
	compare("(" DOMAIN "/)?" WORD, label_name);
	compare(WORD, label_value);
}
END_TEST

START_TEST(each_has_a_length)
{
	struct err err = {{0}};
	struct buf label;

	ck_assert(resource_namespace_check(str_of(letters(63)), &err));
	ck_assert(!resource_namespace_check(str_of(letters(64)), &err));
	ck_assert(resource_name_check(str_of(letters(253)), &err));
	ck_assert(!resource_name_check(str_of(letters(254)), &err));
	for (size_t len = 63; len <= 64; len++) {
		buf_init(&label, 1000);
		buf_fmt(&label, "%s=x", letters(len));
		ck_assert_int_eq(resource_labels_check(buf_view(&label), &err), len == 63);
		buf_clear(&label);
		buf_fmt(&label, "x=%s", letters(len));
		ck_assert_int_eq(resource_labels_check(buf_view(&label), &err), len == 63);
		buf_release(&label);
	}
	for (size_t len = 253; len <= 254; len++) {
		buf_init(&label, 1000);
		buf_fmt(&label, "%s/a=x", letters(len));
		ck_assert_int_eq(resource_labels_check(buf_view(&label), &err), len == 253);
		buf_release(&label);
	}
}
END_TEST

static const struct {
	const char *labels, *says; /* NULL: fine */
} lists[] = {
	{"", NULL},
	{"release=prometheus,example.org/team=SRE_1.2,empty=", NULL},
	{"a=b,", "'a=b,' is not of the form name=value,name=value"},
	{",a=b", "is not of the form"},
	{"a=b,,c=d", "is not of the form"},
	{"a", "is not of the form"},
	{"a=b=c", "'b=c' is no value of the label 'a'"},
	{"=b", "'' is no name of a label"},
	{"a=1,b=2,a=3", "the label 'a' stands there twice"},
	{"Org/a=b", "'Org' is no domain"},
	{"/a=b", "'' is no domain"},
	{"a.b/=c", "'a.b/' is no name of a label"},
	{"a/b/c=d", "'a/b/c' is no name of a label"},
};

START_TEST(lists_of_labels_say_what_is_wrong)
{
	struct err err = {{0}};
	bool ok = resource_labels_check(str_of(lists[_i].labels), &err);

	ck_assert_msg(ok == !lists[_i].says && strstr(err.text, lists[_i].says ? lists[_i].says : "") != NULL,
		      "'%s': %s", lists[_i].labels, err.text);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("exporters/resource_names");

	tcase_add_test(tcase, names_and_values_are_what_the_expressions_say);
	tcase_add_test(tcase, each_has_a_length);
	tcase_add_loop_test(tcase, lists_of_labels_say_what_is_wrong, 0, (int)COUNT_OF(lists));
	return unit_run("exporters/resource_names", tcase);
}
