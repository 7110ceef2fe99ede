#include "daemon/page.h"

#include "base/mem.h"
#include "daemon/page_frame.h"
#include "exporters/health_text.h"
#include "exporters/table.h"
#include "format/html.h"

#include <math.h>
#include <stdlib.h>

enum { PAGE_ROWS_MOST = 1000 }; /* a page that a phone can still hold; the API has them all */

static void put_health(struct buf *out, const struct snapshot *snapshot)
{
	const struct health *health = &snapshot->health;
	struct complaint *complaints;
	struct arena arena;
	size_t len;

	buf_fmt(out, "<p>%zu SLOs, worst first, as of <time>%s</time>.", snapshot->results.len,
		instant_text(snapshot->results.at).text);
	if (health->counted_to.ms)
		buf_fmt(out, " Counted to <time>%s</time>.", instant_text(health->counted_to).text);
	buf_cstr(out, "</p>\n");
	arena_init(&arena);
	len = health_complaints(&arena, health, &complaints);
	for (size_t i = 0; i < len; i++) {
		buf_fmt(out, "<p class=\"%s\">", complaints[i].serious ? "bad" : "warn");
		html_write(out, complaints[i].text);
		buf_cstr(out, "</p>\n");
	}
	arena_release(&arena);
}

static void put_name(struct buf *out, const struct table_row *row)
{
	buf_cstr(out, "<td><a href=\"api/v1/slos/");
	page_path(out, row->id);
	buf_cstr(out, "\">");
	html_write(out, row->id);
	buf_cstr(out, "</a>");
	if (row->display_name.len) {
		buf_cstr(out, "<br>");
		html_write(out, row->display_name);
	}
	if (row->description.len) {
		buf_cstr(out, "<br><span class=\"soft\">");
		html_write(out, row->description);
		buf_cstr(out, "</span>");
	}
	for (size_t i = 0; i < row->group.len; i++) {
		buf_cstr(out, "<br><span class=\"soft\">");
		html_write(out, row->group.at[i].name);
		buf_cstr(out, ": ");
		html_write(out, row->group.at[i].value);
		buf_cstr(out, "</span>");
	}
	if (row->rest_groups)
		buf_fmt(out, "<br><span class=\"soft\">%zu groups together</span>", row->rest_groups);
	buf_cstr(out, "</td>");
}

static const char *budget_class(double remaining)
{
	return remaining <= 0 ? "bad" : remaining < 0.25 ? "warn" : "good";
}

static void put_budget(struct buf *out, double remaining)
{
	double part = remaining > 0 ? remaining < 1 ? remaining : 1 : 0;

	/* The number beside it says the same: the drawing is left out when read aloud. */
	buf_cstr(out, "<td class=\"wide\">");
	if (isfinite(remaining))
		buf_fmt(out,
			"<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"back\" "
			"width=\"100\" height=\"10\"/><rect class=\"%s\" width=\"%.1f\" height=\"10\"/></svg>",
			budget_class(remaining), part * 100);
	buf_fmt(out, "</td><td class=\"num %s\">", isfinite(remaining) ? budget_class(remaining) : "");
	table_percent_write(out, remaining, 1);
	buf_cstr(out, "</td>");
}

static void put_row(struct buf *out, const struct table_row *row)
{
	buf_cstr(out, "<tr>");
	put_name(out, row);
	buf_cstr(out, "<td class=\"num wide\">");
	table_objective_write(out, row->objective);
	buf_cstr(out, "</td><td class=\"num\">");
	table_percent_write(out, row->sli, table_sli_decimals(row->objective));
	buf_cstr(out, "</td>");
	put_budget(out, row->remaining);
	buf_cstr(out, "<td class=\"num\">");
	table_rate_write(out, row->burn_1h);
	buf_cstr(out, "</td><td class=\"num wide\">");
	table_rate_write(out, row->burn_6h);
	buf_cstr(out, "</td><td class=\"num wide\">");
	table_percent_write(out, row->coverage, 0);
	buf_fmt(out, "</td><td%s>", row->state == DATA_OK ? "" : " class=\"warn\"");
	table_state_write(out, row);
	if (row->firing)
		buf_fmt(out, "<br><span class=\"bad\">%u alert%s</span>", row->firing,
			row->firing == 1 ? " fires" : "s fire");
	if (row->reason.len) {
		buf_cstr(out, "<br><span class=\"soft\">");
		html_write(out, row->reason);
		buf_cstr(out, "</span>");
	}
	if (row->level > POLICY_NORMAL)
		buf_fmt(out, "<br><a class=\"%s\" href=\"policy\">%s</a>", row->level == POLICY_FREEZE ? "bad" : "warn",
			policy_level_names[row->level]);
	buf_cstr(out, "</td></tr>\n");
}

static void put_table(struct buf *out, const struct results *results)
{
	struct table_row *rows = xcalloc(results->len, sizeof(*rows));

	for (size_t i = 0; i < results->len; i++)
		rows[i] = table_row_of(&results->list[i]);
	table_sort(rows, results->len);
	buf_cstr(
		out,
		"<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">SLO</th>"
		"<th scope=\"col\" class=\"num wide\">objective</th><th scope=\"col\" class=\"num\">SLI</th>"
		"<th scope=\"col\" class=\"wide\"></th><th scope=\"col\" class=\"num\">budget left</th>"
		"<th scope=\"col\" class=\"num\">burn 1h</th><th scope=\"col\" class=\"num wide\">burn 6h</th>"
		"<th scope=\"col\" class=\"num wide\">coverage</th><th scope=\"col\">data</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < results->len && i < PAGE_ROWS_MOST; i++)
		put_row(out, &rows[i]);
	buf_cstr(out, "</tbody></table></div>\n");
	if (results->len > PAGE_ROWS_MOST)
		buf_fmt(out, "<p>And %zu more: <a href=\"api/v1/slos\">all of them as JSON</a>.</p>\n",
			results->len - PAGE_ROWS_MOST);
	free(rows);
}

bool page_write(struct buf *out, const struct snapshot *snapshot)
{
	page_begin(out, 0, "error budgets");
	buf_cstr(out, "<h1>Error budgets</h1>\n");
	if (!snapshot)
		buf_cstr(out, "<p class=\"warn\">Nothing is worked out yet; wick has just started.</p>\n");
	else
		put_health(out, snapshot);
	if (snapshot && snapshot->results.len)
		put_table(out, &snapshot->results);
	buf_cstr(
		out,
		"<p class=\"soft\"><a href=\"policy\">policies</a> · <a href=\"runbooks/\">runbooks</a> · <a href=\"dashboards/\">dashboards</a> · "
		"<a href=\"metrics\">metrics</a> · <a href=\"api/v1/slos\">JSON</a> · "
		"<a href=\"-/ready\">readiness</a> · wick ");
	html_write(out, snapshot ? snapshot->health.version : STR(WICK_VERSION));
	buf_cstr(out, "</p>\n");
	page_end(out);
	return !out->full;
}
