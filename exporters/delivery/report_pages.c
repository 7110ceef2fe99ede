/* The report for people: a table for a terminal of 100 columns, Markdown, and an HTML page that stands alone. */
#include "base/limits.h"
#include "exporters/delivery/report_parts.h"
#include "exporters/markdown.h"
#include "exporters/screen.h"
#include "format/html.h"

enum { COLUMNS_OF_TEXT = 100 };

/* Lead time p75 is left to the other forms: the line is full. */
static const struct {
	enum report_column column;
	const char *title;
	unsigned width;
} columns[] = {
	{REPORT_WINDOW, "WINDOW", 7},   {REPORT_DEPLOYMENTS, "DEPLOYED", 8}, {REPORT_ATTEMPTS, "TRIES", 6},
	{REPORT_PER_DAY, "PER DAY", 7}, {REPORT_LEAD_P50, "LEAD P50", 8},    {REPORT_LEAD_P90, "LEAD P90", 8},
	{REPORT_FAILED, "FAILED", 6},   {REPORT_FAILURE_RATIO, "RATIO", 7},  {REPORT_RECOVERY, "RECOVERY", 8},
	{REPORT_REWORK, "REWORK", 7},
};
enum { COLUMNS = sizeof(columns) / sizeof(*columns) };

static void put_padded(struct buf *out, struct str text, size_t column)
{
	size_t width = screen_width(text), room = columns[column].width;

	buf_cstr(out, "  ");
	if (column)
		buf_fill(out, ' ', room > width ? room - width : 0);
	buf_str(out, text);
	if (!column)
		buf_fill(out, ' ', room > width ? room - width : 0);
}

/* Breaks at blanks; what has none goes on beyond the edge. */
static void put_wrapped(struct buf *out, struct str text, const char *indent)
{
	size_t at = COLUMNS_OF_TEXT + 1; /* of the line: the first word begins one */

	for (size_t from = 0; from < text.len;) {
		size_t len = str_find(str_slice(text, from, text.len), ' ');
		struct str word = str_slice(text, from, from + len);
		size_t width = screen_width(word);

		if (at + 1 + width > COLUMNS_OF_TEXT) {
			buf_fmt(out, "%s%s", from ? "\n" : "", indent);
			at = strlen(indent);
		} else {
			buf_char(out, ' ');
			at++;
		}
		buf_str(out, word);
		at += width;
		from += len + 1;
	}
	buf_char(out, '\n');
}

static void put_row(struct buf *out, const struct dora_result *result, size_t window, bool ascii)
{
	struct buf cell;

	buf_init(&cell, LIMIT_TEXT_BYTES);
	for (size_t c = 0; c < COLUMNS; c++) {
		buf_clear(&cell);
		report_cell_write(&cell, result, window, columns[c].column, ascii ? "-" : "–");
		put_padded(out, buf_view(&cell), c);
	}
	buf_char(out, '\n');
	buf_release(&cell);
}

static void put_details(struct buf *out, const struct dora_result *result)
{
	struct buf line;

	buf_init(&line, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < REPORT_DETAILS; i++) {
		buf_clear(&line);
		report_detail_write(&line, result, (enum report_detail)i, screen_safe);
		if (line.len)
			put_wrapped(out, buf_view(&line), "    ");
	}
	buf_release(&line);
}

static void put_notes(struct buf *out, const struct dora_results *results)
{
	struct buf note;

	buf_init(&note, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; report_note_write(&note, results, i, screen_safe); i++) {
		put_wrapped(out, buf_view(&note), "");
		buf_clear(&note);
	}
	buf_release(&note);
}

void report_table_write(struct buf *out, const struct dora_results *results, const struct table_style *style)
{
	const char *bold = style->color ? "\033[1m" : "", *dim = style->color ? "\033[2m" : "",
		   *plain = style->color ? "\033[0m" : "";

	if (results->len == 0) {
		buf_cstr(out, "no deliveries\n");
		return;
	}
	buf_cstr(out, dim);
	for (size_t c = 0; c < COLUMNS; c++)
		put_padded(out, str_of(columns[c].title), c);
	buf_fmt(out, "%s\n", plain);
	for (size_t i = 0; i < results->len; i++) {
		buf_cstr(out, bold);
		report_name_write(out, &results->at[i], screen_safe);
		buf_fmt(out, "%s\n", plain);
		for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++)
			put_row(out, &results->at[i], window, style->ascii);
		put_details(out, &results->at[i]);
	}
	buf_char(out, '\n');
	put_notes(out, results);
}

/* All windows of a report end at one moment. */
static struct instant_text as_of(const struct dora_results *results)
{
	return instant_text(results->at->windows[0].window.to);
}

static void markdown_result(struct buf *out, const struct dora_result *result)
{
	buf_cstr(out, "## ");
	report_name_write(out, result, markdown_text);
	buf_cstr(out, "\n\n|");
	for (size_t c = 0; c < REPORT_COLUMNS; c++)
		buf_fmt(out, " %s |", report_titles[c]);
	buf_cstr(out, "\n|---|");
	for (size_t c = 1; c < REPORT_COLUMNS; c++)
		buf_cstr(out, "--:|");
	buf_char(out, '\n');
	for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
		buf_char(out, '|');
		for (size_t c = 0; c < REPORT_COLUMNS; c++) {
			buf_char(out, ' ');
			report_cell_write(out, result, window, (enum report_column)c, "–");
			buf_cstr(out, " |");
		}
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
	for (size_t i = 0; i < REPORT_DETAILS; i++) {
		size_t before = out->len;

		buf_cstr(out, "- ");
		report_detail_write(out, result, (enum report_detail)i, markdown_text);
		if (out->len == before + 2)
			out->len = before;
		else
			buf_char(out, '\n');
	}
	buf_char(out, '\n'); /* and the NUL behind it */
}

void report_markdown_write(struct buf *out, const struct dora_results *results)
{
	struct buf note;

	buf_cstr(out, "# Delivery\n\n");
	if (results->len)
		buf_fmt(out, "As of %s. “–” stands for what is not known.\n\n", as_of(results).text);
	for (size_t i = 0; i < results->len; i++)
		markdown_result(out, &results->at[i]);
	buf_cstr(out, "## How to read this\n\n");
	buf_init(&note, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; report_note_write(&note, results, i, markdown_text); i++) {
		buf_cstr(out, "- ");
		buf_str(out, buf_view(&note));
		buf_char(out, '\n');
		buf_clear(&note);
	}
	buf_release(&note);
}

static const char style[] =
	":root{color-scheme:light dark;--fg:#1c1c1c;--soft:#5c5c5c;--bg:#fff;--line:#ccc}"
	"@media(prefers-color-scheme:dark){:root{--fg:#e6e6e6;--soft:#a8a8a8;--bg:#16181b;--line:#444}}"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);max-width:70rem;margin:2rem auto;padding:0 1rem}"
	"h2{margin:2.5rem 0 0;overflow-wrap:anywhere}ul{padding-left:1.2rem}li{overflow-wrap:anywhere}.soft{color:var(--soft)}"
	".scroll{overflow-x:auto}table{border-collapse:collapse;margin:.6rem 0}caption{text-align:left;color:var(--soft)}"
	"th,td{text-align:right;padding:.15rem .9rem .15rem 0;border-bottom:1px solid var(--line);white-space:nowrap;"
	"font-variant-numeric:tabular-nums}th:first-child{text-align:left}";

static void html_rows(struct buf *out, const struct dora_result *result)
{
	for (size_t window = 0; window < DORA_SHOWN_WINDOWS; window++) {
		buf_cstr(out, "<tr>");
		for (size_t c = 0; c < REPORT_COLUMNS; c++) {
			buf_cstr(out, c == REPORT_WINDOW ? "<th scope=\"row\">" : "<td>");
			report_cell_write(out, result, window, (enum report_column)c, "–");
			buf_cstr(out, c == REPORT_WINDOW ? "</th>" : "</td>");
		}
		buf_cstr(out, "</tr>\n");
	}
}

static void html_escape(struct buf *out, struct str text) { html_write(out, text); }

static void html_details(struct buf *out, const struct dora_result *result)
{
	struct buf line;
	bool any = false;

	buf_init(&line, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; i < REPORT_DETAILS; i++) {
		buf_clear(&line);
		report_detail_write(&line, result, (enum report_detail)i, html_escape);
		if (line.len == 0)
			continue;
		buf_cstr(out, any ? "<li>" : "<ul>\n<li>");
		buf_str(out, buf_view(&line));
		buf_cstr(out, "</li>\n");
		any = true;
	}
	buf_cstr(out, any ? "</ul>\n" : "");
	buf_release(&line);
}

static void html_result(struct buf *out, const struct dora_result *result, size_t number)
{
	buf_fmt(out, "<section aria-labelledby=\"r%zu\">\n<h2 id=\"r%zu\">", number, number);
	report_name_write(out, result, html_escape);
	buf_cstr(out, "</h2>\n<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Delivery metrics of ");
	report_name_write(out, result, html_escape);
	buf_cstr(out, "\">\n<table>\n<caption>By window</caption>\n<thead><tr>");
	for (size_t c = 0; c < REPORT_COLUMNS; c++)
		buf_fmt(out, "<th scope=\"col\">%s</th>", report_titles[c]);
	buf_cstr(out, "</tr></thead>\n<tbody>\n");
	html_rows(out, result);
	buf_cstr(out, "</tbody>\n</table>\n</div>\n");
	html_details(out, result);
	buf_cstr(out, "</section>\n");
}

void report_html_write(struct buf *out, const struct dora_results *results)
{
	struct buf note;

	buf_fmt(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>wick: delivery</title>\n"
		"<style>%s</style>\n</head>\n<body>\n<main>\n<h1>Delivery</h1>\n",
		style);
	if (results->len)
		buf_fmt(out, "<p class=\"soft\">As of %s. “–” stands for what is not known.</p>\n",
			as_of(results).text);
	for (size_t i = 0; i < results->len; i++)
		html_result(out, &results->at[i], i);
	buf_cstr(out, "<section aria-labelledby=\"notes\">\n<h2 id=\"notes\">How to read this</h2>\n<ul>\n");
	buf_init(&note, LIMIT_OUTPUT_BYTES);
	for (size_t i = 0; report_note_write(&note, results, i, html_escape); i++) {
		buf_cstr(out, "<li>");
		buf_str(out, buf_view(&note));
		buf_cstr(out, "</li>\n");
		buf_clear(&note);
	}
	buf_release(&note);
	buf_cstr(out, "</ul>\n</section>\n</main>\n</body>\n</html>\n");
}
