#include "base/glob.h"
#include "base/mem.h"
#include "tests/unit/unit.h"

#include <fnmatch.h>

START_TEST(a_star_stands_for_any_characters_and_a_question_mark_for_one)
{
	static const struct {
		const char *pattern, *text;
		bool matches;
	} rows[] = {
		{"", "", true},
		{"", "a", false},
		{"a", "", false},
		{"*", "", true},
		{"?", "", false},
		{"hotfix/*", "hotfix/", true},
		{"hotfix/*", "hotfix/a/b", true},
		{"hotfix/*", "hotfix", false},
		{"hotfix/*", "my-hotfix/a", false},
		{"v*", "v1.2.3", true},
		{"v*", "V1", false},
		{"v?.?", "v1.2", true},
		{"v?.?", "v1.20", false},
		{"*-api", "anvila-api", true},
		{"*-api", "anvila-api-docs", false},
		{"*a*b*c", "xxaxxbxxc", true},
		{"*a*b*c", "xxbxxaxxc", false},
		{"a*a", "a", false},
		{"**", "anything", true},
		{"[a]", "a", false},
		{"[a]", "[a]", true},
		{"a\\*", "a\\b", true},
		{"caf?", "caf\xC3\xA9", true},
		{"caf?", "caf\xC3", true},
		{"*\xA9", "caf\xC3\xA9", false}, /* half of a character is none */
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ck_assert_msg(glob_matches(str_of(rows[i].pattern), str_of(rows[i].text)) == rows[i].matches,
			      "'%s' and '%s'", rows[i].pattern, rows[i].text);
}
END_TEST

/* Every pattern of up to five and every text of up to six characters, against what the C library says. */
START_TEST(it_is_what_fnmatch_says_of_plain_characters)
{
	static const char of_pattern[] = "ab*?", of_text[] = "ab";
	char pattern[6], text[7];

	for (size_t p = 0; p < 4 * 4 * 4 * 4 * 4; p++)
		for (size_t len = 0; len <= 5; len++) {
			for (size_t i = 0, rest = p; i < len; i++, rest /= 4)
				pattern[i] = of_pattern[rest % 4];
			pattern[len] = '\0';
			for (size_t t = 0; t < 128; t++) {
				size_t text_len = 0;

				/* the highest bit says how long it is */
				for (size_t rest = t; rest > 1 && text_len < 6; rest /= 2)
					text[text_len++] = of_text[rest % 2];
				text[text_len] = '\0';
				ck_assert_msg(glob_matches(str_of(pattern), str_of(text)) ==
						      (fnmatch(pattern, text, 0) == 0),
					      "'%s' and '%s'", pattern, text);
			}
		}
}
END_TEST

START_TEST(many_stars_take_no_more_than_pattern_times_text)
{
	char pattern[2001], text[20001];

	for (size_t i = 0; i < 2000; i++)
		pattern[i] = i % 2 ? 'a' : '*';
	memset(text, 'a', 20000);
	text[19999] = 'b';
	ck_assert(!glob_matches((struct str){pattern, 2000}, (struct str){text, 20000}));
}
END_TEST

UNIT_MAIN("base/glob", a_star_stands_for_any_characters_and_a_question_mark_for_one,
	  it_is_what_fnmatch_says_of_plain_characters, many_stars_take_no_more_than_pattern_times_text)
