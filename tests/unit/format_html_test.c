/* The escaper of HTML. */
#include "unit.h"

#include "base/limits.h"
#include "format/html.h"

static const struct {
	struct str text;
	const char *html, *about;
} rows[] = {
	{STR_INIT("plain text"), "plain text", "plain"},
	{STR_INIT("<script>alert('x')</script>"), "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;", "a tag"},
	{STR_INIT("\" onload=\"x"), "&quot; onload=&quot;x", "the end of an attribute"},
	{STR_INIT("&amp;"), "&amp;amp;", "what is escaped already is text too"},
	{STR_INIT("a\tb\nc"), "a\tb\nc", "tab and line end"},
	{STR_INIT("\x1B[2J\0\x7F"), "\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD", "control characters"},
	{STR_INIT("\xE2\x80\xAE"
		  "abc"),
	 "\xEF\xBF\xBD"
	 "abc",
	 "a mark that turns the direction"},
	{STR_INIT("\xC0\xBC"
		  "script>"),
	 "\xEF\xBF\xBD\xEF\xBF\xBD"
	 "script&gt;",
	 "an overlong form of '<'"},
	{STR_INIT("日本 Ж"), "日本 Ж", "other scripts"},
};

START_TEST(no_text_is_markup)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf out;

		buf_init(&out, KIB(4));
		ck_assert(html_write(&out, rows[i].text));
		ck_assert_msg(str_is(buf_view(&out), rows[i].html), "%s: %s", rows[i].about, out.at);
		buf_release(&out);
	}
}
END_TEST

START_TEST(any_bytes_come_out_as_utf8_without_markup)
{
	uint64_t state = 3;

	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		struct buf out;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)unit_random(&state);
		buf_init(&out, KIB(4));
		ck_assert(html_write(&out, (struct str){bytes, sizeof(bytes)}));
		ck_assert(str_utf8(buf_view(&out)));
		ck_assert(!strpbrk(out.at, "<>\"'") && strlen(out.at) == out.len);
		buf_release(&out);
	}
}
END_TEST

UNIT_MAIN("format/html", no_text_is_markup, any_bytes_come_out_as_utf8_without_markup)
