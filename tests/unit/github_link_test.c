/* Where the next page is. */
#include "github/link.h"
#include "github/refusal.h"

#include "tests/unit/unit.h"

static const struct {
	const char *description, *header, *next; /* next NULL: cannot be read */
} links[] = {
	{"no header", "", ""},
	{"GitHub's", "<https://a/x?page=2>; rel=\"next\", <https://a/x?page=5>; rel=\"last\"", "https://a/x?page=2"},
	{"the other way round", "<https://a/1>; rel=\"prev\", <https://a/3>; rel=\"next\"", "https://a/3"},
	{"the last page", "<https://a/1>; rel=\"prev\", <https://a/1>; rel=\"first\"", ""},
	{"without quotes and in capitals", "<https://a/2>;REL=Next", "https://a/2"},
	{"several relations", "<https://a/2>; rel=\"last next\"", "https://a/2"},
	{"only the first rel counts", "<https://a/2>; rel=\"last\"; rel=\"next\"", ""},
	{"commas and semicolons in the target", "<https://a/2?x=a,b;c>; rel=next", "https://a/2?x=a,b;c"},
	{"other parameters, quoted with signs in them",
	 "<https://a/1>; title=\"a, <https://b>; rel=\\\"next\\\"\"; rel=prev, <https://a/2> ; title*=UTF-8''x ; rel = \"next\"",
	 "https://a/2"},
	{"a parameter without a value", "<https://a/2>; crossorigin; rel=next", "https://a/2"},
	{"empty elements of the list", ", ,<https://a/2>; rel=next,,", "https://a/2"},
	{"two that are next: the first", "<https://a/2>; rel=next, <https://a/3>; rel=next", "https://a/2"},
	{"a relation that begins like it", "<https://a/2>; rel=\"nextish\"", ""},
	{"a target that does not end", "<https://a/2; rel=next", NULL},
	{"a target without brackets", "https://a/2; rel=next", NULL},
	{"a text that does not end", "<https://a/2>; rel=\"next", NULL},
	{"something behind the parameters", "<https://a/2>; rel=\"next\" x, <https://a/3>; rel=last", NULL},
	{"a backslash at the end", "<https://a/2>; rel=\"next\\", NULL},
};

START_TEST(the_next_page_is_found)
{
	for (size_t i = 0; i < COUNT_OF(links); i++) {
		struct str next;
		bool ok = link_next(str_of(links[i].header), &next);

		ck_assert_msg(ok == (links[i].next != NULL), "%s", links[i].description);
		if (ok)
			ck_assert_msg(str_is(next, links[i].next), "%s: %.*s", links[i].description, STR_ARG(next));
	}
}
END_TEST

static const struct {
	const char *path, *permission;
} permissions[] = {
	{"/repos/o/r/actions/runs?created=x", "actions: read"},
	{"/repos/o/r/actions/workflows/deployments.yml/runs", "actions: read"},
	{"/repos/o/r/deployments/1/statuses", "deployments: read"},
	{"https://api.github.com/repositories/17/deployments?page=2", "deployments: read"},
	{"/repos/o/r/commits/abc/pulls", "pull requests: read"},
	{"/repos/o/r/commits/abc", "contents: read"},
	{"/repos/o/r/compare/a...b", "contents: read"},
	{"/repos/o/r/pulls/1/reviews", "pull requests: read"},
	{"/repos/o/r/issues?labels=/pulls", "issues: read"},
	{"/repos/o/r/releases", "contents: read"},
	{"/repos/actions/checkout/issues", "issues: read"}, /* names that look like parts of the API */
	{"/repos/o/issues", "metadata: read"},
	{"/repos/o/r", "metadata: read"},
	{"/repos/o/r/environments", "actions: read"},
	{"/orgs/o/repos", "metadata: read"},
	{"/repos/", "metadata: read"},
};

START_TEST(a_path_takes_a_permission)
{
	for (size_t i = 0; i < COUNT_OF(permissions); i++)
		ck_assert_str_eq(refusal_permission(str_of(permissions[i].path)), permissions[i].permission);
}
END_TEST

START_TEST(githubs_words_are_one_short_line_of_whole_characters)
{
	char long_text[400];
	struct refusal_words words;

	ck_assert_str_eq(refusal_words(STR("")).text, "");
	ck_assert_str_eq(refusal_words(STR("a\nb")).text, "; GitHub says 'a b'");
	for (size_t shift = 0; shift < 2; shift++) {
		long_text[0] = 'x';
		for (size_t i = shift; i + 1 < sizeof(long_text); i += 2)
			memcpy(long_text + i, "\xc3\xa9", 2);
		words = refusal_words((struct str){long_text, 300 + shift});
		ck_assert(str_utf8(str_of(words.text)));
		ck_assert(str_ends(str_of(words.text), STR("...'")));
	}
}
END_TEST

UNIT_MAIN("github/link", the_next_page_is_found, a_path_takes_a_permission,
	  githubs_words_are_one_short_line_of_whole_characters)
