#include "exporters/pages/parts.h"

#include "base/civil.h"
#include "format/html.h"

enum { URL_MOST = 2000 };

void page_time(struct buf *out, struct instant at)
{
	struct civil civil;

	if (!at.ms) {
		buf_char(out, '-');
		return;
	}
	civil = civil_of_seconds(at.ms / 1000 - (at.ms % 1000 < 0));
	buf_fmt(out, "<time datetime=\"%s\">%04d-%02u-%02u %02u:%02u UTC</time>", instant_text(at).text, civil.year,
		civil.month, civil.day, civil.hour, civil.minute);
}

struct str page_cut(struct str text, size_t most)
{
	size_t pos = 0;

	for (size_t runes = 0; pos < text.len && runes < most; runes++)
		str_rune(text, &pos);
	return str_slice(text, 0, pos);
}

/* <bdi>: what is written from right to left turns nothing around it. */
void page_text(struct buf *out, struct str text, size_t most)
{
	struct str shown = page_cut(text, most);

	buf_cstr(out, "<bdi>");
	html_write(out, shown);
	buf_cstr(out, shown.len < text.len ? "…</bdi>" : "</bdi>");
}

static void put_encoded(struct buf *out, struct str text, char also)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == also)
			buf_char(out, c);
		else
			buf_fmt(out, "%%%02X", (unsigned)(unsigned char)c);
	}
}

void page_path(struct buf *out, struct str path) { put_encoded(out, path, '/'); }

void page_query_text(struct buf *out, struct str text) { put_encoded(out, text, '-'); }

void page_labels(struct buf *out, struct labels labels)
{
	for (size_t i = 0; i < labels.len; i++) {
		buf_cstr(out, i ? ", " : "{");
		page_text(out, labels.at[i].name, 100);
		buf_cstr(out, "=&quot;");
		page_text(out, labels.at[i].value, 100);
		buf_cstr(out, "&quot;");
	}
	buf_cstr(out, labels.len ? "}" : "");
}

void page_link(struct buf *out, struct str url, struct str text)
{
	bool web = url.len <= URL_MOST && (str_starts(url, STR("https://")) || str_starts(url, STR("http://")));

	if (web) {
		buf_cstr(out, "<a href=\"");
		html_write(out, url);
		buf_cstr(out, "\" rel=\"noreferrer\">");
	}
	page_text(out, text, 200);
	buf_cstr(out, web ? "</a>" : "");
}

void page_count(struct buf *out, size_t count, const char *one, const char *more)
{
	buf_fmt(out, "%zu %s", count, count == 1 ? one : more);
}

void page_table(struct buf *out, struct str caption, const char *const *titles, size_t len)
{
	buf_cstr(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
	html_write(out, caption);
	buf_cstr(out, "\"><table>\n<caption>");
	html_write(out, caption);
	buf_cstr(out, "</caption>\n<thead><tr>");
	for (size_t i = 0; i < len; i++) {
		struct str title = str_of(titles[i]);
		size_t colon = str_find(title, ':');

		if (colon < title.len)
			buf_fmt(out, "<th scope=\"col\" class=\"%.*s\">", (int)colon, title.at);
		else
			buf_cstr(out, "<th scope=\"col\">");
		html_write(out, colon < title.len ? str_slice(title, colon + 1, title.len) : title);
		buf_cstr(out, "</th>");
	}
	buf_cstr(out, "</tr></thead>\n<tbody>\n");
}

void page_table_end(struct buf *out) { buf_cstr(out, "</tbody></table></div>\n"); }
