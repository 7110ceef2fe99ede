/* Whether bytes are HTML as wick writes it: every tag is one that it uses, opened and closed in turn, with attributes
 * in double quotes; every ampersand is one of the escaper's references. What someone wrote can then be nothing but
 * text. */
#ifndef WICK_TESTS_HTML_CHECK_H
#define WICK_TESTS_HTML_CHECK_H

#include "base/str.h"
#include "tests/unit/unit.h"

#include <stdio.h>

static inline bool html_check_known(struct str tag)
{
	static const char known[] =
		" html head meta title link script body a header nav ul ol li main h1 h2 h3 p span strong small br bdi form label input "
		"select option button div table caption thead tbody tr th td svg path rect line text figure figcaption details "
		"summary dl dt dd pre code footer time ";
	char word[32];

	return snprintf(word, sizeof(word), " %.*s ", (int)tag.len, tag.at) < (int)sizeof(word) && strstr(known, word);
}

static inline bool html_check_void(struct str tag)
{
	return str_is(tag, "meta") || str_is(tag, "link") || str_is(tag, "br") || str_is(tag, "input");
}

static inline void html_check_text(struct str text, const char *about)
{
	static const char *const references[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};

	for (size_t i = 0; i < text.len; i++) {
		bool known = text.at[i] != '&';

		for (size_t k = 0; k < COUNT_OF(references) && !known; k++)
			known = str_starts(str_slice(text, i, text.len), str_of(references[k]));
		ck_assert_msg(known && text.at[i] != '<' && text.at[i] != '>', "%s: '%.40s'", about, text.at + i);
	}
}

/* The attributes behind a tag's name: each a name, or a name and a quoted value. */
static inline void html_check_attributes(struct str text, const char *about)
{
	for (text = str_trim(text); text.len; text = str_trim(text)) {
		size_t end = 0, close;
		bool address;

		while (end < text.len &&
		       (ascii_alpha(text.at[end]) || ascii_digit(text.at[end]) || text.at[end] == '-'))
			end++;
		ck_assert_msg(end > 0, "%s: no attribute '%.*s'", about, STR_ARG(text));
		ck_assert_msg(!str_starts(text, STR("on")), "%s: a handler '%.*s'", about, STR_ARG(text));
		ck_assert_msg(!str_is(str_slice(text, 0, end), "style"), "%s: a style", about);
		address = str_is(str_slice(text, 0, end), "href") || str_is(str_slice(text, 0, end), "src");
		text = str_slice(text, end, text.len);
		if (!str_starts(text, STR("=\"")))
			continue;
		text = str_slice(text, 2, text.len);
		close = str_find(text, '"');
		ck_assert_msg(close < text.len, "%s: no end of '%.*s'", about, STR_ARG(text));
		html_check_text(str_slice(text, 0, close), about);
		ck_assert_msg(!address || (!str_starts(text, STR("javascript:")) && !str_starts(text, STR("data:"))),
			      "%s: '%.40s'", about, text.at);
		text = str_slice(text, close + 1, text.len);
	}
}

/* Where the tag ends: a > that is not within quotes. */
static inline size_t html_check_tag_end(struct str text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		quoted ^= text.at[i] == '"';
		if (text.at[i] == '>' && !quoted)
			return i;
	}
	return text.len;
}

static inline void html_check(struct str text, const char *about)
{
	struct str open[64];
	size_t depth = 0;

	ck_assert_msg(str_utf8(text), "%s: no UTF-8", about);
	if (str_starts(text, STR("<!DOCTYPE html>")))
		text = str_slice(text, strlen("<!DOCTYPE html>"), text.len);
	while (text.len) {
		size_t begin = str_find(text, '<'), end, name = 0;
		struct str tag;
		bool close;

		html_check_text(str_slice(text, 0, begin), about);
		if (begin == text.len)
			break;
		text = str_slice(text, begin + 1, text.len);
		end = html_check_tag_end(text);
		ck_assert_msg(end < text.len, "%s: a tag without end", about);
		close = text.at[0] == '/';
		tag = str_slice(text, close, end);
		text = str_slice(text, end + 1, text.len);
		while (name < tag.len && (ascii_alpha(tag.at[name]) || ascii_digit(tag.at[name])))
			name++;
		ck_assert_msg(html_check_known(str_slice(tag, 0, name)), "%s: <%.*s>", about, STR_ARG(tag));
		if (close) {
			ck_assert_msg(depth && str_eq(open[depth - 1], tag), "%s: </%.*s> closes <%.*s>", about,
				      STR_ARG(tag), STR_ARG(open[depth ? depth - 1 : 0]));
			depth--;
			continue;
		}
		ck_assert_msg(depth < COUNT_OF(open), "%s: too deep", about);
		if (!html_check_void(str_slice(tag, 0, name)) && !str_ends(tag, STR("/")))
			open[depth++] = str_slice(tag, 0, name);
		html_check_attributes(str_slice(tag, name, tag.len - str_ends(tag, STR("/"))), about);
	}
	ck_assert_msg(depth == 0, "%s: <%.*s> is not closed", about, STR_ARG(open[depth ? depth - 1 : 0]));
}

#endif
