#include "exporters/pages/query.h"

#include "base/limits.h"
#include "base/num.h"
#include "exporters/pages/parts.h"

#include <stdio.h>

static int hex_digit(char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_decode(struct str text, bool query, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == '%') {
			int high = i + 2 < text.len ? hex_digit(text.at[i + 1]) : -1;
			int low = i + 2 < text.len ? hex_digit(text.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && query) {
			c = ' ';
		}
		if (c == '\0' || !buf_char(out, c))
			return false;
	}
	return true;
}

static bool decode(struct arena *arena, struct str text, struct str *decoded)
{
	struct buf buf;
	bool ok;

	buf_init(&buf, LIMIT_HTTP_REQUEST_BYTES);
	ok = percent_decode(text, true, &buf);
	if (ok)
		*decoded = arena_str(arena, buf_view(&buf));
	buf_release(&buf);
	return ok && decoded->len;
}

struct page_query page_query_read(struct arena *arena, struct str text)
{
	struct page_query query = {.len = 0};
	size_t bytes = 0;

	while (text.len && query.len < PAGE_PARAMETERS) {
		size_t end = str_find(text, '&');
		struct str pair = str_slice(text, 0, end);
		size_t sign = str_find(pair, '=');
		struct page_parameter *next = &query.at[query.len];

		if (sign < pair.len && decode(arena, str_slice(pair, 0, sign), &next->name) &&
		    decode(arena, str_slice(pair, sign + 1, pair.len), &next->value) &&
		    bytes + next->name.len + next->value.len <= PAGE_QUERY) {
			bytes += next->name.len + next->value.len;
			query.len++;
		}
		text = str_slice(text, end < text.len ? end + 1 : end, text.len);
	}
	return query;
}

struct str page_query_get(const struct page_query *query, const char *name)
{
	for (size_t i = 0; i < query->len; i++)
		if (str_is(query->at[i].name, name))
			return query->at[i].value;
	return STR("");
}

size_t page_query_number(const struct page_query *query, const char *name)
{
	uint64_t number;

	return num_read_u64(page_query_get(query, name), &number) && number >= 1 && number < 1000000 ? (size_t)number
												     : 1;
}

struct page_query page_query_without(const struct page_query *query, const char *name)
{
	struct page_query rest = {.len = 0};

	for (size_t i = 0; i < query->len; i++)
		if (!str_is(query->at[i].name, name))
			rest.at[rest.len++] = query->at[i];
	return rest;
}

static void put_pair(struct buf *out, bool first, struct str name, struct str value)
{
	buf_cstr(out, first ? "" : "&amp;");
	page_query_text(out, name);
	buf_char(out, '=');
	page_query_text(out, value);
}

void page_query_write(struct buf *out, const struct page_query *query, const char *name, struct str value)
{
	bool first = true;

	buf_char(out, '?');
	for (size_t i = 0; i < query->len; i++) {
		if (str_is(query->at[i].name, name))
			continue;
		put_pair(out, first, query->at[i].name, query->at[i].value);
		first = false;
	}
	if (value.len)
		put_pair(out, first, str_of(name), value);
}

struct page_part page_part_of(const struct page_query *query, size_t len, size_t each)
{
	size_t parts = len ? (len + each - 1) / each : 1, number = page_query_number(query, "page");
	struct page_part part = {.number = number < parts ? number : parts, .parts = parts};

	part.from = (part.number - 1) * each;
	part.to = part.from + each < len ? part.from + each : len;
	return part;
}

static void put_part_link(struct buf *out, const struct page_query *query, size_t number, const char *text)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%zu", number);

	buf_cstr(out, "<a href=\"");
	page_query_write(out, query, "page", (struct str){digits, number > 1 ? (size_t)len : 0});
	buf_fmt(out, "\">%s</a>", text);
}

void page_part_links(struct buf *out, const struct page_query *query, const struct page_part *part)
{
	if (part->parts < 2)
		return;
	buf_cstr(out, "<nav class=\"pages\" aria-label=\"Parts of the list\">");
	if (part->number > 1) {
		put_part_link(out, query, 1, "First");
		put_part_link(out, query, part->number - 1, "Previous");
	}
	buf_fmt(out, "<span aria-current=\"page\">Part %zu of %zu</span>", part->number, part->parts);
	if (part->number < part->parts) {
		put_part_link(out, query, part->number + 1, "Next");
		put_part_link(out, query, part->parts, "Last");
	}
	buf_cstr(out, "</nav>\n");
}
