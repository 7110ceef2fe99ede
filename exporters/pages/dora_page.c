/* The delivery metrics of everything, side by side. */
#include "exporters/delivery/earlier.h"
#include "exporters/delivery/report_parts.h"
#include "exporters/delivery/shown.h"
#include "exporters/pages/frame.h"
#include "exporters/pages/pages.h"
#include "exporters/pages/parts.h"
#include "format/html.h"

#include <math.h>

enum { ROWS = 50, CHOICES_MOST = 100 };

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const titles[] = {"Service",           "num:Deployments",    "num:Per day",
				     "num:Lead time p50", "num:Change failure", "num:Recovery p50",
				     "num:Rework",        "num:Score",          "Open"};

/* Of the 30 days: the column, and the metric whose level stands below it. */
static const struct {
	enum report_column column;
	int metric; /* -1: none */
} cells[] = {
	{REPORT_DEPLOYMENTS, -1},
	{REPORT_PER_DAY, DORA_DEPLOYMENT_FREQUENCY},
	{REPORT_LEAD_P50, DORA_LEAD_TIME},
	{REPORT_FAILURE_RATIO, DORA_CHANGE_FAILURE_RATE},
	{REPORT_RECOVERY, DORA_RECOVERY_TIME},
	{REPORT_REWORK, DORA_REWORK_RATE},
};

/* Of a team or group there is no page: it is a sum of services. */
static void put_name(struct buf *out, const struct dora_result *result)
{
	buf_cstr(out, "<tr><th scope=\"row\" class=\"name\">");
	if (result->scope == DORA_OF_SERVICE) {
		buf_cstr(out, "<a href=\"dora/");
		page_path(out, result->name);
		buf_cstr(out, "?environment=");
		page_query_text(out, result->environment);
		buf_cstr(out, "\">");
	}
	page_text(out, result->name, 260);
	buf_cstr(out, result->scope == DORA_OF_SERVICE ? "</a><br>" : "<br>");
	buf_cstr(out, "<span class=\"soft\">");
	if (result->scope != DORA_OF_SERVICE) {
		buf_fmt(out, "%s of ", dora_scope_names[result->scope]);
		page_count(out, result->services, "service", "services");
		buf_cstr(out, ", ");
	}
	page_text(out, result->environment, 100);
	buf_cstr(out, "</span></th>");
}

static void put_open(struct buf *out, const struct dora_result *result)
{
	const struct dora_standing *standing = &result->standing;

	buf_cstr(out, "<td>");
	if (!dora_open_shown(result)) {
		buf_cstr(out, "–");
	} else if (standing->open_incidents || standing->open_failures) {
		buf_cstr(out, "<span class=\"bad\">");
		page_count(out, standing->open_incidents, "incident", "incidents");
		buf_cstr(out, ", ");
		page_count(out, standing->open_failures, "failure", "failures");
		buf_cstr(out, "</span>");
	}
	if (result->error.len) {
		buf_cstr(out, "<br><span class=\"warn\">not up to date: ");
		page_text(out, result->error, 160);
		buf_cstr(out, "</span>");
	}
	buf_cstr(out, "</td></tr>\n");
}

static void put_row(struct buf *out, const struct dora_result *result)
{
	bool shown = dora_window_shown(result, SHOWN_30D);
	struct dora_result earlier = dora_earlier(result, SHOWN_30D, STR("before"));

	put_name(out, result);
	for (size_t i = 0; i < COUNT_OF(cells); i++) {
		buf_cstr(out, "<td class=\"num\">");
		report_cell_write(out, result, SHOWN_30D, cells[i].column, "–");
		if (shown && cells[i].metric >= 0 && result->grades.levels[cells[i].metric] != LEVEL_NONE)
			buf_fmt(out, "<br><span class=\"soft\">%s</span>",
				dora_level_names[result->grades.levels[cells[i].metric]]);
		if (shown && dora_window_shown(&earlier, SHOWN_30D)) {
			buf_cstr(out, "<br><span class=\"soft\">before ");
			report_cell_write(out, &earlier, SHOWN_30D, cells[i].column, "–");
			buf_cstr(out, "</span>");
		}
		buf_cstr(out, "</td>");
	}
	buf_cstr(out, "<td class=\"num\">");
	if (shown && !isnan(result->grades.score))
		buf_fmt(out, "%.1f", result->grades.score);
	else
		buf_cstr(out, "–");
	buf_cstr(out, "</td>");
	put_open(out, result);
}

static bool is_wanted(const struct dora_result *result, const struct page_query *query)
{
	struct str name = page_query_get(query, "q"), environment = page_query_get(query, "environment"),
		   team = page_query_get(query, "team");
	bool found = !name.len;

	for (size_t at = 0; at + name.len <= result->name.len && !found; at++) {
		size_t i = 0;

		while (i < name.len && ascii_lower(result->name.at[at + i]) == ascii_lower(name.at[i]))
			i++;
		found = i == name.len;
	}
	return found && (!environment.len || str_eq(result->environment, environment)) &&
	       (!team.len || (result->scope == DORA_OF_SERVICE && str_eq(result->histories[0]->delivery->team, team)) ||
		(result->scope == DORA_OF_TEAM && str_eq(result->name, team)));
}

static void put_field(struct buf *out, const struct page_query *query, const char *name, const char *title)
{
	buf_fmt(out, "<label>%s<input type=\"text\" name=\"%s\" value=\"", title, name);
	html_write(out, page_query_get(query, name));
	buf_cstr(out, "\"></label>\n");
}

static void put_form(struct buf *out, const struct page_query *query)
{
	buf_cstr(out, "<form method=\"get\" role=\"search\" aria-label=\"Filter\">\n");
	put_field(out, query, "q", "Name");
	put_field(out, query, "team", "Team");
	put_field(out, query, "environment", "Environment");
	buf_cstr(out, "<button>Show</button> <a href=\"?\">All</a>\n</form>\n");
}

static void html_escape(struct buf *out, struct str text) { html_write(out, text); }

/* What is general; each service's own choices stand on its page. */
static void put_notes(struct buf *out, const struct dora_results *results)
{
	struct dora_results none = {NULL, 0};
	bool blended = false;

	for (size_t i = 0; i < results->len; i++)
		blended |= results->at[i].scope != DORA_OF_SERVICE;
	buf_cstr(out, "<h2>How to read this</h2>\n<ul>\n");
	for (size_t i = 0; i < 2; i++) {
		buf_cstr(out, "<li>");
		report_note_write(out, &none, i, html_escape);
		buf_cstr(out, "</li>\n");
	}
	if (blended) {
		buf_cstr(out, "<li>");
		report_note_write(out, results, 2, html_escape);
		buf_cstr(out, "</li>\n");
	}
	buf_cstr(out, "</ul>\n");
}

static void put_results(struct buf *out, const struct page_source *source, const struct dora_results *results)
{
	struct page_part part;
	size_t len = 0, at = 0;

	for (size_t i = 0; i < results->len; i++)
		len += is_wanted(&results->at[i], source->query);
	part = page_part_of(source->query, len, ROWS);
	put_form(out, source->query);
	if (!len) {
		buf_cstr(out, "<p>There is none like that. <a href=\"?\">Show all</a></p>\n");
		return;
	}
	page_table(out, STR("The last 30 days, and the 30 days before"), titles, COUNT_OF(titles));
	for (size_t i = 0; i < results->len; i++)
		if (is_wanted(&results->at[i], source->query)) {
			if (at >= part.from && at < part.to)
				put_row(out, &results->at[i]);
			at++;
		}
	page_table_end(out);
	page_part_links(out, source->query, &part);
	put_notes(out, results);
}

bool dora_page_write(struct buf *out, const struct page_source *source)
{
	struct page_frame frame = {STR("Delivery"), PLACE_DORA, 0, page_renewal(source), false};
	const struct dora_results *results = source->results ? source->results->deliveries : NULL;

	page_begin(out, &frame);
	if (page_state(out, source)) {
		if (results && results->len)
			put_results(out, source, results);
		else if (source->health->delivery.services)
			buf_cstr(out, "<p class=\"warn\">Nothing of deliveries is known yet.</p>\n");
		else
			buf_cstr(out, "<p>No definition says how a service is delivered.</p>\n");
	}
	page_end(out, &frame, "<a href=\"api/v1/deliveries\">JSON</a>");
	return !out->full;
}
